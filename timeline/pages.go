package timeline

import "unsafe"

// pageRows is how many values a page holds.
const pageRows = 1 << 16

// pages is a sequence that grows without ever copying what it holds, which a
// slice of millions does many times over. A page that was never written is
// nil and reads as zero.
type pages[T any] struct {
	page [][]T
	n    int
}

// at is the i-th value.
func (p *pages[T]) at(i int) T {
	page := p.page[i/pageRows]
	if i %= pageRows; i < len(page) {
		return page[i]
	}
	var zero T
	return zero
}

// ref is the place of the i-th value, which its page is made for if needed.
// The first page begins small: many sequences are short.
func (p *pages[T]) ref(i int) *T {
	k := i / pageRows
	if k > 0 && p.page[k] == nil {
		p.page[k] = make([]T, pageRows)
	}
	if k == 0 && i >= len(p.page[0]) {
		first := make([]T, min(pageRows, max(2*len(p.page[0]), i+64)))
		copy(first, p.page[0])
		p.page[0] = first
	}
	return &p.page[k][i%pageRows]
}

// skip appends n zero values.
func (p *pages[T]) skip(n int) {
	p.n += n
	for len(p.page)*pageRows < p.n {
		p.page = append(p.page, nil)
	}
}

func (p *pages[T]) add(v T) {
	p.skip(1)
	*p.ref(p.n - 1) = v
}

func (p *pages[T]) addAll(values []T) {
	for len(values) > 0 {
		i := p.n
		room := min(len(values), pageRows-i%pageRows)
		p.skip(room)
		p.ref(i + room - 1)
		copy(p.page[i/pageRows][i%pageRows:], values[:room])
		values = values[room:]
	}
}

// arenaBits is the size of an arena's page: 1 MiB. The first begins smaller
// and grows; views of what moved then stay good.
const (
	arenaBits = 20
	firstPage = 1 << 12
)

// An arena holds texts without moving them. A text lies in one page; one that
// is longer than a page gets a page of its own length, and the numbers of the
// pages that it covers.
type arena struct {
	page [][]byte
	used int // bytes of the last page
	size int64
}

// add copies a text and returns its place; false if the arena is full.
func (a *arena) add(s string) (uint32, bool) {
	const pageSize = 1 << arenaBits
	if len(a.page) == 1 && a.used+len(s) > len(a.page[0]) && a.used+len(s) <= pageSize {
		first := make([]byte, min(pageSize, max(2*len(a.page[0]), a.used+len(s))))
		copy(first, a.page[0][:a.used])
		a.page[0] = first
	}
	if len(a.page) == 0 || a.used+len(s) > pageSize {
		need := max(1, (len(s)+pageSize-1)/pageSize)
		if len(a.page)+need > 1<<(32-arenaBits) {
			return 0, false
		}
		size := max(pageSize, len(s))
		if len(a.page) == 0 && len(s) < firstPage {
			size = firstPage
		}
		a.page = append(a.page, make([]byte, size))
		a.used = 0
		if need > 1 {
			at := uint32(len(a.page)-1) << arenaBits
			copy(a.page[len(a.page)-1], s)
			a.page = append(a.page, make([][]byte, need-1)...)
			a.used = pageSize
			a.size += int64(len(s))
			return at, true
		}
	}
	k := len(a.page) - 1
	at := uint32(k)<<arenaBits | uint32(a.used)
	copy(a.page[k][a.used:], s)
	a.used += len(s)
	a.size += int64(len(s))
	return at, true
}

// text is a view of the n bytes at a place.
func (a *arena) text(at uint32, n uint32) string {
	if n == 0 {
		return ""
	}
	return unsafe.String(&a.page[at>>arenaBits][at&(1<<arenaBits-1)], n)
}

// reset empties the arena and keeps its first page.
func (a *arena) reset() {
	if len(a.page) > 1 {
		a.page = a.page[:1]
	}
	a.used, a.size = 0, 0
}
