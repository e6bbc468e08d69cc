package timeline

import (
	"math"
	"sync"
)

// A run of rows that is sorted into blocks of its own. sortedRun is how many
// rows it has at least, mostRuns how many runs there are at most: a block of
// each is open at a time, of sortedBytes.
const (
	sortedRun   = 1 << 12
	mostRuns    = 1 << 11
	sortedBytes = 1 << 14
)

// sortedWide are the wide values in runs of rows, made when an export first
// asks for them.
type sortedWide struct {
	once   sync.Once
	values wideValues
}

// wideFor are the wide values from which rows are best read for columns. Where
// evidence is in another order than that of time, the blocks of many batches
// hold those of rows that follow one another, and each would be unpacked again
// and again: the values are then sorted once.
func (t *Timeline) wideFor(rows []int, columns []outgoing) *wideValues {
	wanted := false
	for i := range columns {
		wanted = wanted || columns[i].Wide
	}
	if !wanted || len(rows) <= scattered || t.readAtOnce(rows) == readBlock {
		return &t.wide
	}
	t.sorted.once.Do(func() { t.sorted.values = t.sortWide() })
	return &t.sorted.values
}

// sortWide is the wide values anew, those of each run of rows in blocks of
// their own.
func (t *Timeline) sortWide() wideValues {
	run := max(sortedRun, (t.n+mostRuns-1)/mostRuns)
	rowAt := make([]uint32, t.wide.cols[0].n) // by place
	for i := range rowAt {
		rowAt[i] = math.MaxUint32
	}
	for row := range t.n {
		rowAt[t.wide.of(row)] = uint32(row)
	}
	out := wideValues{place: vector{s: t.store}}
	var group sync.WaitGroup
	for c := range out.cols {
		group.Go(func() { out.cols[c] = t.wide.cols[c].sorted(rowAt, t.n, run) })
	}
	next := make([]uint32, (t.n+run-1)/run) // free places, by run
	for i := range next {
		next[i] = uint32(i * run)
	}
	place := make([]uint32, t.n)
	for _, row := range rowAt {
		if row != math.MaxUint32 {
			at := &next[int(row)/run]
			place[row] = *at
			*at++
		}
	}
	addAll(&out.place, place)
	out.place.done()
	group.Wait()
	return out
}

// sorted is the column with the values of each run of n rows in blocks of
// their own, in the order in which they lay. rowAt is the row of each place.
func (w *wideColumn) sorted(rowAt []uint32, n, run int) wideColumn {
	runs := make([]wideRun, (n+run-1)/run)
	var batch wideBatch
	from := *w
	from.recent = newRecentBlocks() // what it keeps at hand goes with it
	r := wideReader{w: &from}
	defer r.close()
	for place, row := range rowAt {
		if row == math.MaxUint32 {
			continue // a duplicate
		}
		to := &runs[int(row)/run]
		to.raw = append(to.raw, r.value(uint32(place))...)
		to.ends = append(to.ends, uint32(len(to.raw)))
		if len(to.raw) >= sortedBytes {
			to.flush(w.s, &batch)
		}
	}
	out := wideColumn{s: w.s, recent: newRecentBlocks()}
	for i := range runs {
		runs[i].flush(w.s, &batch)
		for _, first := range runs[i].first {
			out.first = append(out.first, uint32(out.n)+first)
		}
		out.sizes = append(out.sizes, runs[i].sizes...)
		out.blocks = append(out.blocks, runs[i].blocks...)
		out.n += runs[i].n
	}
	return out
}

// A wideRun is the values of a run of rows and those that are in no block yet.
type wideRun struct {
	wideColumn
	raw  []byte
	ends []uint32
}

// flush packs what is in no block yet.
func (r *wideRun) flush(s *store, batch *wideBatch) {
	if len(r.ends) == 0 {
		return
	}
	batch.reset()
	batch.raw = r.raw
	batch.close(r.ends)
	r.s = s
	r.add(batch)
	r.raw, r.ends = batch.raw[:0], r.ends[:0]
}
