package timeline

import "hash/maphash"

// A Duplicate is a record that repeats another, which stays in its place.
type Duplicate struct{ Origin, Of Origin }

// dropDuplicates marks the rows that repeat an earlier one. Rows are in the
// order of origins, so the copy with the lowest origin stays. Records with
// the same id and other content are kept and flagged.
func (b *Builder) dropDuplicates(t *Timeline, s Sealing) []bool {
	d := deduper{b: b, s: s, drop: make([]bool, b.n), first: newRowTable(b.n), conflicts: map[[3]uint64]uint32{}, byOwner: map[[2]uint64]uint32{}}
	fold := b.cols[ColMailbox].dict.folded()
	numbers := b.sourceNumbers()
	var last holding
	var source uint8
	for i := range b.n {
		id := b.identity.at(i)
		if id.by == byNone {
			continue
		}
		mailbox := fold[b.cols[ColMailbox].codes.at(i)]
		if at := b.holding(i); at != last {
			last, source = at, numbers[at]
		}
		key := id.key(source, mailbox)
		if dup, of := d.see(uint32(i), key, mailbox); dup {
			d.drop[i] = true
			t.duplicates = append(t.duplicates, Duplicate{b.origin(uint32(i)), b.origin(of)})
		}
	}
	return d.drop
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
}

// see says whether a row repeats an earlier one, and which.
func (d *deduper) see(row uint32, key [2]uint64, mailbox uint32) (bool, uint32) {
	id := d.b.identity.at(int(row))
	of, seen := d.first.find(key, row)
	if id.by == byMailbox {
		if seen {
			return true, of
		}
		d.sameOwner(row, mailbox)
		return false, 0
	}
	if !seen {
		return false, 0
	}
	if d.b.identity.at(int(of)).content == id.content {
		return true, of
	}
	raw := [3]uint64{key[0], key[1], id.content}
	if same, ok := d.conflicts[raw]; ok {
		return true, same
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
			return true, same
		}
		d.conflicts[k] = row
	}
	d.conflicts[raw] = row
	d.conflict(row, of)
	return false, 0
}

// sameOwner flags a record whose mailbox and id were seen with other content.
func (d *deduper) sameOwner(row, mailbox uint32) {
	id := d.b.identity.at(int(row)).id
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
	return hash, err == nil
}

// A rowTable finds the first row that has a key.
type rowTable struct {
	rows []uint32 // row + 1, 0 is free
	keys [][2]uint64
}

func newRowTable(n int) *rowTable {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return &rowTable{rows: make([]uint32, size), keys: make([][2]uint64, n)}
}

// find returns the row that has the key, or notes that this row has it.
func (t *rowTable) find(key [2]uint64, row uint32) (uint32, bool) {
	t.keys[row] = key
	mask := uint64(len(t.rows) - 1)
	i := key[0] & mask
	for t.rows[i] != 0 {
		if r := t.rows[i] - 1; t.keys[r] == key {
			return r, true
		}
		i = (i + 1) & mask
	}
	t.rows[i] = row + 1
	return 0, false
}
