package rows

import (
	"bytes"
	"strings"
)

// InLists is the shape of a JSON document whose records stand in lists
// somewhere inside it, under any names: the answer of a query, a bundle of
// several exports. Elements of a list of objects are records, and so are the
// rows of a table that names its columns before them. What stands in records
// is theirs.
func (s Shape) InLists() Shape {
	s.inLists, s.lines = true, false
	s.Envelope, s.Keys, s.First = nil, nil, nil
	return s
}

// maxTrail is how deep in a document lists of records are looked for.
const maxTrail = 8

// A trail is where in a document of lists a chunk begins: the brackets that
// are open and the members they stand under.
type trail struct {
	open    [maxTrail]bracket
	depth   int
	key     string // the last key read
	value   bool   // a colon was read: a value follows
	columns []string
	tableAt int // depth of the object that has the columns
}

// A bracket is an open one. Elements of a list are records; those of a list of
// documents are looked into.
type bracket struct {
	kind byte // '{', '[' or, for a list of documents, 'D'
	key  string
}

func (t *trail) top() byte {
	if t.depth == 0 {
		return 'D'
	}
	return t.open[t.depth-1].kind
}

func (t *trail) push(kind byte) {
	t.open[t.depth] = bracket{kind, t.key}
	t.depth++
	t.key, t.value = "", false
}

func (t *trail) pop() {
	if t.depth > 0 {
		t.depth--
	}
	if t.depth < t.tableAt {
		t.columns, t.tableAt = nil, 0
	}
	t.key, t.value = "", false
}

// list names the list that records stand in, by the members above it.
func (t *trail) list() string {
	var names []string
	for _, b := range t.open[:t.depth] {
		if b.key != "" {
			names = append(names, b.key)
		}
	}
	return strings.Join(names, ".")
}

// step reads the token at d[i], which is no space, and says where it ends and
// whether it is a record. With more, what d ends in is open.
func (t *trail) step(d []byte, i int) (end int, record bool, out outcome) {
	switch c := d[i]; {
	case c == ',':
		t.value = false
		return i + 1, false, whole
	case c == ':':
		t.value = true
		return i + 1, false, whole
	case c == '}' || c == ']':
		t.pop()
		return i + 1, false, whole
	case c == 0xef && afterMark(d, i) > i:
		return afterMark(d, i), false, whole
	case c == '"' && t.top() == '{' && !t.value:
		if end, out = skip(d, i); out == whole {
			t.key = string(d[i+1 : end-1])
		}
		return end, false, out
	case c == '{' && t.top() == '[', c == '[' && t.top() == '[':
		end, out = skip(d, i)
		return end, true, out
	case c == '{' && t.depth < maxTrail:
		t.push('{')
		return i + 1, false, whole
	case c == '[' && t.depth < maxTrail:
		return t.array(d, i)
	}
	end, out = skip(d, i)
	return end, false, out
}

// array decides what the array at d[i] is by its first element.
func (t *trail) array(d []byte, i int) (end int, record bool, out outcome) {
	first := skipSpace(d, i+1)
	switch {
	case first == len(d):
		return first, false, open
	case d[first] == '{' && (t.top() == 'D' || strings.EqualFold(t.key, "tables")):
		t.push('D')
		return i + 1, false, whole
	case d[first] == '{' && (strings.EqualFold(t.key, "columns") || strings.EqualFold(t.key, "schema")):
		if end, out = skip(d, i); out == whole {
			if names := columnNames(d[i:end]); names != nil {
				t.columns, t.tableAt = names, t.depth
			}
		}
		return end, false, out
	case d[first] == '{', d[first] == '[' && t.columns != nil:
		t.push('[')
		return i + 1, false, whole
	}
	end, out = skip(d, i)
	return end, false, out
}

// columnNames reads the description of a table's columns.
func columnNames(d []byte) []string {
	t := tape{rec: new(Record)}
	if _, f := t.scan(d, 0); f.reason != "" {
		return nil
	}
	var names []string
	for e := range (Value{t: &t}).Elements() {
		name := e.Get("name")
		if !name.Exists() {
			name = e.Get("ColumnName")
		}
		if !name.IsString() {
			return nil
		}
		names = append(names, strings.Clone(name.Text()))
	}
	return names
}

// cutLists is the end of the last whole token in d, 0 if there isn't one. It
// moves c.station along.
func (c *Cutter) cutLists(d []byte) int {
	var t trail
	if c.station.trail != nil {
		t = *c.station.trail
	}
	cut, at := 0, t
	for i, sure := 0, true; ; {
		i = skipSpace(d, i)
		if sure {
			cut, at = i, t
		}
		end, out := i, open
		if i < len(d) {
			end, _, out = t.step(d, i)
		}
		if out != whole {
			c.station.trail = &at
			return cut
		}
		// An opening bracket, a number and a word are judged by what follows.
		sure = strings.IndexByte(`{}]:,"`, d[i]) >= 0 || d[i] == '[' && end > i+1
		i = end
	}
}

// nextInLists is the next record of the lists in the chunk.
func (sp *Splitter) nextInLists() (*Record, bool) {
	d, t := sp.data, &sp.trail
	for {
		i := skipSpace(d, sp.pos)
		if i == len(d) {
			sp.pos = i
			sp.chunk.Unclosed = sp.chunk.Unclosed || sp.last && t.depth > 0
			return nil, false
		}
		end, record, out := t.step(d, i)
		switch {
		case out != whole:
			return sp.restOfLists(i, out), true
		case record:
			r := sp.listed(i, end)
			r.List, r.Columns = t.list(), nil
			if d[i] == '[' {
				r.Columns = t.columns
			}
			return r, true
		}
		sp.pos = end
	}
}

// listed reads the record at data[i:end].
func (sp *Splitter) listed(i, end int) *Record {
	sp.pos = end
	r, t := sp.begin(i, end), sp.tape()
	text, from := sp.data[:end], i
	if r.fixed {
		text, from = r.Raw, 0
	}
	p, f := t.scan(text, from)
	if f.reason == "" && skipSpace(text, p) < len(text) {
		f = fault{p, "text behind the JSON value"}
	}
	if f.reason != "" {
		r.fail(f.at-from, f.reason)
		return r
	}
	t.foldTexts()
	r.Flags |= t.flags
	r.Value = Value{t: t}
	return r
}

// restOfLists rejects what is left of the file from i on: its structure is
// lost there, or it was cut.
func (sp *Splitter) restOfLists(i int, out outcome) *Record {
	sp.pos = len(sp.data)
	r := sp.begin(i, max(before(sp.data, len(sp.data)), i+1))
	_, f := sp.tape().scan(r.Raw, 0)
	switch {
	case out == open:
		r.Flags |= Cut
		r.fail(len(bytes.TrimSpace(r.Raw)), "cut record at end of file")
	case f.reason != "":
		r.fail(f.at, f.reason)
	default:
		r.fail(0, "the brackets of the document make no sense from here")
	}
	return r
}
