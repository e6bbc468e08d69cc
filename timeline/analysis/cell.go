package analysis

import (
	"strconv"
	"strings"
	"time"
)

// A Kind is what a cell holds.
type Kind uint8

// Kinds of cells.
const (
	Text     Kind = iota
	Count         // a number of things, or a number in the unit that the column names
	Moment        // a time, UTC
	Duration      // a span
	Size          // bytes
	List          // texts, in order, each once
)

var kindNames = [...]string{"text", "count", "moment", "duration", "size", "list"}

// String is the word that the JSON and the documents have for the kind.
func (k Kind) String() string { return kindNames[k] }

// A Cell is one value of a row. The report prints it, once for all outputs;
// package cite builds it. The zero Cell says that the column does not apply.
type Cell struct {
	Kind   Kind
	Text   string
	Number int64         // a count, or bytes
	Time   time.Time     // zero if it is not known
	Span   time.Duration // of a Duration
	List   []string
	Set    bool // whether the column applies; of a text, whether it is not empty
}

// Shown is how many values of a list are printed: a list is read by people,
// the data holds all of it.
const Shown = 12

// String is how the cell is printed: a list by semicolons, the first of it
// with a count of the rest; a time as RFC 3339; a duration in minutes.
func (c Cell) String() string {
	if !c.Set {
		return ""
	}
	switch c.Kind {
	case Count, Size:
		return strconv.FormatInt(c.Number, 10)
	case Moment:
		return c.Time.UTC().Format(time.RFC3339Nano)
	case Duration:
		return strconv.FormatFloat(c.Span.Minutes(), 'f', 1, 64)
	case List:
		if len(c.List) <= Shown {
			return strings.Join(c.List, "; ")
		}
		return strings.Join(c.List[:Shown], "; ") + "; and " + strconv.Itoa(len(c.List)-Shown) + " more"
	}
	return c.Text
}
