package report

import (
	"math"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
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

// citing names records shortly.
func citing(list ...timeline.Origin) Cell { return Cell{Text: origins(list), Origins: list} }

// minuteTenths is the precision of a duration: what a reader takes in.
const minuteTenths = 10

// cellOf shows a finding's cell: durations in minutes, sizes in bytes.
func cellOf(c analysis.Cell) Cell {
	switch c.Kind() {
	case analysis.Count, analysis.Size:
		return Cell{Kind: Number, Number: float64(c.Number()), Text: c.String()}
	case analysis.Duration:
		return Cell{Kind: Number, Number: math.Round(c.Span().Minutes()*minuteTenths) / minuteTenths, Text: c.String()}
	case analysis.Moment:
		return moment(c.Time().UTC())
	}
	return text(c.String())
}

// heading is a column's name with the unit of its cells.
func heading(c analysis.Column) string {
	switch c.Kind {
	case analysis.Duration:
		return c.Name + " (min)"
	case analysis.Size:
		return c.Name + " (bytes)"
	case analysis.Moment:
		return c.Name + utcMark
	}
	return c.Name
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

// tenth is a number of points as scores are rounded.
func tenth(v float64) float64 { return math.Round(v*10) / 10 }

func points(v float64) Cell {
	return Cell{Kind: Number, Number: tenth(v), Text: strconv.FormatFloat(tenth(v), 'g', -1, 64)}
}

// stamp is a time in a sentence: UTC, to the second.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "an unknown time"
	}
	return t.UTC().Format(time.DateTime)
}
