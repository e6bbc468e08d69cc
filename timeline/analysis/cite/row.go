package cite

import (
	"slices"
	"strconv"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Citing is Rows.Citing of one row.
func Citing(t *timeline.Timeline, rows []int) analysis.Row { return RowsOf(t).Citing(rows...) }

// Origins are those of rows, in the order of the rows.
func Origins(t *timeline.Timeline, rows []int) []timeline.Origin {
	list := make([]timeline.Origin, len(rows))
	for i, row := range rows {
		list[i] = t.Origin(row)
	}
	return list
}

// Informing is Rows.Informing of one row.
func Informing(t *timeline.Timeline, first, last int) analysis.Row {
	return RowsOf(t).Informing(first, last)
}

// About is a row about what many records and origins without events hold: it
// cites all of them if the severity accuses, else the first and the last record
// and the origins. Where no record is about it, it begins at first, which may be
// zero. rows must be in time order; the user is left to the analysis.
func About(t *timeline.Timeline, rows []int, severity analysis.Severity, first time.Time, origins []timeline.Origin) analysis.Row {
	var r analysis.Row
	switch {
	case len(rows) == 0:
		r.First, r.Last = first, first
	case severity == analysis.Info:
		r = Informing(t, rows[0], rows[len(rows)-1])
	default:
		r = Citing(t, rows)
	}
	r.Severity, r.User = severity, ""
	r.Origins = append(r.Origins, origins...)
	return r
}

// Common is the value that all rows that have one share but for case, as the
// first writes it; empty if they differ.
func Common(t *timeline.Timeline, c timeline.Col, rows []int) string {
	fold := t.Fold(c)
	var seen uint32
	for _, row := range rows {
		code := t.Code(c, row)
		switch {
		case code == 0 || seen != 0 && fold[seen] == fold[code]:
		case seen == 0:
			seen = code
		default:
			return ""
		}
	}
	return t.Value(c, seen)
}

// Distinct lists the values of rows in a column, sorted, each once.
func Distinct(t *timeline.Timeline, c timeline.Col, rows []int) []string {
	return RowsOf(t).distinct(c, rows)
}

// ByTime puts finding rows in the order of their first time, those without
// one last; what is equal stays in the order in which it was found.
func ByTime(rows []analysis.Row) {
	if !slices.IsSortedFunc(rows, CompareTime) {
		slices.SortStableFunc(rows, CompareTime)
	}
}

// CompareTime orders rows by their first time, those without one last, then by
// their first origin.
func CompareTime(a, b analysis.Row) int {
	switch {
	case a.First.IsZero() != b.First.IsZero():
		if a.First.IsZero() {
			return 1
		}
		return -1
	case !a.First.Equal(b.First):
		return a.First.Compare(b.First)
	}
	return firstOrigin(a).Compare(firstOrigin(b))
}

func firstOrigin(r analysis.Row) timeline.Origin {
	if len(r.Origins) == 0 {
		return timeline.Origin{}
	}
	return r.Origins[0]
}

// Join lists values in a sentence, as a cell of a list shows them.
func Join(values []string) string {
	return analysis.CellOf(values).String()
}

// Stamp writes a time as a cell of kind Moment is printed; empty if it is zero.
func Stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return timeline.FormatTime(at.UnixNano())
}

// Plural is a number with its noun: "1 search", "3 searches".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Counted is Plural of a noun that takes an s.
func Counted(n int, noun string) string { return Plural(n, noun, noun+"s") }

// DistinctFolded is Distinct without regard to case.
func DistinctFolded(t *timeline.Timeline, c timeline.Col, rows []int) []string {
	fold := t.Fold(c)
	seen := map[uint32]bool{}
	var values []string
	for _, row := range rows {
		if code := fold[t.Code(c, row)]; code != 0 && !seen[code] {
			seen[code] = true
			values = append(values, t.Value(c, code))
		}
	}
	slices.Sort(values)
	return values
}

// Accusing counts the rows that accuse.
func Accusing(rows []analysis.Row) int {
	n := 0
	for i := range rows {
		if rows[i].Severity > analysis.Info {
			n++
		}
	}
	return n
}
