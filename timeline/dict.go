package timeline

import (
	"hash/maphash"
	"strings"
	"sync"
)

// A dict maps strings to codes in the order in which they were first added.
// Code 0 is the empty string, which stands for absent.
type dict struct {
	slots  []slot        // length a power of two; nil where search is to make them
	texts  texts         // by code, or by order if they were arranged
	order  vector        // by code; empty unless they were
	hashes pages[uint32] // of the texts of a batch, which has no store
	mu     sync.Mutex    // held to make slots

	// What add answered last: neighbours often repeat.
	last     uint32
	lastText string
}

// A slot holds a code, 0 if it is free, and part of its value's hash, so that
// another value is told apart without looking at either text.
type slot struct{ hash, code uint32 }

var dictSeed = maphash.MakeSeed()

// newDict returns an empty dictionary whose texts a store keeps; with nil they
// stay in memory.
func newDict(s *store) *dict {
	d := &dict{slots: make([]slot, 16), texts: texts{s: s}}
	d.addAbsent()
	return d
}

// addAbsent adds the empty string, which no slot leads to.
func (d *dict) addAbsent() {
	d.texts.add("")
	d.hashes.add(0)
}

func (d *dict) reset() {
	clear(d.slots)
	d.hashes.n = 0
	d.texts.reset()
	d.addAbsent()
	d.last, d.lastText = 0, ""
}

// len counts the values, the absent one included.
func (d *dict) len() int { return d.texts.n }

// value is a view of the value of a code.
func (d *dict) value(code uint32) string {
	if d.order.n > 0 {
		code = uint32(d.order.at(int(code)))
	}
	return d.texts.at(int(code))
}

// add returns the code of a value, a new one if it was never added.
func (d *dict) add(s string) uint32 {
	if s == "" {
		return 0
	}
	if d.lastText == s {
		return d.last
	}
	if d.slots == nil {
		d.search()
	}
	d.last, d.lastText = d.addHashed(s, hashOf(s))
	return d.last
}

// addHashed adds a value that is not empty and whose hash is known. It returns
// the code and a view of the value as the dictionary holds it.
func (d *dict) addHashed(s string, hash uint32) (uint32, string) {
	mask := uint32(len(d.slots) - 1)
	i := hash & mask
	for d.slots[i].code != 0 {
		if d.slots[i].hash == hash {
			if held := d.value(d.slots[i].code); held == s {
				return d.slots[i].code, held
			}
		}
		i = (i + 1) & mask
	}
	code := uint32(d.len())
	d.texts.add(s)
	if d.texts.s == nil {
		d.hashes.add(hash)
	}
	d.slots[i] = slot{hash, code}
	if 4*d.len() > 3*len(d.slots) {
		d.grow()
	}
	return code, d.value(code)
}

// addAll adds the values of a batch's dictionary and appends the code of each to
// codes. A slot lies anywhere in much memory, so all are looked at before any
// value is compared: the looks wait for memory together, not one by one.
func (d *dict) addAll(from *dict, codes []uint32) []uint32 {
	codes = append(codes, 0)
	mask := uint32(len(d.slots) - 1)
	for code := 1; code < from.len(); code++ {
		hash := from.hashes.at(code)
		found := d.slots[hash&mask]
		if found.hash != hash {
			found.code = 0
		}
		codes = append(codes, found.code)
	}
	for code := 1; code < from.len(); code++ {
		s := from.value(uint32(code))
		if c := codes[code]; c == 0 || d.value(c) != s {
			codes[code], _ = d.addHashed(s, from.hashes.at(code))
		}
	}
	return codes
}

func hashOf(s string) uint32 { return uint32(maphash.String(dictSeed, s)) }

// grow doubles the slots.
func (d *dict) grow() {
	slots := make([]slot, 2*len(d.slots))
	mask := uint32(len(slots) - 1)
	for _, s := range d.slots {
		if s.code != 0 {
			settle(slots, mask, s)
		}
	}
	d.slots = slots
}

// index is slots for all values.
func (d *dict) index(size int) []slot {
	slots := make([]slot, size)
	mask := uint32(size - 1)
	for code := 1; code < d.len(); code++ {
		settle(slots, mask, slot{hashOf(d.value(uint32(code))), uint32(code)})
	}
	return slots
}

// settle puts what is in no slot yet into the first that is free.
func settle(slots []slot, mask uint32, s slot) {
	i := s.hash & mask
	for slots[i].code != 0 {
		i = (i + 1) & mask
	}
	slots[i] = s
}

// done lets go of the slots, which are made again for what is searched or added:
// few dictionaries are.
func (d *dict) done() { d.slots = nil }

// search is the slots, made if they were let go of.
func (d *dict) search() []slot {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.slots == nil {
		size := 16
		for 3*size < 4*d.len() {
			size *= 2
		}
		d.slots = d.index(size)
	}
	return d.slots
}

// code returns the code of a value, and whether the dictionary holds it.
func (d *dict) code(s string) (uint32, bool) {
	if s == "" {
		return 0, true
	}
	slots, hash := d.search(), hashOf(s)
	mask := uint32(len(slots) - 1)
	for i := hash & mask; slots[i].code != 0; i = (i + 1) & mask {
		if slots[i].hash == hash && d.value(slots[i].code) == s {
			return slots[i].code, true
		}
	}
	return 0, false
}

// folded maps each code to the first code whose value is equal but for case
// and surrounding space.
func (d *dict) folded() []uint32 {
	fold := make([]uint32, d.len())
	seen := newDict(d.texts.s)
	defer seen.texts.free()
	first := []uint32{0}
	var key []byte
	for code := 1; code < d.len(); code++ {
		key = AppendLower(key[:0], strings.TrimSpace(d.value(uint32(code))))
		if len(key) == 0 {
			continue
		}
		k := seen.add(viewOf(key))
		if int(k) == len(first) {
			first = append(first, uint32(code))
		}
		fold[code] = first[k]
	}
	return fold
}
