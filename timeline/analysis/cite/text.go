package cite

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
)

// FirstText is the first value that rows have in a column.
func FirstText(t *timeline.Timeline, c timeline.Col, rows []int) string {
	for _, row := range rows {
		if s := t.Text(c, row); s != "" {
			return s
		}
	}
	return ""
}

// InferredText says with a value whether it came from another record.
func InferredText(t *timeline.Timeline, c timeline.Col, rows []int) string {
	for _, row := range rows {
		if s := t.Text(c, row); s != "" {
			if t.Inferred(c, row) {
				return s + " (inferred)"
			}
			return s
		}
	}
	return ""
}

// Quote writes a text in quotation marks.
func Quote(s string) string { return "“" + s + "”" }

// Operations are those of rows, each once, in the order in which they came.
func Operations(t *timeline.Timeline, rows []int) []string {
	var ops []string
	for _, row := range rows {
		if op := Operation(t, row); !slices.Contains(ops, op) {
			ops = append(ops, op)
		}
	}
	return ops
}

// Operation is a row's, as a cell and an id have it whichever source tells: the
// audit log ends the directory's own words in a full stop.
func Operation(t *timeline.Timeline, row int) string {
	return strings.TrimSuffix(t.Text(timeline.ColOperation, row), ".")
}

// Percent writes a share for a cell.
func Percent(p float64) string { return fmt.Sprintf("%.1f %%", 100*p) }

// Date writes a day as the tables of days count it.
func Date(day int32) string {
	return timeline.Midnight(day).Format(time.DateOnly)
}

// AppNames are the names of the applications of rows, ids where there is no
// name.
func AppNames(t *timeline.Timeline, rows []int) []string {
	var names []string
	for _, row := range rows {
		name := t.Text(timeline.ColApp, row)
		if name == "" {
			name = t.Text(timeline.ColAppID, row)
		}
		if name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
