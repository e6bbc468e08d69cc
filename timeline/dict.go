package timeline

import (
	"errors"
	"hash/maphash"
	"math"
	"strings"
)

// A dict maps strings to codes in the order in which they were first added.
// Code 0 is the empty string, which stands for absent.
type dict struct {
	slots []slot // length a power of two
	texts pages[place]
	arena arena
	last  uint32 // the code given last: neighbours often repeat
}

// A place is where a value lies in the arena, with its hash.
type place struct{ at, n, hash uint32 }

// A slot holds a code, 0 if it is free, and part of its value's hash, so that
// another value is told apart without looking at either text.
type slot struct{ hash, code uint32 }

var (
	dictSeed    = maphash.MakeSeed()
	errDictFull = errors.New("the distinct values of a column exceed 2 GiB")
)

func newDict() *dict {
	d := &dict{slots: make([]slot, 16)}
	d.texts.add(place{})
	return d
}

func (d *dict) reset() {
	clear(d.slots)
	d.texts.n = 1
	d.arena.reset()
	d.last = 0
}

// len counts the values, the absent one included.
func (d *dict) len() int { return d.texts.n }

// value is a view of the value of a code.
func (d *dict) value(code uint32) string {
	p := d.texts.at(int(code))
	return d.arena.text(p.at, p.n)
}

func (d *dict) add(s string) (uint32, error) {
	if s == "" {
		return 0, nil
	}
	if d.last != 0 && d.value(d.last) == s {
		return d.last, nil
	}
	return d.addHashed(s, hashOf(s))
}

// addHashed adds a value that is not empty and whose hash is known.
func (d *dict) addHashed(s string, hash uint32) (uint32, error) {
	mask := uint32(len(d.slots) - 1)
	i := hash & mask
	for d.slots[i].code != 0 {
		if d.slots[i].hash == hash && d.value(d.slots[i].code) == s {
			d.last = d.slots[i].code
			return d.last, nil
		}
		i = (i + 1) & mask
	}
	if d.arena.size+int64(len(s)) > math.MaxInt32 {
		return 0, errDictFull
	}
	at, ok := d.arena.add(s)
	if !ok {
		return 0, errDictFull
	}
	code := uint32(d.len())
	d.texts.add(place{at, uint32(len(s)), hash})
	d.slots[i] = slot{hash, code}
	d.last = code
	if 4*d.len() > 3*len(d.slots) {
		d.grow()
	}
	return code, nil
}

func hashOf(s string) uint32 { return uint32(maphash.String(dictSeed, s)) }

func (d *dict) grow() {
	old := d.slots
	d.slots = make([]slot, 2*len(old))
	mask := uint32(len(d.slots) - 1)
	for _, s := range old {
		if s.code == 0 {
			continue
		}
		i := s.hash & mask
		for d.slots[i].code != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = s
	}
}

// code returns the code of a value, and whether the dictionary holds it.
func (d *dict) code(s string) (uint32, bool) {
	if s == "" {
		return 0, true
	}
	hash := hashOf(s)
	mask := uint32(len(d.slots) - 1)
	for i := hash & mask; d.slots[i].code != 0; i = (i + 1) & mask {
		if d.slots[i].hash == hash && d.value(d.slots[i].code) == s {
			return d.slots[i].code, true
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
