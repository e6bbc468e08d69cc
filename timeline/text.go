package timeline

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// byteOrderMark tells spreadsheets that a text file is UTF-8.
const byteOrderMark = "\ufeff"

// WriteCSV writes rows as CSV that spreadsheets read as it is meant: times that
// they take for times (milliseconds, UTC; datetime_exact has all digits), and
// no formulas: every cell is quoted, and one that could be read as a formula
// gets a leading apostrophe. JSON lines are the form without loss.
func (t *Timeline) WriteCSV(w io.Writer, rows []int, fields []Field) error {
	columns := t.columns(withExact(fields))
	head := []byte(byteOrderMark)
	for i := range columns {
		if columns[i].Type == "time" {
			columns[i].layout = spreadsheetTime
		}
		head = append(appendCSV(head, i, columns[i].Name), endOfRow(columns, i)...)
	}
	_, err := w.Write(head)
	if err == nil {
		err = t.writeText(w, rows, columns, func(dst []byte, i int, cell string) []byte {
			return append(appendCSV(dst, i, cell), endOfRow(columns, i)...)
		})
	}
	if err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func endOfRow(columns []outgoing, i int) string {
	if i == len(columns)-1 {
		return "\r\n"
	}
	return ""
}

// spreadsheetTime is the form of a time that spreadsheets take for one.
const spreadsheetTime = "2006-01-02 15:04:05.000"

// textBlock is how many rows are made into text at a time at least.
const textBlock = 1 << 11

// writeText writes each row as add makes it of the row's cells, one after the
// other.
func (t *Timeline) writeText(w io.Writer, rows []int, columns []outgoing, add func(dst []byte, i int, cell string) []byte) error {
	wide := t.wideFor(rows, columns)
	err := inOrder(rows, wide.atOnce(textBlock), func() func(block []int, used []byte) []byte {
		b := exportBlock{t: t, from: wide}
		return func(block []int, used []byte) []byte {
			out := used[:0]
			b.read(block, columns)
			for k := range block {
				for i := range columns {
					out = add(out, i, b.text(&columns[i], k))
				}
				b.done()
			}
			return out
		}
	}, func(out []byte) error {
		_, err := w.Write(out)
		return err
	})
	if err == nil {
		err = t.Err()
	}
	return err
}

// appendCSV appends the i-th cell of a row.
func appendCSV(dst []byte, i int, s string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	dst = append(dst, '"')
	if isFormula(s) {
		dst = append(dst, '\'')
	}
	for {
		k := strings.IndexByte(s, '"')
		if k < 0 {
			break
		}
		dst = append(append(dst, s[:k+1]...), '"')
		s = s[k+1:]
	}
	return append(append(dst, s...), '"')
}

// isFormula reports whether a spreadsheet could take a cell for a formula:
// CWE-1236, with the full-width forms and leading blanks.
func isFormula(s string) bool {
	s = strings.TrimLeft(s, " \u00a0\u3000")
	if s == "" {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("=+-@\t\r\n\x00＝＋－＠", r)
}

// WriteJSONL writes rows as JSON lines: the columns that are not empty, under
// the names of the schema, in its order. datetime, message and timestamp_desc
// are always there, as Timesketch wants them.
func (t *Timeline) WriteJSONL(w io.Writer, rows []int, fields []Field) error {
	columns := t.columns(fields)
	err := t.writeText(w, rows, columns, func(dst []byte, i int, cell string) []byte {
		if i == 0 {
			dst = append(dst, '{')
		}
		dst = appendField(dst, columns[i].Field, cell)
		if i == len(columns)-1 {
			dst = append(dst, '}', '\n')
		}
		return dst
	})
	if err != nil {
		return fmt.Errorf("write JSON lines: %w", err)
	}
	return nil
}

func appendField(line []byte, f Field, cell string) []byte {
	if cell == "" {
		switch f.Name {
		case "datetime":
			return append(appendName(line, f.Name), "null"...)
		case "message", "timestamp_desc":
		default:
			return line
		}
	}
	line = appendName(line, f.Name)
	if f.Numeric() && isDigits(cell) {
		return append(line, cell...)
	}
	return appendJSON(line, cell)
}

// isDigits reports whether a cell can stand in JSON as a number: what a record
// gives for one may be anything.
func isDigits(cell string) bool {
	_, err := strconv.ParseUint(cell, 10, 63)
	return err == nil && (cell[0] != '0' || cell == "0")
}

// appendName begins a member.
func appendName(line []byte, name string) []byte {
	if line[len(line)-1] != '{' {
		line = append(line, ',')
	}
	return append(append(append(line, '"'), name...), '"', ':')
}

// appendJSON appends a string as JSON text. Bytes that are not UTF-8 become
// U+FFFD; characters that hide or reorder text are escaped.
func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c != '"' && c != '\\' && c < 0x7f {
			i++
			continue
		}
		b = append(b, s[from:i]...)
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
		i += n
		from = i
	}
	return append(append(b, s[from:]...), '"')
}
