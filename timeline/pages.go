package timeline

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
