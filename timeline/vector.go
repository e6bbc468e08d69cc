package timeline

import (
	"slices"
	"unsafe"
)

// leafRows is how many values a vector's leaf holds.
const (
	leafShift = 14
	leafRows  = 1 << leafShift
)

// A vector is a column of numbers, in leaves that write each in as few bytes as
// their frame allows. It is filled by add, closed once, and then read by at from
// any goroutine.
type vector struct {
	s      *store
	leaves []*leaf
	zeros  int      // how many zeros are in no leaf yet, before tail
	tail   []uint64 // other values that are in no leaf yet
	n      int
}

// widthOf is how many bytes a value takes: 0, 1, 2, 4 or 8.
func widthOf(x uint64) uint8 {
	switch {
	case x == 0:
		return 0
	case x < 1<<8:
		return 1
	case x < 1<<16:
		return 2
	case x < 1<<32:
		return 4
	}
	return 8
}

func (v *vector) add(x uint64) {
	if v.zeros > 0 {
		v.room(0)
	}
	v.tail = append(v.tail, x)
	v.n++
	v.filled()
}

// repeat appends a value n times.
func (v *vector) repeat(x uint64, n int) {
	for n > 0 {
		part := v.room(n)
		for i := range part {
			part[i] = x
		}
		n -= len(part)
		v.filled()
	}
}

// addAll appends values.
func addAll[T ~uint8 | ~uint32 | ~int64](v *vector, values []T) {
	for len(values) > 0 {
		part := v.room(len(values))
		for i := range part {
			part[i] = uint64(values[i])
		}
		values = values[len(part):]
		v.filled()
	}
}

// skip appends n zeros. A leaf of nothing else is never written out.
func (v *vector) skip(n int) {
	for n > 0 {
		if len(v.tail) == 0 {
			k := min(n, leafRows-v.zeros)
			v.zeros += k
			v.n += k
			n -= k
		} else {
			part := v.room(n)
			clear(part)
			n -= len(part)
		}
		v.filled()
	}
}

// room appends at most n values of any content to the tail, for the caller to
// set; filled must follow.
func (v *vector) room(n int) []uint64 {
	if v.zeros > 0 {
		v.tail = slices.Grow(v.tail, v.zeros)[:v.zeros]
		clear(v.tail)
		v.zeros = 0
	}
	from := len(v.tail)
	n = min(n, leafRows-from)
	v.tail = slices.Grow(v.tail, n)[:from+n]
	v.n += n
	return v.tail[from:]
}

func (v *vector) filled() {
	if v.zeros+len(v.tail) == leafRows {
		v.close()
	}
}

// close puts the values that were added last into a leaf.
func (v *vector) close() {
	switch {
	case v.zeros > 0:
		v.leaves = append(v.leaves, &leaf{kind: codeLeaf})
	case len(v.tail) > 0:
		v.leaves = append(v.leaves, v.leaf(v.tail))
	}
	v.zeros, v.tail = 0, v.tail[:0]
}

// done closes a vector to which nothing will be added.
func (v *vector) done() {
	v.close()
	v.tail = nil
}

// leaf makes a leaf of values.
func (v *vector) leaf(values []uint64) *leaf {
	f, most := frameOf(values)
	return v.framed(f, most, values)
}

// framed makes a leaf of values of a frame, of which most is the greatest.
func (v *vector) framed(f frame, most uint64, values []uint64) *leaf {
	l := &leaf{kind: codeLeaf, width: widthOf(f.write(most)), frame: f}
	if l.width == 0 {
		return l
	}
	l.size = int(l.width) * len(values)
	first := &make([]byte, l.size)[0]
	switch l.width {
	case 1:
		narrow[uint8](first, f, values)
	case 2:
		narrow[uint16](first, f, values)
	case 4:
		narrow[uint32](first, f, values)
	default:
		narrow[uint64](first, f, values)
	}
	l.first.Store(first)
	v.s.add(l)
	return l
}

// narrow writes values in the bytes that their frame needs, from the one at
// first.
func narrow[T uint8 | uint16 | uint32 | uint64](first *byte, f frame, values []uint64) {
	out := unsafe.Slice((*T)(unsafe.Pointer(first)), len(values))
	if f.step != 1 {
		for i, x := range values {
			out[i] = T(f.write(x))
		}
		return
	}
	for i, x := range values {
		n := x - (f.least - 1)
		if x == 0 {
			n = 0
		}
		out[i] = T(n)
	}
}

// load1 is the i-th value of a width.
func load1(first *byte, width uint8, i int) uint64 {
	p := unsafe.Pointer(first)
	switch width {
	case 1:
		return uint64(*(*uint8)(unsafe.Add(p, i)))
	case 2:
		return uint64(*(*uint16)(unsafe.Add(p, 2*i)))
	case 4:
		return uint64(*(*uint32)(unsafe.Add(p, 4*i)))
	}
	return *(*uint64)(unsafe.Add(p, 8*i))
}

func store1(first *byte, width uint8, i int, x uint64) {
	p := unsafe.Pointer(first)
	switch width {
	case 1:
		*(*uint8)(unsafe.Add(p, i)) = uint8(x)
	case 2:
		*(*uint16)(unsafe.Add(p, 2*i)) = uint16(x)
	case 4:
		*(*uint32)(unsafe.Add(p, 4*i)) = uint32(x)
	default:
		*(*uint64)(unsafe.Add(p, 8*i)) = x
	}
}

// at is the i-th value of a closed vector.
func (v *vector) at(i int) uint64 {
	l := v.leaves[i>>leafShift]
	p := l.first.Load()
	if p == nil {
		if l.size == 0 {
			return 0
		}
		p = v.s.load(l)
	}
	return l.frame.read(load1(p, l.width, i&(leafRows-1)))
}

// set changes a value of a closed vector that nobody else reads yet.
func (v *vector) set(i int, x uint64) {
	l := v.leaves[i>>leafShift]
	p := v.s.data(l)
	if p != nil && l.first.Load() == p {
		if n := l.frame.write(x); l.frame.read(n) == x && widthOf(n) <= l.width {
			store1(p, l.width, i&(leafRows-1), n)
			l.block = block{}
			return
		}
	}
	v.rewrite(i>>leafShift, anyValue, func(row int, old uint64) uint64 {
		if row == i {
			return x
		}
		return old
	})
}

// rewrite makes a leaf anew of its values, in a frame that is made for them.
func (v *vector) rewrite(k int, frameFor func([]uint64) (frame, uint64), altered func(row int, old uint64) uint64) {
	from := k << leafShift
	values := make([]uint64, min(leafRows, v.n-from))
	changed := false
	for i := range values {
		old := v.at(from + i)
		values[i] = altered(from+i, old)
		changed = changed || values[i] != old
	}
	if changed {
		v.s.forget(v.leaves[k])
		f, most := frameFor(values)
		v.leaves[k] = v.framed(f, most, values)
	}
}

// each changes all values of a closed vector that nobody else reads yet.
func (v *vector) each(altered func(row int, old uint64) uint64) {
	for k := range v.leaves {
		v.rewrite(k, frameOf, altered)
	}
}

// gather is the values at the places in order. The vector is empty then.
func (v *vector) gather(order []uint32) vector {
	type held struct { // so that no leaf is loaded twice
		first *byte
		width uint8
		frame frame
	}
	leaves := make([]held, len(v.leaves))
	empty := true
	for k, l := range v.leaves {
		leaves[k] = held{v.s.data(l), l.width, l.frame}
		empty = empty && leaves[k].first == nil
	}
	out := vector{s: v.s}
	if empty {
		out.skip(len(order))
		order = nil
	}
	for len(order) > 0 {
		part := out.room(len(order))
		for j := range part {
			i := order[j]
			l := &leaves[i>>leafShift]
			if l.first == nil {
				part[j] = 0
				continue
			}
			part[j] = l.frame.read(load1(l.first, l.width, int(i&(leafRows-1))))
		}
		order = order[len(part):]
		out.filled()
	}
	out.done()
	v.free()
	return out
}

// free lets go of all values.
func (v *vector) free() {
	for _, l := range v.leaves {
		v.s.forget(l)
	}
	*v = vector{s: v.s}
}
