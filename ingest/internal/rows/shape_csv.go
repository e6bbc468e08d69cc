package rows

import (
	"bytes"
	"strings"
)

// Bounds of what is taken for a header row: a flattened property's name stays
// below 128 bytes.
const (
	maxHeaderCell = 256
	sampledRows   = 8
)

// sniffCSV finds the header row and the delimiter. Whether a text is a table is
// a judgement: its first line must read as names of columns, and the rows seen
// below it must mostly have several cells too.
func (s *Shape) sniffCSV(text []byte, cut bool) bool {
	s.eol = '\n'
	if bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') >= 0 {
		s.eol = '\r'
	}
	start := skipSpace(text, 0)
	for start > 0 && text[start-1] == '\t' { // the name of the first column may be empty
		start--
	}
	if line, rest, ok := bytes.Cut(text[start:], []byte{s.eol}); ok {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if bytes.HasPrefix(line, []byte("#TYPE")) || bytes.HasPrefix(line, []byte("sep=")) {
			s.TypeLine = string(line)
			start = len(text) - len(rest)
		}
	}
	best := table{}
	for _, comma := range []byte{',', ';', '\t'} {
		if t := readTable(text, start, comma, s.eol); len(t.header) > len(best.header) {
			best = t
		}
	}
	if sep, ok := strings.CutPrefix(s.TypeLine, "sep="); ok && len(sep) == 1 {
		best = readTable(text, start, sep[0], s.eol)
	}
	if !best.plausible() || best.end == len(text) && cut {
		return false
	}
	s.Comma, s.Header, s.HeaderEnd = best.comma, best.header, best.end
	end, _, _ := skipRow(text, best.end, best.comma, s.eol)
	s.First = bytes.Clone(bytes.TrimRight(text[best.end:end], "\r\n"))
	return true
}

// A table is a text read with one delimiter.
type table struct {
	comma  byte
	header []string
	quoted bool // the first header cell is
	end    int  // of the header row
	rows   int  // whole rows seen below it
	broad  int  // of them, with at least two cells
}

func readTable(text []byte, start int, comma, eol byte) table {
	t := table{comma: comma}
	var open int
	if t.end, _, open = skipRow(text, start, comma, eol); open >= 0 {
		return t
	}
	s := Shape{Kind: CSV, Comma: comma, eol: eol}
	sp := NewSplitter(s)
	sp.Reset(&Chunk{Data: text[start:]})
	if r, ok := sp.Next(); !ok || r.Err != nil {
		return t
	} else {
		t.quoted = text[start] == '"'
		for i := range r.Cells {
			t.header = append(t.header, string(r.Cells[i]))
		}
	}
	for t.rows < sampledRows && sp.pos < len(sp.data) {
		r, ok := sp.Next()
		if !ok || sp.pos == len(sp.data) { // perhaps cut
			break
		}
		t.rows++
		if len(r.Cells) > 1 {
			t.broad++
		}
	}
	return t
}

// plausible says whether the first row names columns.
func (t *table) plausible() bool {
	if len(t.header) == 0 {
		return false
	}
	named := 0
	for _, cell := range t.header {
		if len(cell) > maxHeaderCell {
			return false
		}
		if strings.TrimSpace(cell) != "" {
			named++
		}
	}
	first := t.header[0]
	if len(t.header) == 1 {
		return named == 1 && (t.quoted || identifier(first))
	}
	if !t.quoted && strings.HasPrefix(first, "From ") { // a mailbox file
		return false
	}
	return named*2 >= len(t.header) && t.broad*2 >= t.rows
}

// identifier says whether s is a single word as columns are named.
func identifier(s string) bool {
	for i, c := range []byte(s) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '.' || c == '-')) {
			return false
		}
	}
	return s != ""
}

// mailField says whether s begins as a header field of a mail does: a word and a
// colon before white space (RFC 5322, 2.2).
func mailField(s string) bool {
	name, rest, ok := strings.Cut(s[:min(len(s), maxHeaderCell)], ":")
	return ok && identifier(name) && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}
