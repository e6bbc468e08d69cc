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
	evidence pages[uint32]
	record   pages[uint32]
	time     pages[int64]
	dayFirst pages[int64]
	outcome  pages[Outcome]
	flags    pages[Flags]
	offset   pages[int64]
	length   pages[uint32]
	part     pages[uint8]
	mixed    bool // whether any part is not 0
	identity pages[identity]
	cols     [NumCols]column

	accounts accountBook
	context  []Context
	rejects  []Reject
}

// A column under construction.
type column struct {
	codes pages[uint32]
	dict  *dict
	used  bool     // by any event
	remap []uint32 // scratch: batch code to column code
}

// NewBuilder returns an empty Builder.
func NewBuilder() *Builder {
	b := &Builder{accounts: accountBook{}}
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
	s.Untimed += batch.untimed
	for id, user := range batch.accounts {
		b.accounts.see(id, user)
	}
	s.Trust.add(batch.trust)
	for _, c := range batch.context {
		c.Origin = Origin{s.Evidence, c.Origin.Record + base}
		b.context = append(b.context, c)
	}
	for _, r := range batch.rejects {
		r.Origin = Origin{s.Evidence, r.Origin.Record + base}
		b.rejects = append(b.rejects, r)
	}
	for i := range batch.rows {
		batch.record[i] += base
		b.evidence.add(s.Evidence)
	}
	b.record.addAll(batch.record)
	b.time.addAll(batch.time)
	if batch.ambiguous {
		b.dayFirst.addAll(batch.dayFirst)
	} else {
		b.dayFirst.skip(batch.rows)
	}
	b.outcome.addAll(batch.outcome)
	b.flags.addAll(batch.flags)
	b.offset.addAll(batch.offset)
	b.length.addAll(batch.length)
	b.identity.addAll(batch.identity)
	if batch.mixed {
		b.mixed = true
		b.part.addAll(batch.part)
	} else {
		b.part.skip(batch.rows)
	}
	for c := range b.cols {
		if err := b.cols[c].add(batch, Col(c)); err != nil {
			return fmt.Errorf("add records of %q: column %s: %w", s.Name, Col(c), err)
		}
	}
	b.n += batch.rows
	return nil
}

// add appends a batch's codes, made the column's own.
func (col *column) add(batch *Batch, c Col) error {
	if !batch.used[c] {
		col.codes.skip(batch.rows)
		return nil
	}
	col.used = true
	d := batch.dicts[c]
	col.remap = append(col.remap[:0], 0)
	for code := 1; code < d.len(); code++ {
		global, err := col.dict.addHashed(d.value(uint32(code)), d.texts.at(code).hash)
		if err != nil {
			return err
		}
		col.remap = append(col.remap, global)
	}
	codes := batch.codes[c]
	for i, code := range codes {
		codes[i] = col.remap[code]
	}
	col.codes.addAll(codes)
	return nil
}
