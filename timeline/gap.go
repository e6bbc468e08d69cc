package timeline

// A Gap is a run of days without records, both ends included.
type Gap struct {
	First, Last int32   // days since 1970
	Expected    float64 // how many active days the pattern of weekdays lets expect
}

// Gaps are the runs of days without records, between the first and the last of
// a longer record, that the active days' own pattern of weekdays leaves silent
// with a chance of at most so much. days are the active ones, in order and not
// empty; the pattern is learned from the days outside of the run.
func Gaps(days []int32, first, last int32, chance float64) []Gap {
	var active, all [7]int
	for i, day := range days {
		active[weekday(day)]++
		if i == 0 {
			all[weekday(day)]++
			continue
		}
		// Whole weeks at a time: a span may reach over centuries.
		for d := range all {
			all[d] += int((day - days[i-1]) / 7)
		}
		for d := day - (day-days[i-1])%7 + 1; d <= day; d++ {
			all[weekday(d)]++
		}
	}
	var list []Gap
	for i := range len(days) + 1 {
		from, to := first, last
		if i > 0 {
			from = days[i-1] + 1
		}
		if i < len(days) {
			to = days[i] - 1
		}
		if to < from {
			continue
		}
		if expected := silence(active, all, from, to, chance); expected > 0 {
			list = append(list, Gap{from, to, expected})
		}
	}
	return list
}

// silence is how many active days a run was to have; 0 if chance explains
// that it has none.
func silence(active, all [7]int, from, to int32, least float64) float64 {
	var in [7]int // days of the run, by weekday
	for d := range in {
		in[d] = int(to-from+1) / 7
	}
	for d := to - (to-from+1)%7 + 1; d <= to; d++ {
		in[weekday(d)]++
	}
	chance, expected := 1.0, 0.0
	for d, n := range in {
		rate := (float64(active[d]) + 0.5) / (float64(max(all[d]-n, active[d])) + 1)
		rate = min(rate, 0.99)
		expected += float64(n) * rate
		for range min(n, 100) {
			chance *= 1 - rate
		}
	}
	if chance > least {
		return 0
	}
	return expected
}
