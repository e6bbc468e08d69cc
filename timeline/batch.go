package timeline

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"slices"
)

// noTime sorts events without a time last.
const noTime = math.MaxInt64

// A Batch is a run of consecutive records of one evidence, decoded by one
// worker, with dictionaries of its own. It may be reused after Builder.Add.
type Batch struct {
	n         int // records seen, of any kind
	rows      int // events
	record    []uint32
	time      []int64
	dayFirst  []int64
	ambiguous bool // whether any date is
	outcome   []Outcome
	flags     []Flags
	offset    []int64
	length    []uint32
	part      []uint8
	mixed     bool // whether any part is not 0
	identity  []identity
	codes     [NumCols][]uint32
	dicts     [NumCols]*dict
	used      [NumCols]bool
	wide      [numWide]wideBatch
	packed    bool
	place     []uint32 // of each event's wide values among those of the batch
	context   []Context
	rejects   []Reject
	accounts  batchAccounts
	untimed   int
	trust     Trust
}

// An identity decides what is a duplicate of what.
type identity struct {
	id      [2]uint64 // of the record's own id; zero if it has none
	content uint64
	by      byContent
	timed   bool // the time is part of the content
}

type byContent uint8

const (
	byNone byContent = iota // no identity: never a duplicate
	byID
	byMailbox // mailbox and content
)

// NewBatch returns an empty batch.
func NewBatch() *Batch {
	b := &Batch{accounts: batchAccounts{ids: newDict(nil)}}
	for c := range b.dicts {
		b.dicts[c] = newDict(nil)
	}
	return b
}

// Reset empties the batch for the next run of records.
func (b *Batch) Reset() {
	b.n, b.rows, b.ambiguous, b.mixed = 0, 0, false, false
	b.record, b.time, b.dayFirst = b.record[:0], b.time[:0], b.dayFirst[:0]
	b.outcome, b.flags, b.offset, b.length = b.outcome[:0], b.flags[:0], b.offset[:0], b.length[:0]
	b.identity, b.part = b.identity[:0], b.part[:0]
	for c := range b.codes {
		if b.used[c] {
			b.dicts[c].reset()
			b.used[c] = false
		}
		b.codes[c] = b.codes[c][:0]
	}
	for w := range b.wide {
		b.wide[w].reset()
	}
	b.context, b.rejects = nil, nil
	b.packed, b.place = false, b.place[:0]
	b.untimed, b.trust = 0, Trust{}
	b.accounts.reset()
}

// Records counts the records added so far.
func (b *Batch) Records() int { return b.n }

var idSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// Event adds the next record as an event. Offset and length say where in the
// file its bytes lie, so that it can be read again.
func (b *Batch) Event(e *Event, offset int64, length int) {
	b.n++
	b.record = append(b.record, uint32(b.n))
	t := e.Time
	if !e.HasTime {
		t, e.Flags = noTime, e.Flags|NoTime
		b.untimed++
	}
	b.time = append(b.time, t)
	b.dayFirst = append(b.dayFirst, e.DayFirst)
	b.ambiguous = b.ambiguous || e.DayFirst != 0
	b.outcome = append(b.outcome, e.Outcome)
	b.flags = append(b.flags, e.Flags)
	b.offset = append(b.offset, offset)
	b.length = append(b.length, uint32(length))
	b.identity = append(b.identity, identify(e))
	if e.Part != 0 && !b.mixed {
		b.mixed = true
		b.part = append(b.part, make([]uint8, b.rows)...)
	}
	if b.mixed {
		b.part = append(b.part, e.Part)
	}
	for c := range e.Cols {
		if s := e.Cols[c]; s != "" {
			b.used[c] = true
			b.codes[c] = append(padded(b.codes[c], b.rows), b.dicts[c].add(s))
		}
	}
	for i := range e.Messages {
		b.wide[wideMessages].message(&e.Messages[i])
	}
	b.wide[wideMessages].end()
	b.wide[wideDetails].text(e.Details)
	b.wide[wideDetails].end()
	if e.Account != "" && e.Cols[ColUser] != "" {
		b.accounts.see(e.Account, e.Cols[ColUser], b.codes[ColUser][b.rows])
	}
	b.rows++
}

// padded is the codes of a column with those of the rows that left it empty.
func padded(codes []uint32, rows int) []uint32 {
	for len(codes) < rows {
		codes = append(codes, 0)
	}
	return codes
}

// Pack packs the wide values of a batch that is complete, which Builder.Add
// does otherwise, one batch at a time.
func (b *Batch) Pack() {
	if b.packed {
		return
	}
	b.packed = true
	order := b.byOperation()
	b.place = slices.Grow(b.place, b.rows)[:b.rows]
	for i, row := range order {
		b.place[row] = uint32(i)
	}
	for w := range b.wide {
		b.wide[w].pack(order, b.codes[ColOperation])
	}
}

// byOperation is the rows by operation, those of each as they came.
func (b *Batch) byOperation() []uint32 {
	codes := padded(b.codes[ColOperation], b.rows)
	b.codes[ColOperation] = codes
	at := make([]uint32, b.dicts[ColOperation].len()+1)
	for _, code := range codes {
		at[code+1]++
	}
	for code := range at[1:] {
		at[code+1] += at[code]
	}
	order := make([]uint32, b.rows)
	for row, code := range codes {
		order[at[code]] = uint32(row)
		at[code]++
	}
	return order
}

// Count counts the flags of a record, be it an event or not, that bear on how
// far it can be relied on.
func (b *Batch) Count(f Flags) {
	if f&trusted != 0 {
		b.trust.count(f)
	}
}

// Context adds the next record as a row of state.
func (b *Batch) Context(c Context) {
	b.n++
	c.Origin.Record = uint32(b.n)
	b.context = append(b.context, c)
}

// Reject adds the next record as one that could not be read.
func (b *Batch) Reject(reason string, offset int64) {
	b.n++
	b.rejects = append(b.rejects, Reject{Origin: Origin{Record: uint32(b.n)}, Reason: reason, Offset: offset})
}

func identify(e *Event) identity {
	var id identity
	if e.ID != "" {
		for i, seed := range idSeeds {
			id.id[i] = maphash.String(seed, e.ID)
		}
		id.by = byID
	}
	if e.ByContent {
		id.by = byMailbox
	}
	id.timed = e.Timed
	if id.by != byNone {
		id.content = maphash.Bytes(dictSeed, e.Content)
	}
	return id
}

// key is what two copies of a record share before their content is compared.
func (id identity) key(source uint8, mailbox uint32) [2]uint64 {
	if id.by == byMailbox {
		var k [13]byte
		binary.LittleEndian.PutUint64(k[:], id.content)
		binary.LittleEndian.PutUint32(k[8:], mailbox)
		k[12] = source
		return [2]uint64{maphash.Bytes(idSeeds[0], k[:]), maphash.Bytes(idSeeds[1], k[:])}
	}
	return [2]uint64{id.id[0] ^ uint64(source)<<56, id.id[1]}
}
