package timeline

import (
	"cmp"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"becforensics/geo"
)

// Sealing is what a Builder needs from its surroundings to finish.
type Sealing struct {
	Geo *geo.DB
	// Reread decodes one record again, with its content and wide fields, and
	// calls use, until whose end the strings of ev are good.
	Reread func(o Origin, offset int64, length int, ev *Event, use func()) error
	// Canonical gives content a form in which equal values have equal bytes.
	Canonical func(content []byte) []byte
}

// Seal drops duplicates, puts the events in the total order (time, evidence,
// record) and joins messages. The Builder must not be used afterwards.
func (b *Builder) Seal(s Sealing) (*Timeline, error) {
	b.dropParts()
	b.fillMailbox()
	b.chooseDates()
	t := &Timeline{sources: b.sources, context: b.context, rejects: b.rejects, reread: s.Reread, geo: s.Geo}
	drop := b.dropDuplicates(t, s)
	b.span(drop)
	order := b.order(drop)
	b.identity, b.dayFirst = pages[identity]{}, pages[int64]{}
	t.n = len(order)
	b.gatherInto(t, order)
	t.indexSources()
	t.nameAccounts(b.accounts)
	if err := t.splitAddresses(); err != nil {
		return nil, err
	}
	return t, t.joinMessages()
}

// gatherInto puts all columns in order, several at a time.
func (b *Builder) gatherInto(t *Timeline, order []uint32) {
	tasks := []func(){
		func() { t.time = gather(&b.time, order) },
		func() { t.evidence = gather(&b.evidence, order) },
		func() { t.record = gather(&b.record, order) },
		func() { t.outcome = gather(&b.outcome, order) },
		func() { t.flags = gather(&b.flags, order) },
		func() { t.offset = gather(&b.offset, order) },
		func() { t.length = gather(&b.length, order) },
	}
	if b.mixed {
		tasks = append(tasks, func() { t.part = gather(&b.part, order) })
	}
	for c := range b.cols {
		t.cols[c].dict = b.cols[c].dict
		if b.cols[c].used {
			tasks = append(tasks, func() { t.cols[c].codes = gather(&b.cols[c].codes, order) })
		}
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(tasks)); i = next.Add(1) - 1 {
				tasks[i]()
			}
		})
	}
	group.Wait()
}

// gather puts values in order and lets go of the old ones.
func gather[T any](values *pages[T], order []uint32) []T {
	out := make([]T, len(order))
	for i, row := range order {
		out[i] = values.at(int(row))
	}
	*values = pages[T]{}
	return out
}

// order is the rows that stay, by time; rows are already by evidence and
// record, so a stable sort gives the total order.
func (b *Builder) order(drop []bool) []uint32 {
	type key struct {
		time int64
		row  uint32
	}
	keys := make([]key, 0, b.n)
	for i := range b.n {
		if !drop[i] {
			keys = append(keys, key{b.time.at(i), uint32(i)})
		}
	}
	slices.SortFunc(keys, func(x, y key) int {
		if c := cmp.Compare(x.time, y.time); c != 0 {
			return c
		}
		return cmp.Compare(x.row, y.row)
	})
	order := make([]uint32, len(keys))
	for i, k := range keys {
		order[i] = k.row
	}
	return order
}

// fillMailbox gives events without a mailbox that of their file.
func (b *Builder) fillMailbox() {
	code := make(map[holding]uint32, len(b.sources))
	owner := make(map[holding]uint32, len(b.sources))
	for at, s := range b.holdings() {
		if s.Mailbox == "" {
			continue
		}
		if c, err := b.cols[ColMailbox].dict.add(s.Mailbox); err == nil {
			code[at] = c
		}
		if s.OwnerActs {
			if c, err := b.cols[ColUser].dict.add(s.Mailbox); err == nil {
				owner[at] = c
			}
		}
	}
	b.fill(ColMailbox, code)
	b.fill(ColUser, owner)
}

// A holding is a file, or one of the exports in it.
type holding struct {
	evidence uint32
	part     uint8
}

// holdings are the files and the exports in those that hold several; one of the
// exports may have the file's own number and then stands behind it.
func (b *Builder) holdings() iter.Seq2[holding, *Source] {
	return func(yield func(holding, *Source) bool) {
		for _, s := range b.sources {
			if !yield(holding{s.Evidence, 0}, s) {
				return
			}
			for _, p := range s.Parts {
				if !yield(holding{s.Evidence, p.Part}, p) {
					return
				}
			}
		}
	}
}

// dropParts forgets the parts of events whose file turned out to hold one
// export only.
func (b *Builder) dropParts() {
	if !b.mixed {
		return
	}
	whole := map[uint32]bool{}
	for _, s := range b.sources {
		whole[s.Evidence] = s.Parts == nil
	}
	for i := range b.n {
		if b.part.at(i) != 0 && whole[b.evidence.at(i)] {
			*b.part.ref(i) = 0
		}
	}
}

// holding is where an event was read.
func (b *Builder) holding(i int) holding {
	at := holding{evidence: b.evidence.at(i)}
	if b.mixed {
		at.part = b.part.at(i)
	}
	return at
}

func (b *Builder) fill(c Col, byHolding map[holding]uint32) {
	if len(byHolding) == 0 {
		return
	}
	col := &b.cols[c]
	for i := range b.n {
		if col.codes.at(i) != 0 {
			continue
		}
		if code := byHolding[b.holding(i)]; code != 0 {
			*col.codes.ref(i) = code
			col.used = true
		}
	}
}

// chooseDates takes the reading of ambiguous dates that each file decided on.
func (b *Builder) chooseDates() {
	dayFirst := map[holding]bool{}
	for at, s := range b.holdings() {
		if s.DayFirst {
			dayFirst[at] = true
		}
	}
	if len(dayFirst) == 0 {
		return
	}
	for i := range b.n {
		if t := b.dayFirst.at(i); t != 0 && dayFirst[b.holding(i)] {
			*b.time.ref(i) = t
		}
	}
}

// span counts each file's events and their first and last times.
func (b *Builder) span(drop []bool) {
	byEvidence := map[uint32]*Source{}
	for _, s := range b.sources {
		byEvidence[s.Evidence] = s
	}
	var s *Source
	for i := range b.n {
		at := b.holding(i)
		if s == nil || s.Evidence != at.evidence {
			s = byEvidence[at.evidence]
		}
		s.count(b.time.at(i), drop[i])
		if p := s.part(at.part); p != s {
			p.count(b.time.at(i), drop[i])
		}
	}
}

// count counts an event, or a duplicate, at its time.
func (s *Source) count(t int64, duplicate bool) {
	if duplicate {
		s.Duplicates++
		return
	}
	s.Events++
	if t == noTime {
		return
	}
	if s.First == 0 || t < s.First {
		s.First = t
	}
	if s.Last == 0 || t > s.Last {
		s.Last = t
	}
}
