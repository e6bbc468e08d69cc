package activities

import (
	"encoding/binary"
	"hash/maphash"
)

var seed = maphash.MakeSeed()

// content is a digest of the seven properties that every export has, equal for
// two copies of a record whatever the container, the order and the empty
// entries of their custom properties. It is good for this process only.
func (a *activity) content() []byte {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, text := range a.standard[:retrieved] {
		h.WriteString(text)
		h.WriteByte(0)
	}
	sum := h.Sum64()
	last := a.repeated()
	for i := range a.custom {
		p := &a.custom[i]
		if p.absent() || last != nil && last[p.name] != i {
			continue
		}
		// A sum does not depend on the order; the product ties value to name.
		sum += (maphash.String(seed, p.name) | 1) * maphash.String(seed, p.value)
	}
	return binary.LittleEndian.AppendUint64(nil, sum)
}

// repeated maps each name to its last place if some name stands twice; it is
// nil, as nearly always, if none does.
func (a *activity) repeated() map[string]int {
	const few = 48 // properties; the richest activity known has 24
	if len(a.custom) <= few && !a.repeats() {
		return nil
	}
	last := make(map[string]int, len(a.custom))
	for i := range a.custom {
		last[a.custom[i].name] = i
	}
	return last
}

// repeats says whether a name stands twice among a few properties.
func (a *activity) repeats() bool {
	var seen uint64
	for i := range a.custom {
		name := a.custom[i].name
		if name == "" {
			continue
		}
		bit := uint64(1) << (uint(len(name)*31+int(name[0])*7+int(name[len(name)-1])) % 64)
		if seen&bit != 0 {
			for k := range i {
				if a.custom[k].name == name {
					return true
				}
			}
		}
		seen |= bit
	}
	return false
}
