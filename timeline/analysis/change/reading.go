package change

import (
	"hash/maphash"
	"slices"
	"sync/atomic"
)

// A reading is what the tables make of the properties that records of one
// operation set. Records that set the same share one.
type reading struct {
	of      *entries
	Changes []Property
	text    string       // of the changes, as a cell has it, if any row is met
	watched []*Watch     // the heaviest row that is met of each analysis, nil if none is
	access  *accessEntry // the first row that is met, nil if none is
}

func read(of *entries, changes []Property) *reading {
	r := &reading{of: of, Changes: changes, watched: make([]*Watch, len(of.watched))}
	for i, list := range of.watched {
		if r.watched[i] = matching(list.rows, changes); r.watched[i] != nil && r.text == "" {
			r.text = ChangesText(changes)
		}
	}
	if i := slices.IndexFunc(of.access, func(e accessEntry) bool { return e.wants.metBy(changes) }); i >= 0 {
		r.access = &of.access[i]
	}
	return r
}

// readings are those that were made last: most records of an operation set one
// of few things. Several goroutines may ask for them.
type readings struct {
	seed maphash.Seed
	last [1024]atomic.Pointer[reading] // each at a place that its hash gives
}

func newReadings() *readings { return &readings{seed: maphash.MakeSeed()} }

// reading is that of changes, made before if it still is there.
func (s *readings) reading(of *entries, changes []Property) *reading {
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, c := range changes {
		for _, part := range [...]string{c.Name, c.old, c.New} {
			h.WriteString(part)
			h.WriteByte(0)
		}
	}
	at := &s.last[h.Sum64()%uint64(len(s.last))]
	if r := at.Load(); r != nil && r.of == of && slices.Equal(r.Changes, changes) {
		return r
	}
	r := read(of, changes)
	at.Store(r)
	return r
}
