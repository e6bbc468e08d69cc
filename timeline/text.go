package timeline

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WriteCSV writes rows as CSV that no spreadsheet takes for formulas: every
// cell is quoted, and one that could be read as a formula gets a leading
// apostrophe. JSON lines are the form without loss.
func (t *Timeline) WriteCSV(w io.Writer, rows []int, fields []Field) error {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	if _, err := w.Write(appendCSV(nil, names)); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	if err := t.writeText(w, rows, fields, appendCSV); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// textBlock is how many rows are made into text at a time.
const textBlock = 4096

// writeText writes each row as encode makes it of the row's cells.
func (t *Timeline) writeText(w io.Writer, rows []int, fields []Field, encode func(dst []byte, cells []string) []byte) error {
	return inOrder(rows, textBlock, func(block []int) []byte {
		var cells []string
		var out []byte
		for _, row := range block {
			cells = t.cells(row, fields, cells[:0])
			out = encode(out, cells)
		}
		return out
	}, func(out []byte) error {
		_, err := w.Write(out)
		return err
	})
}

func appendCSV(dst []byte, cells []string) []byte {
	for i, s := range cells {
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
		dst = append(append(dst, s...), '"')
	}
	return append(dst, '\r', '\n')
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
	encode := func(dst []byte, cells []string) []byte { return appendJSONL(dst, fields, cells) }
	if err := t.writeText(w, rows, fields, encode); err != nil {
		return fmt.Errorf("write JSON lines: %w", err)
	}
	return nil
}

func appendJSONL(dst []byte, fields []Field, cells []string) []byte {
	dst = append(dst, '{')
	for i, f := range fields {
		dst = appendField(dst, f, cells[i])
	}
	return append(dst, '}', '\n')
}

func appendField(line []byte, f Field, cell string) []byte {
	if cell == "" {
		switch f.Name {
		case "datetime":
			return appendMember(line, f.Name, "null")
		case "message", "timestamp_desc":
		default:
			return line
		}
	}
	if f.Numeric() && isDigits(cell) {
		return appendMember(line, f.Name, cell)
	}
	return appendMember(line, f.Name, quoteJSON(cell))
}

// isDigits reports whether a cell can stand in JSON as a number: what a record
// gives for a size may be anything.
func isDigits(cell string) bool {
	_, err := strconv.ParseUint(cell, 10, 63)
	return err == nil && (cell[0] != '0' || cell == "0")
}

func appendMember(line []byte, name, value string) []byte {
	if line[len(line)-1] != '{' {
		line = append(line, ',')
	}
	line = append(line, '"')
	line = append(line, name...)
	line = append(line, '"', ':')
	return append(line, value...)
}

// quoteJSON is a string as JSON text. Bytes that are not UTF-8 become U+FFFD;
// characters that hide or reorder text are escaped.
func quoteJSON(s string) string {
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for _, r := range s {
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
	}
	return string(append(b, '"'))
}
