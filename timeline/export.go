package timeline

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// exactField is the time with all its digits as text, which stands beside a
// time that is coarser.
var exactField = Field{Name: "datetime_exact", Type: "text", Doc: "When it happened, UTC, RFC 3339 with up to nine digits; empty if the record states no usable time."}

// withExact puts exactField beside the time.
func withExact(fields []Field) []Field {
	out := make([]Field, 0, len(fields)+1)
	for _, f := range fields {
		out = append(out, f)
		if f.Type == "time" {
			out = append(out, exactField)
		}
	}
	return out
}

// An outgoing is a column on its way into a file.
type outgoing struct {
	Field
	// codes and values are set where rows share values.
	codes  func(row int) uint32
	values *dict
	layout string // of a time that is text
}

// columns are the columns of fields.
func (t *Timeline) columns(fields []Field) []outgoing {
	out := make([]outgoing, len(fields))
	for i, f := range fields {
		out[i].Field, out[i].layout = f, time.RFC3339Nano
		if f.Code {
			out[i].codes, out[i].values = func(row int) uint32 { return t.Code(f.Col, row) }, t.cols[f.Col].dict
		} else if _, ok := t.derived[f.Name]; ok {
			out[i].codes, out[i].values = t.codesOf(f)
		}
	}
	return out
}

// repeats reports whether a column's values are so few that a dictionary of
// them pays.
func (c *outgoing) repeats(rows int) bool {
	const few = 1 << 10
	return c.codes != nil && c.values.len() <= max(few, rows/4)
}

// An exportBlock is rows on their way into a file, with their wide values if
// the file takes any. Its room is used again for the next rows.
type exportBlock struct {
	t      *Timeline
	from   *wideValues
	rows   []int
	placed []placed
	wide   [numWide]wideCells
	made   []byte // texts that no dictionary holds
	listed []Message
}

// read takes the next rows, with their wide values if any of the columns asks
// for them.
func (b *exportBlock) read(rows []int, columns []outgoing) {
	b.rows, b.placed = rows, b.placed[:0]
	read := func(col int) {
		if len(b.placed) == 0 {
			b.placed = b.from.asPlaced(rows, b.placed)
		}
		b.wide[col].read(&b.from.cols[col], b.placed)
	}
	for i := range columns {
		switch columns[i].Name {
		case "messages":
			read(wideMessages)
		case "details":
			read(wideDetails)
		}
	}
}

// text is the i-th row's cell as text, good until done.
func (b *exportBlock) text(c *outgoing, i int) string {
	t, row := b.t, b.rows[i]
	if c.codes != nil {
		return c.values.value(c.codes(row))
	}
	from := len(b.made)
	switch c.Name {
	case "datetime", exactField.Name:
		if n, ok := t.Nanos(row); ok {
			b.made = time.Unix(0, n).UTC().AppendFormat(b.made, c.layout)
		}
	case "message":
		b.made = t.appendLine(b.made, row)
	case "origin":
		b.made = append(b.made, t.Origin(row).String()...)
	case "same_as":
		if !t.IsAct(row) {
			b.made = append(b.made, t.Origin(t.SameAs(row)).String()...)
		}
	case "messages":
		b.made = appendMessagesJSON(b.made, b.messages(i))
	case "details":
		return viewOf(b.wide[wideDetails].at(i))
	}
	return viewOf(b.made[from:])
}

// done lets go of the texts that were asked for.
func (b *exportBlock) done() { b.made = b.made[:0] }

// messages are those that the i-th row lists, good until others are asked for.
func (b *exportBlock) messages(i int) []Message {
	b.listed = listMessages(b.listed[:0], b.wide[wideMessages].at(i))
	return b.listed
}

// number is a row's cell as a number; false if the cell is no number.
func (t *Timeline) number(c *outgoing, row int) (int64, bool) {
	n, err := strconv.ParseUint(c.values.value(c.codes(row)), 10, 63)
	return int64(n), err == nil
}

// valid is text as UTF-8; what is not becomes U+FFFD.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}
