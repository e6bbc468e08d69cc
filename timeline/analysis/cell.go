package analysis

import (
	"fmt"
	"reflect"
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
// There are many, so that one holds nothing but its value; a text by pointer, so
// that those of many rows may lie together.
type Cell struct{ value any }

// Bytes is a size, as CellOf takes it.
type Bytes int64

// CellOf makes a cell: a string is text, an int a count, a time a moment, a
// duration a span, Bytes a size, strings a list, and nil a column that does not
// apply, as are an empty text or list and the zero time.
func CellOf(value any) Cell {
	switch x := value.(type) {
	case nil:
		return Cell{}
	case string:
		if x == "" {
			return Cell{}
		}
		text := x
		return Cell{&text}
	case time.Time:
		if x.IsZero() {
			return Cell{}
		}
		return Cell{x}
	case []string:
		if len(x) == 0 {
			return Cell{}
		}
		return Cell{x}
	case int:
		return Cell{x}
	case time.Duration:
		return Cell{x}
	case Bytes:
		return Cell{x}
	}
	panic(fmt.Sprintf("no cell is made of %s", reflect.TypeOf(value)))
}

// TextCell is the cell of a text that lies somewhere for good.
func TextCell(at *string) Cell {
	if *at == "" {
		return Cell{}
	}
	return Cell{at}
}

// Set reports whether the column applies; of a text, whether it is not empty.
func (c Cell) Set() bool { return c.value != nil }

// Kind is what the cell holds; Text if the column does not apply.
func (c Cell) Kind() Kind {
	switch c.value.(type) {
	case int:
		return Count
	case time.Time:
		return Moment
	case time.Duration:
		return Duration
	case Bytes:
		return Size
	case []string:
		return List
	}
	return Text
}

// Text is that of a text.
func (c Cell) Text() string {
	if s, ok := c.value.(*string); ok {
		return *s
	}
	return ""
}

// Number is a count, or that of a size's bytes.
func (c Cell) Number() int64 {
	if n, ok := c.value.(int); ok {
		return int64(n)
	}
	n, _ := c.value.(Bytes)
	return int64(n)
}

// Time is that of a moment, zero if it is not known.
func (c Cell) Time() time.Time { at, _ := c.value.(time.Time); return at }

// Span is that of a duration.
func (c Cell) Span() time.Duration { d, _ := c.value.(time.Duration); return d }

// List is that of a list.
func (c Cell) List() []string { list, _ := c.value.([]string); return list }

// Shown is how many values of a list are printed: a list is read by people,
// the data holds all of it.
const Shown = 12

// String is how the cell is printed: a list by semicolons, the first of it
// with a count of the rest; a time as RFC 3339; a duration in minutes.
func (c Cell) String() string {
	switch x := c.value.(type) {
	case int, Bytes:
		return strconv.FormatInt(c.Number(), 10)
	case time.Time:
		return x.UTC().Format(time.RFC3339Nano)
	case time.Duration:
		return strconv.FormatFloat(x.Minutes(), 'f', 1, 64)
	case []string:
		if len(x) <= Shown {
			return strings.Join(x, "; ")
		}
		return strings.Join(x[:Shown], "; ") + "; and " + strconv.Itoa(len(x)-Shown) + " more"
	}
	return c.Text()
}
