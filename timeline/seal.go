package timeline

import (
	"iter"
	"runtime"

	"becforensics/geo"
)

// Sealing is what a Builder needs from its surroundings to finish.
type Sealing struct {
	Geo *geo.DB
	// Reread decodes one record again for its content, where two records share
	// an id and their bytes differ, and calls use, until whose end the strings
	// of ev are good.
	Reread func(o Origin, offset int64, length int, ev *Event, use func()) error
	// Canonical gives content a form in which equal values have equal bytes.
	Canonical func(content []byte) []byte
}

// manyEvents is how many make it worthwhile to collect garbage.
const manyEvents = 1 << 16

// Seal drops duplicates, puts the events in the total order (time, evidence,
// record), names accounts and applications, joins requests to the sign-ins of
// their tokens and acts to their messages, and finds the records that tell of
// one act. The Builder must not be used afterwards.
func (b *Builder) Seal(s Sealing) (*Timeline, error) {
	for _, v := range b.vectors() {
		v.done()
	}
	for c := range b.cols {
		b.cols[c].codes.done()
		b.cols[c].dict.done()
	}
	if b.n > manyEvents {
		runtime.GC() // so that what was let go of does not stand beside what follows
	}
	b.dropParts()
	b.fillMailbox()
	b.chooseDates()
	t := &Timeline{store: b.store, sources: b.sources, context: b.context, rejects: b.rejects, geo: s.Geo, wide: wideValues{cols: b.wide}}
	ids := b.logonIDs()
	drop := b.dropDuplicates(t, s)
	b.identity = pages[identity]{}
	for _, v := range []*vector{&b.dayFirst, &b.offset, &b.length} {
		v.free()
	}
	b.span(drop)
	order := b.order(drop)
	t.n = len(order)
	b.gatherInto(t, order)
	ids = ids.gather(order)
	t.indexSources()
	t.derived = t.derivations()
	b.accounts.readContext(b.context)
	t.joinTokens(b.accounts)
	t.nameAccounts(b.accounts)
	t.nameApps()
	inParallel([]func(){t.splitAddresses, t.joinMessages}) // which touch other columns
	t.joinWitnesses(ids)
	for c := range t.cols {
		t.cols[c].dict.done()
	}
	return t, t.Err()
}

// gatherInto puts all columns in order, several at a time.
func (b *Builder) gatherInto(t *Timeline, order []uint32) {
	t.inferred = vector{s: b.store}
	tasks := []func(){
		func() { t.time = b.time.gather(order) },
		func() { t.evidence = b.evidence.gather(order) },
		func() { t.record = b.record.gather(order) },
		func() { t.outcome = b.outcome.gather(order) },
		func() { t.flags = b.flags.gather(order) },
		func() { t.part = b.part.gather(order) },
		func() { t.wide.place = b.place.gather(order) },
		func() { t.inferred.skip(len(order)); t.inferred.done() },
	}
	for c := range b.cols {
		t.cols[c].dict = b.cols[c].dict
		tasks = append(tasks, func() { t.cols[c].codes = b.cols[c].codes.gather(order) })
	}
	inParallel(tasks)
}

// fillMailbox gives events without a mailbox that of their file.
func (b *Builder) fillMailbox() {
	code := make(map[holding]uint32, len(b.sources))
	owner := make(map[holding]uint32, len(b.sources))
	for at, s := range b.holdings() {
		if s.Mailbox == "" {
			continue
		}
		code[at] = b.cols[ColMailbox].dict.add(s.Mailbox)
		if s.OwnerActs {
			owner[at] = b.cols[ColUser].dict.add(s.Mailbox)
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
	b.part.each(func(row int, part uint64) uint64 {
		if whole[uint32(b.evidence.at(row))] {
			return 0
		}
		return part
	})
}

// holding is where an event was read.
func (b *Builder) holding(i int) holding {
	at := holding{evidence: uint32(b.evidence.at(i))}
	if b.mixed {
		at.part = uint8(b.part.at(i))
	}
	return at
}

func (b *Builder) fill(c Col, byHolding map[holding]uint32) {
	if len(byHolding) == 0 {
		return
	}
	var last holding
	missing := uint64(byHolding[last])
	b.cols[c].codes.each(func(row int, code uint64) uint64 {
		if code != 0 {
			return code
		}
		if at := b.holding(row); at != last {
			last, missing = at, uint64(byHolding[at])
		}
		return missing
	})
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
	b.time.each(func(row int, time uint64) uint64 {
		if t := b.dayFirst.at(row); t != 0 && dayFirst[b.holding(row)] {
			return t
		}
		return time
	})
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
		s.count(int64(b.time.at(i)), drop[i])
		if p := s.part(at.part); p != s {
			p.count(int64(b.time.at(i)), drop[i])
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
