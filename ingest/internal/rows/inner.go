package rows

import (
	"bytes"
)

// Become makes a record the one that it carries: v is a value of the record, or
// one that Parse made of its text. Offset and Length stay the outer record's.
func (r *Record) Become(v Value) {
	r.Raw, r.Cells, r.Value, r.inner = v.Raw(), nil, v, true
}

// BecomeRow makes a record a row of cells, which must live as long as it does.
func (r *Record) BecomeRow(cells [][]byte) {
	r.Cells, r.Value, r.inner = cells, Value{}, true
}

// ShapeOf is the shape that a file would have whose first record is v.
func ShapeOf(v Value) Shape {
	s := Shape{Kind: JSON, First: bytes.Clone(v.Raw())}
	s.Keys = keys(s.First, 0)
	return s
}

// Table is the shape that a table with these columns would have.
func (s Shape) Table(header []string) Shape {
	s.Kind, s.Header, s.Comma = CSV, header, ','
	s.Keys, s.Envelope, s.inLists = nil, nil, false
	return s
}

// Sample gives the records at the beginning of a file, of which head is the
// first bytes, until f has enough. One that head cuts is not among them.
func Sample(head []byte, s Shape, f func(*Record) bool) {
	if s.Kind != CSV && s.Kind != JSON {
		return
	}
	cutter, splitter := NewCutter(bytes.NewReader(head), s), NewSplitter(s)
	whole := len(head) < HeadSize
	var chunk Chunk
	for cutter.Next(&chunk) == nil {
		splitter.Reset(&chunk)
		for r, ok := splitter.Next(); ok; r, ok = splitter.Next() {
			cut := !whole && r.Offset+int64(r.Length) >= int64(len(head))
			if r.Err == nil && !cut && !r.Has(HeaderRow) && !f(r) {
				return
			}
		}
	}
}

// Cell is the value as a table would have it: the text of a string, nothing
// for null, the JSON text of all else.
func (v Value) Cell() []byte {
	switch {
	case v.IsString():
		return []byte(v.Text())
	case v.IsNull():
		return nil
	}
	return v.Raw()
}

// InText is the shape of a file of lines that have a JSON object behind some
// text: each line is a record of one cell.
func (s Shape) InText() Shape {
	s.Kind, s.Comma, s.Header, s.HeaderEnd, s.eol = CSV, 0, []string{"line"}, 0, '\n'
	s.Keys, s.Envelope, s.TypeLine = nil, nil, ""
	return s
}

// IsJSON says whether a text is one JSON value.
func IsJSON(text []byte) bool {
	t := tape{rec: new(Record)}
	end, f := t.scan(text, 0)
	return f.reason == "" && skipSpace(text, end) == len(text)
}

// Unquote is what a JSON string stands for.
func Unquote(text []byte) ([]byte, bool) {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return nil, false
	}
	t := tape{rec: new(Record)}
	if end, _, f := t.scanString(text, 1); f.reason != "" || end != len(text)-1 {
		return nil, false
	}
	return unescape(nil, text[1:len(text)-1]), true
}
