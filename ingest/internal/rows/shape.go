package rows

import (
	"bytes"
	"strings"
)

// HeadSize is how many bytes of a file Sniff wants: all facts about a file as a
// whole are decided on them.
const HeadSize = 64 << 10

// Kind is what the text of a file is, as far as its first bytes tell.
type Kind uint8

// Kinds of files. Only CSV and JSON have records here.
const (
	Empty Kind = iota
	CSV
	JSON
	XML
	Text
	Binary
)

func (k Kind) String() string {
	switch k {
	case CSV:
		return "CSV"
	case JSON:
		return "JSON"
	case XML:
		return "XML"
	case Text:
		return "text"
	case Binary:
		return "binary"
	}
	return "empty"
}

// Shape is what the first bytes of a file say about how it is cut into records.
type Shape struct {
	Encoding Encoding
	BOM      bool
	Kind     Kind

	Comma     byte     // CSV: ',', ';' or '\t'
	TypeLine  string   // CSV: the line before the header: PowerShell's "#TYPE …", Excel's "sep=;"
	Header    []string // CSV: the header's cells as written
	HeaderEnd int      // CSV: bytes of UTF-8 text, without the mark, before the first row

	Envelope []string // JSON: the wrapper's keys up to and with the one of the array
	Keys     []string // JSON: top-level keys of the first record, as far as the head shows
	First    []byte   // the first record as UTF-8, or what the head has of it

	eol   byte // CSV: what ends a row, '\n' or, in a file without any, '\r'
	lines bool // JSON: a document a line
	// JSON: records stand in lists inside the documents, see InLists
	inLists bool
	mark    mark // JSON
}

// Sniff says what a file is from its first HeadSize bytes, all of them if it has
// fewer.
func Sniff(head []byte) Shape {
	cut := len(head) >= HeadSize
	var s Shape
	s.Encoding, s.BOM = encodingOf(head, cut)
	if magic(head) {
		return Shape{Kind: Binary}
	}
	raw := head
	if s.BOM {
		raw = head[len(s.Encoding.bom()):]
	}
	text := raw
	if s.Encoding != UTF8 {
		text, _ = transcode(nil, raw, s.Encoding, !cut)
	}
	i := skipSpace(text, 0)
	if i == len(text) {
		return s
	}
	switch {
	case mailField(view(text)): // whatever the mail holds
		s.Kind = Text
	case bytes.IndexByte(text, 0) >= 0:
		return Shape{Kind: Binary}
	case text[i] == '<':
		s.Kind = XML
	case looksJSON(text[i:]):
		s.Kind = JSON
		s.sniffJSON(text)
	case s.sniffCSV(text, cut):
		s.Kind = CSV
	default:
		s.Kind = Text
	}
	return s
}

// magic knows the binary files among exports that may have no NUL at their head:
// zip containers (workbooks and documents), OLE (saved messages) and PDF.
func magic(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) ||
		bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) ||
		bytes.HasPrefix(head, []byte("%PDF-"))
}

// looksJSON says whether text begins as a document of records does. A comma may
// be left from a merge by hand; "[2024-05-01 …" is a line of some other log.
func looksJSON(text []byte) bool {
	i := 0
	for i < len(text) && (text[i] == ',' || space(text[i])) {
		i++
	}
	if i == len(text) {
		return false
	}
	next := skipSpace(text, i+1)
	if next == len(text) {
		return text[i] == '{' || text[i] == '['
	}
	switch text[i] {
	case '{':
		return text[next] == '"' || text[next] == '}'
	case '[':
		return bytes.IndexByte([]byte(`{["]`), text[next]) >= 0
	}
	return false
}

// sniffJSON finds the first record and how records begin.
func (s *Shape) sniffJSON(text []byte) {
	i := 0
	for i < len(text) && text[i] != '{' && text[i] != '[' {
		i++
	}
	document := i
	if text[i] == '[' {
		i = skipSpace(text, i+1)
	} else if name, array, _, _ := wrapped(text, i, false); array > 0 {
		s.Envelope = keys(text[:array], i)
		if len(s.Envelope) == 0 { // an escape in the name of a key before it
			key, _ := skip(text, name)
			s.Envelope = []string{string(text[name+1 : key-1])}
		}
		i = skipSpace(text, array)
	}
	end := i
	var out outcome
	if i < len(text) && text[i] != ']' {
		end, out = skip(text, i)
	}
	if out == derailed {
		end = len(text)
	}
	s.First = bytes.Clone(text[i:end])
	s.Keys = keys(s.First, 0)
	if i == document && out == whole {
		next := skipSpace(text, end)
		s.lines = next < len(text) && text[next] == '{' && bytes.IndexByte(text[end:next], '\n') >= 0
	}
	s.mark = markOf(text, i)
	if s.Envelope != nil {
		s.mark.wrapper = openingOf(text, document)
	}
}

// keys lists the top-level keys of the object at d[i], as far as it is there.
func keys(d []byte, i int) []string {
	var list []string
	t := tape{rec: new(Record)}
	if i >= len(d) || d[i] != '{' {
		return nil
	}
	for p := skipSpace(d, i+1); p < len(d) && d[p] == '"'; {
		e, out := skip(d, p)
		if out != whole {
			break
		}
		if _, f := t.scan(d[:e], p); f.reason != "" {
			break
		}
		list = append(list, strings.Clone(Value{t: &t}.Text()))
		if p = skipSpace(d, e); p >= len(d) || d[p] != ':' {
			break
		}
		if p, out = skip(d, skipSpace(d, p+1)); out != whole {
			break
		}
		if p = skipSpace(d, p); p < len(d) && d[p] == ',' {
			p = skipSpace(d, p+1)
		}
	}
	return list
}

// markOf says how the record at text[i] begins.
func markOf(text []byte, i int) mark {
	m := mark{opening: openingOf(text, i)}
	k := i
	for k > 0 && (text[k-1] == ' ' || text[k-1] == '\t') {
		k--
	}
	if k == 0 || text[k-1] == '\n' {
		m.byLine, m.indent = true, i-k
	}
	return m
}

// maxOpening bounds how much of a record's beginning is looked for.
const maxOpening = 256

// openingOf is the object at text[i] to the end of its first key.
func openingOf(text []byte, i int) []byte {
	if i >= len(text) || text[i] != '{' {
		return nil
	}
	key := skipSpace(text, i+1)
	if key >= len(text) || text[key] != '"' {
		return nil
	}
	e, out := skip(text, key)
	if out != whole || e-i > maxOpening {
		return nil
	}
	return bytes.Clone(text[i:e])
}
