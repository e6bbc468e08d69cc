package report

import (
	"bufio"
	"io"
	"strconv"
	"time"

	"becforensics/ingest/evidence"
)

// Dump writes a book as readable text, for comparison: each sheet with its
// title and paragraphs, then a line a row with the cells between bars. Times
// are RFC 3339 in UTC, a link names its sheet, and what cannot be seen is
// escaped, so that a row stays one line.
func Dump(w io.Writer, b *Book) error {
	d := bufio.NewWriter(w)
	line := func(parts ...string) {
		for _, p := range parts {
			d.WriteString(p)
		}
		d.WriteByte('\n')
	}
	line("book: ", evidence.Printable(b.Title))
	for i := range b.Sheets {
		s := &b.Sheets[i]
		line()
		line("== ", s.Name, " ==")
		line(evidence.Printable(s.Title))
		for _, p := range s.Intro {
			line(evidence.Printable(p))
		}
		for _, c := range s.Charts {
			line("chart: ", evidence.Printable(c.Title), ": ", evidence.Printable(c.Alt))
		}
		if len(s.Columns) == 0 {
			continue
		}
		for _, c := range s.Columns {
			d.WriteString("| ")
			d.WriteString(evidence.Printable(c.Name))
			d.WriteByte(' ')
		}
		line("|")
		s.Rows(func(cells []Cell) bool {
			for i := range cells {
				d.WriteByte('|')
				if t := cells[i].dump(); t != "" {
					d.WriteByte(' ')
					d.WriteString(t)
				}
				d.WriteByte(' ')
			}
			line("|")
			return true
		})
	}
	return d.Flush()
}

// dump is a cell as text on one line.
func (c *Cell) dump() string {
	switch c.Kind {
	case Number:
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	case Moment:
		if c.Time.IsZero() {
			return ""
		}
		return c.Time.UTC().Format(time.RFC3339Nano)
	case Link:
		to := c.Sheet
		if c.Row > 0 {
			to += ":" + strconv.Itoa(c.Row)
		}
		return evidence.Printable(c.Text) + " -> " + to
	case Blank:
		return "____"
	}
	return evidence.Printable(c.Text)
}
