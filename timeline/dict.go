package timeline

import (
	"errors"
	"hash/maphash"
	"math"
	"strings"
	"unsafe"
)

// A dict maps strings to codes in the order in which they were first added.
// Code 0 is the empty string, which stands for absent. Its arena and offsets
// have the layout of an Arrow string array.
type dict struct {
	slots   []uint32 // code, 0 is free; length a power of two
	offsets []int32  // start of each value; one more than there are values
	arena   []byte
	last    uint32 // the code given last: neighbours often repeat
}

var (
	dictSeed    = maphash.MakeSeed()
	errDictFull = errors.New("the distinct values of a column exceed 2 GiB")
)

func newDict() *dict {
	return &dict{slots: make([]uint32, 16), offsets: []int32{0, 0}}
}

func (d *dict) reset() {
	clear(d.slots)
	d.offsets = append(d.offsets[:0], 0, 0)
	d.arena = d.arena[:0]
	d.last = 0
}

// len counts the values, the absent one included.
func (d *dict) len() int { return len(d.offsets) - 1 }

// value is a view of the value of a code.
func (d *dict) value(code uint32) string {
	lo, hi := d.offsets[code], d.offsets[code+1]
	if lo == hi {
		return ""
	}
	return unsafe.String(&d.arena[lo], hi-lo)
}

func (d *dict) add(s string) (uint32, error) {
	if s == "" {
		return 0, nil
	}
	if d.last != 0 && d.value(d.last) == s {
		return d.last, nil
	}
	mask := uint64(len(d.slots) - 1)
	i := maphash.String(dictSeed, s) & mask
	for d.slots[i] != 0 {
		if code := d.slots[i]; d.value(code) == s {
			d.last = code
			return code, nil
		}
		i = (i + 1) & mask
	}
	if len(d.arena)+len(s) > math.MaxInt32 {
		return 0, errDictFull
	}
	code := uint32(d.len())
	d.arena = append(d.arena, s...)
	d.offsets = append(d.offsets, int32(len(d.arena)))
	d.slots[i] = code
	d.last = code
	if 4*d.len() > 3*len(d.slots) {
		d.grow()
	}
	return code, nil
}

func (d *dict) grow() {
	d.slots = make([]uint32, 2*len(d.slots))
	mask := uint64(len(d.slots) - 1)
	for code := 1; code < d.len(); code++ {
		i := maphash.String(dictSeed, d.value(uint32(code))) & mask
		for d.slots[i] != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = uint32(code)
	}
}

// code returns the code of a value, and whether the dictionary holds it.
func (d *dict) code(s string) (uint32, bool) {
	if s == "" {
		return 0, true
	}
	mask := uint64(len(d.slots) - 1)
	for i := maphash.String(dictSeed, s) & mask; d.slots[i] != 0; i = (i + 1) & mask {
		if d.value(d.slots[i]) == s {
			return d.slots[i], true
		}
	}
	return 0, false
}

// folded maps each code to the first code whose value is equal but for case
// and surrounding space.
func (d *dict) folded() []uint32 {
	fold := make([]uint32, d.len())
	seen := newDict()
	first := []uint32{0}
	for code := 1; code < d.len(); code++ {
		key := strings.ToLower(strings.TrimSpace(d.value(uint32(code))))
		if key == "" {
			continue
		}
		k, err := seen.add(key)
		if err != nil {
			fold[code] = uint32(code)
			continue
		}
		if int(k) == len(first) {
			first = append(first, uint32(code))
		}
		fold[code] = first[k]
	}
	return fold
}
