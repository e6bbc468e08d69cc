package timeline

// A Builder takes batches in the order of evidence and record and makes a
// Timeline of them. It is not safe for concurrent use: batches are decoded in
// parallel and added by one goroutine, so that codes do not depend on timing.
type Builder struct {
	sources []*Source
	current *Source

	store *store

	n        int
	evidence vector
	record   vector
	time     vector
	dayFirst vector
	outcome  vector
	flags    vector
	offset   vector
	length   vector
	part     vector
	place    vector // of each event's wide values
	mixed    bool   // whether any part is not 0
	identity pages[identity]
	cols     [NumCols]column
	wide     [numWide]wideColumn

	accounts accountBook
	context  []Context
	rejects  []Reject
}

// A column under construction.
type column struct {
	codes vector
	dict  *dict
	remap []uint32 // scratch: batch code to column code
}

// NewBuilder returns an empty Builder that keeps its columns as it is usual.
func NewBuilder() *Builder { return NewBuilderIn(Storage{}) }

// NewBuilderIn returns an empty Builder that keeps its columns where it is
// told.
func NewBuilderIn(where Storage) *Builder {
	s := newStore(where)
	b := &Builder{store: s, accounts: accountBook{}}
	for _, v := range b.vectors() {
		v.s = s
	}
	for c := range b.cols {
		b.cols[c] = column{codes: vector{s: s}, dict: newDict(s)}
	}
	for w := range b.wide {
		b.wide[w] = wideColumn{s: s, recent: newRecentBlocks(recentBytes)}
	}
	return b
}

// vectors are the columns of numbers that are no codes.
func (b *Builder) vectors() []*vector {
	return []*vector{&b.evidence, &b.record, &b.time, &b.dayFirst, &b.outcome, &b.flags, &b.offset, &b.length, &b.part, &b.place}
}

// Close lets go of what the Builder keeps; for one that will not be sealed.
func (b *Builder) Close() error { return b.store.close() }

// Begin starts an evidence file: the batches that follow are of it. Evidence
// files must begin in the order of their numbers.
func (b *Builder) Begin(s *Source) {
	b.sources = append(b.sources, s)
	b.current = s
}

// Add takes the next batch of the current evidence. It fails only where
// columns cannot be kept, with a *StoreError.
func (b *Builder) Add(batch *Batch) error {
	s := b.current
	base := uint32(s.Records)
	s.Records += batch.n
	s.Contexts += len(batch.context)
	s.Rejects += len(batch.rejects)
	s.Untimed += batch.untimed
	for id, user := range batch.accounts.users {
		if user != 0 {
			b.accounts.see(batch.accounts.ids.value(uint32(id)), batch.dicts[ColUser].value(user))
		}
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
	}
	b.evidence.repeat(uint64(s.Evidence), batch.rows)
	addAll(&b.record, batch.record)
	addAll(&b.time, batch.time)
	if batch.ambiguous {
		addAll(&b.dayFirst, batch.dayFirst)
	} else {
		b.dayFirst.skip(batch.rows)
	}
	addAll(&b.outcome, batch.outcome)
	addAll(&b.flags, batch.flags)
	addAll(&b.offset, batch.offset)
	addAll(&b.length, batch.length)
	batch.Pack()
	for i := range batch.place {
		batch.place[i] += uint32(b.n)
	}
	addAll(&b.place, batch.place)
	b.identity.addAll(batch.identity)
	if batch.mixed {
		b.mixed = true
		addAll(&b.part, batch.part)
	} else {
		b.part.skip(batch.rows)
	}
	for c := range b.cols {
		b.cols[c].add(batch, Col(c))
	}
	for w := range b.wide {
		b.wide[w].add(&batch.wide[w])
	}
	b.n += batch.rows
	return b.store.failure()
}

// add appends a batch's codes, made the column's own.
func (col *column) add(batch *Batch, c Col) {
	if !batch.used[c] {
		col.codes.skip(batch.rows)
		return
	}
	col.remap = col.dict.addAll(batch.dicts[c], col.remap[:0])
	codes := padded(batch.codes[c], batch.rows)
	batch.codes[c] = codes
	for i, code := range codes {
		codes[i] = col.remap[code]
	}
	addAll(&col.codes, codes)
}
