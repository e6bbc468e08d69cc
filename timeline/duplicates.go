package timeline

import (
	"hash/maphash"
	"slices"
	"time"
)

// A Duplicate is a record that repeats another, which stays in its place.
type Duplicate struct{ Origin, Of Origin }

// dropDuplicates marks the rows that repeat another one. Rows are in the order
// of origins, so the copy with the lowest origin stays; of timed records, the
// one with the best time before it. Records with the same id and other content
// are kept and flagged.
func (b *Builder) dropDuplicates(t *Timeline, s Sealing) []bool {
	d := deduper{b: b, s: s, drop: make([]bool, b.n), first: newRowTable(b), conflicts: map[[3]uint64]uint32{}, byOwner: map[[2]uint64]uint32{}, better: map[uint32]uint32{}}
	fold := b.cols[ColMailbox].dict.folded()
	numbers := b.sourceNumbers()
	var last holding
	var source uint8
	var repeats [][2]uint32 // each with the row that it repeats
	var looks [lookedUp]look
	for from := 0; from < b.n; from += lookedUp {
		looks := looks[:min(lookedUp, b.n-from)]
		for k := range looks {
			row := from + k
			if at := b.holding(row); at != last {
				last, source = at, numbers[at]
			}
			mailbox := fold[b.cols[ColMailbox].codes.at(row)]
			looks[k] = look{key: b.identity.at(row).key(source, mailbox), mailbox: mailbox}
		}
		d.first.foresee(looks)
		for k := range looks {
			row := uint32(from + k)
			if b.identity.at(int(row)).by == byNone {
				continue
			}
			if dup, of := d.see(row, &looks[k]); dup {
				if d.betterTime(row, of) {
					d.replace(of, row)
					row, of = of, row
				}
				d.drop[row] = true
				repeats = append(repeats, [2]uint32{row, of})
			}
		}
	}
	for _, r := range repeats {
		t.duplicates = append(t.duplicates, Duplicate{b.origin(r[0]), b.origin(d.stays(r[1]))})
	}
	if len(d.better) > 0 {
		slices.SortFunc(t.duplicates, func(x, y Duplicate) int { return x.Origin.Compare(y.Origin) })
	}
	return d.drop
}

// betterTime reports whether a row states its time and the one that it repeats
// does not, or has none at all.
func (d *deduper) betterTime(row, of uint32) bool {
	return d.b.identity.at(int(row)).timed && d.certainty(row) > d.certainty(of)
}

// certainty ranks what a row knows of its time: nothing, an assumption or what
// the record states.
func (d *deduper) certainty(row uint32) int {
	switch f := Flags(d.b.flags.at(int(row))); {
	case f&NoTime != 0:
		return 0
	case f&TimeAssumed != 0:
		return 1
	}
	return 2
}

// replace puts a row in the place of one that it repeats.
func (d *deduper) replace(of, row uint32) {
	d.better[of] = row
	d.b.flags.set(int(row), d.b.flags.at(int(row))|d.b.flags.at(int(of))&uint64(IDConflict))
}

// stays is the row that took the place of one, or the row itself. The chain has
// two links at most: certainty rises with each.
func (d *deduper) stays(row uint32) uint32 {
	for {
		other, ok := d.better[row]
		if !ok {
			return row
		}
		row = other
	}
}

// content is what copies of a row share: of a timed one that states its time,
// the second too.
func (d *deduper) content(row uint32, hash uint64) uint64 {
	if d.b.identity.at(int(row)).timed && d.certainty(row) > 1 {
		hash ^= d.second(row) * oddMultiplier
	}
	return hash
}

func (d *deduper) second(row uint32) uint64 {
	return uint64(int64(d.b.time.at(int(row))) / int64(time.Second))
}

// oddMultiplier spreads the numbers of seconds over 64 bits (the golden ratio,
// as in Fibonacci hashing).
const oddMultiplier = 0x9e3779b97f4a7c15

// same reports whether two rows of one id are copies by their content. A time
// that one of them only assumes is no difference.
func (d *deduper) same(row, of uint32) bool {
	x, y := d.b.identity.at(int(row)), d.b.identity.at(int(of))
	if x.content != y.content {
		return false
	}
	return !x.timed || !y.timed || d.certainty(row) < 2 || d.certainty(of) < 2 || d.second(row) == d.second(of)
}

func (b *Builder) origin(row uint32) Origin {
	return Origin{uint32(b.evidence.at(int(row))), uint32(b.record.at(int(row)))}
}

// sourceNumbers numbers the kinds of sources: an id means something only
// within one kind.
func (b *Builder) sourceNumbers() map[holding]uint8 {
	names := map[string]uint8{}
	number := map[holding]uint8{}
	for at, s := range b.holdings() {
		n, ok := names[s.Source]
		if !ok {
			n = uint8(len(names))
			names[s.Source] = n
		}
		number[at] = n
	}
	return number
}

type deduper struct {
	b         *Builder
	s         Sealing
	drop      []bool
	first     *rowTable
	conflicts map[[3]uint64]uint32 // key and content, raw or canonical, of ids seen with several contents
	byOwner   map[[2]uint64]uint32 // mailbox and id, of records known by content
	better    map[uint32]uint32    // rows that gave way to a copy with a better time
}

// see says whether a row repeats an earlier one, and which.
func (d *deduper) see(row uint32, l *look) (bool, uint32) {
	id, key := d.b.identity.at(int(row)), l.key
	of, seen := d.first.find(l, row)
	of = d.stays(of)
	if id.by == byMailbox {
		if seen {
			return true, of
		}
		d.sameOwner(row, id.id, l.mailbox)
		return false, 0
	}
	if !seen {
		return false, 0
	}
	if d.same(row, of) {
		return true, of
	}
	plain := [3]uint64{key[0], key[1], id.content}
	if like, ok := d.conflicts[plain]; ok && d.same(row, d.stays(like)) {
		return true, d.stays(like)
	}
	raw := [3]uint64{key[0], key[1], d.content(row, id.content)}
	if same, ok := d.conflicts[raw]; ok {
		return true, d.stays(same)
	}
	if canon, ok := d.canonical(of); ok {
		k := [3]uint64{key[0], key[1], canon}
		if _, known := d.conflicts[k]; !known {
			d.conflicts[k] = of
		}
	}
	if canon, ok := d.canonical(row); ok {
		k := [3]uint64{key[0], key[1], canon}
		if same, known := d.conflicts[k]; known {
			d.conflicts[raw] = same
			return true, d.stays(same)
		}
		d.conflicts[k] = row
	}
	d.conflicts[raw], d.conflicts[plain] = row, row
	d.conflict(row, of)
	return false, 0
}

// sameOwner flags a record whose mailbox and id were seen with other content.
func (d *deduper) sameOwner(row uint32, id [2]uint64, mailbox uint32) {
	if id == [2]uint64{} {
		return
	}
	id[0] ^= uint64(mailbox) << 32
	if of, ok := d.byOwner[id]; ok {
		d.conflict(row, of)
		return
	}
	d.byOwner[id] = row
}

func (d *deduper) conflict(rows ...uint32) {
	for _, row := range rows {
		d.b.flags.set(int(row), d.b.flags.at(int(row))|uint64(IDConflict))
	}
}

// canonical hashes the content of a row, read again, in canonical form.
func (d *deduper) canonical(row uint32) (uint64, bool) {
	var ev Event
	var hash uint64
	err := d.s.Reread(d.b.origin(row), int64(d.b.offset.at(int(row))), int(d.b.length.at(int(row))), &ev, func() {
		hash = maphash.Bytes(idSeeds[0], d.s.Canonical(ev.Content))
	})
	return d.content(row, hash), err == nil
}

// A rowTable finds the first row that has a key. A row's identity holds its key
// once the row was looked for.
type rowTable struct {
	b    *Builder
	rows []uint32 // row + 1, 0 is free
}

func newRowTable(b *Builder) *rowTable {
	size := 16
	for size < 2*b.n {
		size *= 2
	}
	return &rowTable{b: b, rows: make([]uint32, size)}
}

// lookedUp is how many rows are looked up together.
const lookedUp = 64

// A look is one for the first row that has a key.
type look struct {
	key     [2]uint64
	mailbox uint32
	found   uint32 // that row + 1, as far as it is foreseen
}

// foresee finds rows where the first slot has them. A slot and an identity lie
// anywhere in much memory: the looks wait for it together, not one by one.
func (t *rowTable) foresee(looks []look) {
	mask := uint64(len(t.rows) - 1)
	for k := range looks {
		looks[k].found = t.rows[looks[k].key[0]&mask]
	}
	for k := range looks {
		if l := &looks[k]; l.found != 0 && t.b.identity.at(int(l.found-1)).id != l.key {
			l.found = 0
		}
	}
}

// find returns the row that has the key, or notes that this row has it.
func (t *rowTable) find(l *look, row uint32) (uint32, bool) {
	if l.found != 0 {
		return l.found - 1, true
	}
	t.b.identity.ref(int(row)).id = l.key
	mask := uint64(len(t.rows) - 1)
	i := l.key[0] & mask
	for t.rows[i] != 0 {
		if r := t.rows[i] - 1; t.b.identity.at(int(r)).id == l.key {
			return r, true
		}
		i = (i + 1) & mask
	}
	t.rows[i] = row + 1
	return 0, false
}
