package clock

import "sync/atomic"

// An Order gathers in which order the dates of one file put day and month. It
// may be used by several goroutines; what it decides depends only on the dates
// that it saw.
type Order struct{ month, day, either atomic.Int64 }

// See takes note of a reading.
func (o *Order) See(r Reading) {
	switch r.Form {
	case MonthFirst:
		o.month.Add(1)
	case DayFirst:
		o.day.Add(1)
	case Either:
		o.either.Add(1)
	}
}

// Decide says whether the file puts the day first, and in words what was
// assumed and why; the words are empty if no date left a choice.
func (o *Order) Decide() (dayFirst bool, words string) {
	month, day, either := o.month.Load(), o.day.Load(), o.either.Load()
	switch {
	case month+day+either == 0:
		return false, ""
	case month > 0 && day > 0:
		return day > month, "dates contradict each other: some make sense only with the month first, others only with the day first; the more frequent order was assumed for the rest"
	case day > 0:
		return true, "dates read with the day before the month: some make sense only so"
	case month > 0:
		return false, "dates read with the month before the day: some make sense only so"
	}
	return false, "ambiguous dates: day and month could be either way in all of them; the month was assumed to come first"
}
