package change

import (
	"hash/maphash"
	"slices"
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
	seed   maphash.Seed
	lately lately[reading]
}

func newReadings() *readings { return &readings{seed: maphash.MakeSeed()} }

// reading is that of changes.
func (s *readings) reading(of *entries, changes []Property) *reading {
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, c := range changes {
		for _, part := range [...]string{c.Name, c.old, c.New} {
			h.WriteString(part)
			h.WriteByte(0)
		}
	}
	same := func(r *reading) bool { return r.of == of && slices.Equal(r.Changes, changes) }
	return s.lately.of(h.Sum64(), same, func() *reading { return read(of, changes) })
}
