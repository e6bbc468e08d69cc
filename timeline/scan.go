package timeline

import (
	"iter"
	"slices"
)

// RowsWith yields the rows whose code in a column is wanted, in time order.
func (t *Timeline) RowsWith(c Col, wanted []bool) iter.Seq[int] {
	v := &t.cols[c].codes
	return func(yield func(int) bool) {
		for k, l := range v.leaves {
			from, first, code := k<<leafShift, v.s.data(l), l.frame.read(0)
			for i := range min(leafRows, v.n-from) {
				if first != nil {
					code = l.frame.read(load1(first, l.width, i))
				}
				if wanted[code] && !yield(from+i) {
					return
				}
			}
		}
	}
}

// Scan looks each distinct value of the columns up once and then walks the
// rows: take gets, for each row in time order, what its values hit.
func Scan(t *Timeline, columns []Col, lookup func(c Col, code uint32) []int, take func(row int, c Col, hit int)) {
	type column struct {
		c    Col
		hits map[uint32][]int // by code
	}
	var found []column
	for _, c := range columns {
		hits := map[uint32][]int{}
		for code := 1; code < t.Cardinality(c); code++ {
			if m := lookup(c, uint32(code)); len(m) > 0 {
				m = slices.Clone(m)
				slices.Sort(m)
				hits[uint32(code)] = slices.Compact(m)
			}
		}
		if len(hits) > 0 {
			found = append(found, column{c, hits})
		}
	}
	if len(found) == 0 {
		return
	}
	for row := range t.Len() {
		for _, col := range found {
			for _, hit := range col.hits[t.Code(col.c, row)] {
				take(row, col.c, hit)
			}
		}
	}
}
