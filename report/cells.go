package report

import (
	"strconv"
	"strings"
	"time"

	"becforensics/timeline/analysis"
)

func number(n int) string { return strconv.Itoa(n) }

func text(s string) Cell { return Cell{Text: s} }

func count(n int) Cell { return Cell{Kind: Number, Number: float64(n), Text: number(n)} }

func moment(t time.Time) Cell { return Cell{Kind: Moment, Time: t} }

func nanos(n int64) Cell {
	if n == 0 {
		return Cell{Kind: Moment}
	}
	return moment(time.Unix(0, n).UTC())
}

func severity(s analysis.Severity) Cell { return Cell{Kind: Severity, Text: s.String()} }

func link(s, sheet string) Cell { return Cell{Kind: Link, Text: s, Sheet: sheet} }

// cellOf shows a finding's cell as its column wants it.
func cellOf(c analysis.Column, s string) Cell {
	switch c.Kind {
	case analysis.Number:
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return Cell{Kind: Number, Number: n, Text: s}
		}
	case analysis.Moment:
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return moment(t.UTC())
		}
	}
	return text(s)
}

// plural writes a count with its noun: 1 record, 2 records.
func plural(n int, noun string) string { return many(n, noun, noun+"s") }

// many is plural of a noun that takes no s.
func many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + more
}

func list(items []string) string { return strings.Join(items, ", ") }
