package timeline

import (
	"math"
	"runtime"
	"sync"
)

// A run of rows that is sorted into blocks of its own. sortedRun is how many
// rows it has at least, mostRuns how many runs there are at most: each of the
// sorters, no more than mostSorters, has a block of each open at a time, of
// sortedBytes.
const (
	sortedRun   = 1 << 11
	mostRuns    = 1 << 10
	mostSorters = 4
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
	out := wideValues{place: vector{s: t.store}, run: max(sortedRun, (t.n+mostRuns-1)/mostRuns)}
	rowAt := make([]uint32, t.wide.cols[0].n) // by place
	for i := range rowAt {
		rowAt[i] = math.MaxUint32
	}
	for row := range t.n {
		rowAt[t.wide.of(row)] = uint32(row)
	}
	for c := range out.cols {
		out.cols[c] = t.wide.cols[c].sorted(rowAt, t.n, out.run)
	}
	next := make([]uint32, (t.n+out.run-1)/out.run) // free places, by run
	for i := range next {
		next[i] = uint32(i * out.run)
	}
	place := make([]uint32, t.n)
	for _, row := range rowAt {
		if row != math.MaxUint32 {
			at := &next[int(row)/out.run]
			place[row] = *at
			*at++
		}
	}
	addAll(&out.place, place)
	out.place.done()
	return out
}

// sorted is the column with the values of each run of n rows in blocks of
// their own, in the order in which they lay. rowAt is the row of each place.
func (w *wideColumn) sorted(rowAt []uint32, n, run int) wideColumn {
	sorters := min(runtime.GOMAXPROCS(0), mostSorters)
	runs := make([][]wideRun, sorters)
	var group sync.WaitGroup
	for i := range runs {
		from, to := len(rowAt)*i/sorters, len(rowAt)*(i+1)/sorters
		group.Go(func() { runs[i] = w.runs(rowAt, from, to, (n+run-1)/run, run) })
	}
	group.Wait()
	out := wideColumn{s: w.s, recent: newRecentBlocks(passingBytes)}
	for k := range runs[0] {
		for i := range runs {
			r := &runs[i][k]
			for _, first := range r.first {
				out.first = append(out.first, uint32(out.n)+first)
			}
			out.sizes = append(out.sizes, r.sizes...)
			out.blocks = append(out.blocks, r.blocks...)
			out.n += r.n
		}
	}
	return out
}

// runs are the values of the places [from, to) in n runs of rows.
func (w *wideColumn) runs(rowAt []uint32, from, to, n, run int) []wideRun {
	runs := make([]wideRun, n)
	var batch wideBatch
	passing := *w
	passing.recent = newRecentBlocks(passingBytes)
	r := wideReader{w: &passing}
	defer r.close()
	for place := from; place < to; place++ {
		row := rowAt[place]
		if row == math.MaxUint32 {
			continue // a duplicate
		}
		in := &runs[int(row)/run]
		in.raw = append(in.raw, r.value(uint32(place))...)
		in.ends = append(in.ends, uint32(len(in.raw)))
		if len(in.raw) >= sortedBytes {
			in.flush(w.s, &batch)
		}
	}
	for i := range runs {
		runs[i].flush(w.s, &batch)
		runs[i].raw, runs[i].ends = nil, nil
	}
	return runs
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
