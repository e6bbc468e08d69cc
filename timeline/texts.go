package timeline

import (
	"encoding/binary"
	"slices"
	"unsafe"
)

// leafTexts is how many texts a leaf holds, which begins with where each of
// them ends. A text of more than longText bytes has a leaf of its own, so that
// no leaf is large for the sake of one of its texts.
const (
	textShift  = 8
	leafTexts  = 1 << textShift
	textsStart = 4 * leafTexts
	longText   = 1 << 12

	// isLong marks where a text ends of which the leaf holds, in isLongBytes,
	// the number among the long ones.
	isLong      = 1 << 31
	isLongBytes = 4
)

// texts is a list of texts, all of which a store may put out of memory but the
// first leaf: what is asked for most lies there.
type texts struct {
	s      *store // nil keeps all in memory
	n      int
	size   int64 // bytes of all texts
	leaves []*leaf
	long   []*leaf
	open   []byte   // the last leaf, as far as it is filled
	full   [][]byte // the leaves before it, of a list without a store
	spare  [][]byte // of leaves that are used again
}

// ends are where the texts of a leaf end that begins at first.
func ends(first *byte) *[leafTexts]uint32 { return (*[leafTexts]uint32)(unsafe.Pointer(first)) }

// add appends a copy of a text. Views of others stay good.
func (t *texts) add(s string) {
	t.size += int64(len(s))
	if len(s) <= longText {
		t.put(s, 0)
		return
	}
	l := &leaf{kind: textLeaf, size: len(s)}
	l.first.Store(unsafe.SliceData([]byte(s)))
	number := binary.NativeEndian.AppendUint32(nil, uint32(len(t.long)))
	t.long = append(t.long, l)
	t.s.add(l)
	t.put(viewOf(number), isLong)
}

// put appends what a leaf holds of a text.
func (t *texts) put(held string, mark uint32) {
	i := t.n & (leafTexts - 1)
	if i == 0 {
		t.begin()
	}
	t.open = append(t.open, held...)
	first := unsafe.SliceData(t.open)
	ends(first)[i] = uint32(len(t.open)) | mark
	l := t.leaves[len(t.leaves)-1]
	if l.first.Load() != first {
		l.first.Store(first)
	}
	l.size = len(t.open)
	t.n++
}

// begin hands the leaf that is full to the store and makes one about as large.
func (t *texts) begin() {
	size := textsStart
	if k := len(t.leaves) - 1; k >= 0 {
		full := t.leaves[k]
		size = full.size + full.size/16
		if t.s == nil {
			t.full = append(t.full, t.open)
		} else if cap(t.open) > size {
			full.first.Store(unsafe.SliceData(slices.Clone(t.open)))
		}
		if k > 0 {
			t.s.add(full)
		}
	}
	if n := len(t.spare); n > 0 {
		t.open, t.spare = t.spare[n-1], t.spare[:n-1]
	} else {
		t.open = make([]byte, textsStart, size)
	}
	t.leaves = append(t.leaves, &leaf{kind: textLeaf})
}

// at is a view of the i-th text.
func (t *texts) at(i int) string {
	held, mark := t.held(i)
	if mark == 0 {
		return held
	}
	l := t.long[binary.NativeEndian.Uint32([]byte(held))]
	return unsafe.String(t.s.data(l), l.size)
}

// held is a view of what a leaf holds of the i-th text: all of it or, where it
// is marked as long, its number.
func (t *texts) held(i int) (held string, mark uint32) {
	k := i & (leafTexts - 1)
	first := t.s.data(t.leaves[i>>textShift])
	ends := ends(first)
	from, to := uint32(textsStart), ends[k]&^isLong
	if k > 0 {
		from = ends[k-1] &^ isLong
	}
	if to <= from {
		return "", 0 // as in a leaf that the spill failed to give back
	}
	return unsafe.String((*byte)(unsafe.Add(unsafe.Pointer(first), int(from))), int(to-from)), ends[k] & isLong
}

// spilled reports whether any text has left memory.
func (t *texts) spilled() bool {
	return slices.ContainsFunc(t.leaves, func(l *leaf) bool { return l.first.Load() == nil })
}

// reset empties a list that is kept in memory, whose leaves are used again.
func (t *texts) reset() {
	for _, room := range append(t.full, t.open) {
		t.spare = append(t.spare, room[:textsStart])
	}
	*t = texts{s: t.s, leaves: t.leaves[:0], full: t.full[:0], spare: t.spare}
}

// free lets go of all texts.
func (t *texts) free() {
	if t.s == nil {
		return
	}
	for _, l := range slices.Concat(t.leaves, t.long) {
		t.s.forget(l)
	}
}
