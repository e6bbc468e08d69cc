package timeline

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

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

// Seal drops duplicates, puts the events in the total order (time, evidence,
// record) and joins messages. The Builder must not be used afterwards.
func (b *Builder) Seal(s Sealing) (*Timeline, error) {
	for _, v := range b.vectors() {
		v.done()
	}
	for c := range b.cols {
		b.cols[c].codes.done()
	}
	b.fillMailbox()
	b.chooseDates()
	t := &Timeline{store: b.store, sources: b.sources, context: b.context, rejects: b.rejects, geo: s.Geo, wide: b.wide}
	drop := b.dropDuplicates(t, s)
	b.identity = pages[identity]{}
	for _, v := range []*vector{&b.dayFirst, &b.offset, &b.length} {
		v.free()
	}
	b.span(drop)
	order := b.order(drop)
	t.n = len(order)
	b.gatherInto(t, order)
	t.indexSources()
	t.derived = t.derivations()
	t.splitAddresses()
	t.joinMessages()
	for c := range t.cols {
		t.cols[c].dict.done()
	}
	return t, t.Err()
}

// gatherInto puts all columns in order, several at a time.
func (b *Builder) gatherInto(t *Timeline, order []uint32) {
	t.arrival, t.inferred = vector{s: b.store}, vector{s: b.store}
	tasks := []func(){
		func() { t.time = b.time.gather(order) },
		func() { t.evidence = b.evidence.gather(order) },
		func() { t.record = b.record.gather(order) },
		func() { t.outcome = b.outcome.gather(order) },
		func() { t.flags = b.flags.gather(order) },
		func() { addAll(&t.arrival, order); t.arrival.done() },
		func() { t.inferred.skip(len(order)); t.inferred.done() },
	}
	for c := range b.cols {
		t.cols[c].dict = b.cols[c].dict
		tasks = append(tasks, func() { t.cols[c].codes = b.cols[c].codes.gather(order) })
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
			keys = append(keys, key{int64(b.time.at(i)), uint32(i)})
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
	code := make(map[uint32]uint32, len(b.sources))
	owner := make(map[uint32]uint32, len(b.sources))
	for _, s := range b.sources {
		if s.Mailbox == "" {
			continue
		}
		code[s.Evidence] = b.cols[ColMailbox].dict.add(s.Mailbox)
		if s.OwnerActs {
			owner[s.Evidence] = b.cols[ColUser].dict.add(s.Mailbox)
		}
	}
	b.fill(ColMailbox, code)
	b.fill(ColUser, owner)
}

func (b *Builder) fill(c Col, byEvidence map[uint32]uint32) {
	if len(byEvidence) == 0 {
		return
	}
	b.cols[c].codes.each(func(row int, code uint64) uint64 {
		if code != 0 {
			return code
		}
		return uint64(byEvidence[uint32(b.evidence.at(row))])
	})
}

// chooseDates takes the reading of ambiguous dates that each file decided on.
func (b *Builder) chooseDates() {
	dayFirst := map[uint32]bool{}
	for _, s := range b.sources {
		if s.DayFirst {
			dayFirst[s.Evidence] = true
		}
	}
	if len(dayFirst) == 0 {
		return
	}
	b.time.each(func(row int, time uint64) uint64 {
		if t := b.dayFirst.at(row); t != 0 && dayFirst[uint32(b.evidence.at(row))] {
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
	for i := range b.n {
		t := int64(b.time.at(i))
		s := byEvidence[uint32(b.evidence.at(i))]
		if drop[i] {
			s.Duplicates++
			continue
		}
		s.Events++
		if t == noTime {
			continue
		}
		if s.First == 0 || t < s.First {
			s.First = t
		}
		if s.Last == 0 || t > s.Last {
			s.Last = t
		}
	}
}
