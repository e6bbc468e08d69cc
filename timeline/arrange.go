package timeline

import "slices"

// arrangedRun is how many texts that were arranged lie together at least,
// mostArranged how many such runs there are at most: a leaf of each is open
// while texts are arranged.
const (
	arrangedRun  = 1 << 14
	mostArranged = 1 << 8
)

// Arrange readies texts for which memory has no room for being read row by row,
// as exports do: it puts them near those that rows have before and after them.
// Where evidence is in another order than that of time, each row would bring
// back a run of others' texts otherwise. Nobody may read at the same time.
func (t *Timeline) Arrange(rows []int) {
	if len(rows) <= scattered {
		return
	}
	var tasks []func()
	for c := range t.cols {
		tasks = append(tasks, func() { t.cols[c].dict.arrange(rows, &t.cols[c].codes) })
	}
	inParallel(tasks)
}

// arrange puts texts in the order in which rows first have them. Codes stay
// what they are; no text may be added any more.
func (d *dict) arrange(rows []int, codes *vector) {
	if !d.texts.spilled() {
		return
	}
	rank := d.ranks(rows, codes)
	if rank == nil {
		return
	}
	s, n := d.texts.s, len(rank)-leafTexts // the texts of the first leaf stay
	size := max(arrangedRun, (n/mostArranged+leafTexts)&^(leafTexts-1))
	runs := make([]texts, (n+size-1)/size)
	for i := range runs {
		runs[i].s = s
	}
	for code := range rank {
		if code < leafTexts {
			rank[code] = uint32(code)
			continue
		}
		i := int(rank[code]) / size
		rank[code] = uint32(leafTexts + i*size + runs[i].n)
		runs[i].put(d.texts.held(code))
	}
	for _, l := range d.texts.leaves[1:] {
		s.forget(l)
	}
	d.texts.leaves, d.texts.open = d.texts.leaves[:1], nil
	for i := range runs {
		leaves := runs[i].leaves
		for k, l := range leaves {
			if k == 0 || k == len(leaves)-1 {
				s.add(l)
			}
		}
		d.texts.leaves = append(d.texts.leaves, leaves...)
	}
	d.order = vector{s: s}
	addAll(&d.order, rank)
	d.order.done()
}

// ranks numbers codes in the order in which rows first have them, but those of
// the first leaf; nil if that is about the order in which the texts lie.
func (d *dict) ranks(rows []int, codes *vector) []uint32 {
	const none = 1<<32 - 1
	const together = 1 << 4 // texts that are read of a leaf at a time, on average
	rank := slices.Repeat([]uint32{none}, d.len())
	n, reads, last := uint32(0), uint32(0), -1
	number := func(code int) {
		if code < leafTexts || rank[code] != none {
			return
		}
		rank[code] = n
		n++
		if leaf := code >> textShift; leaf != last {
			reads++
			last = leaf
		}
	}
	for _, row := range rows {
		number(int(codes.at(row)))
	}
	if reads*together < n {
		return nil
	}
	for code := range rank {
		number(code) // those that no row has
	}
	return rank
}
