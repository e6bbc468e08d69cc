package timeline

import (
	"fmt"
)

// A Builder takes batches in the order of evidence and record and makes a
// Timeline of them. It is not safe for concurrent use: batches are decoded in
// parallel and added by one goroutine, so that codes do not depend on timing.
type Builder struct {
	sources []*Source
	current *Source

	n        int
	evidence []uint32
	record   []uint32
	time     []int64
	dayFirst []int64 // nil while no date is ambiguous
	outcome  []Outcome
	flags    []Flags
	offset   []int64
	length   []uint32
	identity []identity
	cols     [NumCols]column

	context []Context
	rejects []Reject
}

// A column under construction: codes are appended lazily, so that a column
// that no event fills costs nothing.
type column struct {
	codes []uint32
	dict  *dict
	remap []uint32 // scratch: batch code to column code
}

// NewBuilder returns an empty Builder.
func NewBuilder() *Builder {
	b := &Builder{}
	for c := range b.cols {
		b.cols[c].dict = newDict()
	}
	return b
}

// Begin starts an evidence file: the batches that follow are of it. Evidence
// files must begin in the order of their numbers.
func (b *Builder) Begin(s *Source) {
	b.sources = append(b.sources, s)
	b.current = s
}

// Add takes the next batch of the current evidence.
func (b *Builder) Add(batch *Batch) error {
	s := b.current
	if batch.err != nil {
		return fmt.Errorf("add records of %q: %w", s.Name, batch.err)
	}
	base := uint32(s.Records)
	s.Records += batch.n
	s.Contexts += len(batch.context)
	s.Rejects += len(batch.rejects)
	for _, c := range batch.context {
		c.Origin = Origin{s.Evidence, c.Origin.Record + base}
		b.context = append(b.context, c)
	}
	for _, r := range batch.rejects {
		r.Origin = Origin{s.Evidence, r.Origin.Record + base}
		b.rejects = append(b.rejects, r)
	}
	for i := range batch.rows {
		b.evidence = append(b.evidence, s.Evidence)
		b.record = append(b.record, batch.record[i]+base)
		if batch.dayFirst[i] != 0 && b.dayFirst == nil {
			b.dayFirst = make([]int64, len(b.time), cap(b.time))
		}
		b.time = append(b.time, batch.time[i])
		if b.dayFirst != nil {
			b.dayFirst = append(b.dayFirst, batch.dayFirst[i])
		}
	}
	b.outcome = append(b.outcome, batch.outcome...)
	b.flags = append(b.flags, batch.flags...)
	b.offset = append(b.offset, batch.offset...)
	b.length = append(b.length, batch.length...)
	b.identity = append(b.identity, batch.identity...)
	for c := range b.cols {
		if err := b.cols[c].add(batch, Col(c), b.n); err != nil {
			return fmt.Errorf("add records of %q: column %s: %w", s.Name, Col(c), err)
		}
	}
	b.n += batch.rows
	return nil
}

// add appends a batch's codes, made the column's own; n is the number of rows
// before the batch.
func (col *column) add(batch *Batch, c Col, n int) error {
	if !batch.used[c] {
		if len(col.codes) > 0 {
			col.codes = append(col.codes, make([]uint32, batch.rows)...)
		}
		return nil
	}
	if len(col.codes) == 0 && n > 0 {
		col.codes = make([]uint32, n, n+batch.rows)
	}
	d := batch.dicts[c]
	col.remap = append(col.remap[:0], 0)
	for code := 1; code < d.len(); code++ {
		global, err := col.dict.add(d.value(uint32(code)))
		if err != nil {
			return err
		}
		col.remap = append(col.remap, global)
	}
	for _, code := range batch.codes[c] {
		col.codes = append(col.codes, col.remap[code])
	}
	return nil
}
