package timeline

import "slices"

// order is the rows that stay, by time; rows are already by evidence and
// record, so those of one time keep their order.
func (b *Builder) order(drop []bool) []uint32 {
	times := make([]int64, b.n)
	rows := make([]uint32, 0, b.n)
	for i := range times {
		times[i] = int64(b.time.at(i))
		if !drop[i] {
			rows = append(rows, uint32(i))
		}
	}
	return byTime(rows, times)
}

// byTime puts rows in the order of their times, and leaves those of one time in
// theirs. Exports are in order of time over long stretches, forwards or
// backwards: these are found and merged, two neighbours at a time.
func byTime(rows []uint32, times []int64) []uint32 {
	ends := stretches(rows, times)
	merged := make([]uint32, len(rows))
	for len(ends) > 1 {
		from, n := 0, 0
		for i := 0; i < len(ends); i += 2 {
			middle, end := ends[i], ends[min(i+1, len(ends)-1)]
			merge(merged[from:end], rows[from:middle], rows[middle:end], times)
			ends[n] = end
			from, n = end, n+1
		}
		ends = ends[:n]
		rows, merged = merged, rows
	}
	return rows
}

// stretches turns around the stretches of rows whose times fall, and returns
// where each stretch whose times rise ends.
func stretches(rows []uint32, times []int64) []int {
	var ends []int
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && times[rows[to]] < times[rows[to-1]] {
			to++
		}
		slices.Reverse(rows[from:to])
		for to < len(rows) && times[rows[to]] >= times[rows[to-1]] {
			to++
		}
		ends = append(ends, to)
		from = to
	}
	return ends
}

// merge puts two lists in order into one; of rows of one time those of the
// first come first.
func merge(into, first, second []uint32, times []int64) {
	for i := range into {
		if len(second) == 0 || len(first) > 0 && times[first[0]] <= times[second[0]] {
			into[i], first = first[0], first[1:]
		} else {
			into[i], second = second[0], second[1:]
		}
	}
}
