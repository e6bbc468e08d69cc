// Package paths finds a layout's fields by their paths: through columns or keys,
// objects within objects and JSON texts that stand in a cell or a string. It
// knows no export, does not decide what a file is and converts no values.
package paths

import (
	"slices"
	"strings"

	"becforensics/ingest/internal/fields"
	"becforensics/ingest/internal/rows"
)

// A Map finds fields by number: their place in the list that New was given.
type Map struct {
	header []string // nil for JSON
	again  []bool   // columns whose name stands before
	fields [][]path
	inside map[string]bool // objects that paths lead into
}

// A path is a column, or a key, and the keys below it.
type path struct {
	column int
	keys   []string
	name   string // the whole path
	looks  bool   // what it finds stays in the rest
}

// New maps fields, each given by its paths in the order of preference, to the
// header of a file; header is nil for JSON. A path is names joined by full
// stops: the first is that of a column or key, the others of keys below it.
// Columns are compared without regard to case, spaces and a trailing "[UTC]".
// A path that ends in ".*" only looks into a value, which stays in the Rest.
// With pascal the keys of a path begin with a capital, as PowerShell writes
// them.
func New(header []string, pascal bool, list ...[]string) *Map {
	m := &Map{header: header, fields: make([][]path, len(list)), inside: map[string]bool{}}
	seen := map[string]bool{}
	for _, name := range header {
		name = fields.Normal(name)
		m.again = append(m.again, seen[name])
		seen[name] = true
	}
	for f, paths := range list {
		for _, p := range paths {
			m.add(f, strings.Split(p, "."), pascal)
		}
	}
	return m
}

func (m *Map) add(f int, keys []string, pascal bool) {
	p := path{column: -1}
	if last := len(keys) - 1; keys[last] == "*" {
		p.looks, keys = true, keys[:last]
	}
	if pascal && m.header == nil {
		for i, k := range keys {
			keys[i] = strings.ToUpper(k[:1]) + k[1:]
		}
	}
	p.keys, p.name = keys, strings.Join(keys, ".")
	for i := range keys {
		m.inside[strings.Join(keys[:i], ".")] = true
	}
	if m.header != nil {
		if p.column = Column(m.header, keys[0]); p.column < 0 {
			return
		}
		p.name = strings.Join(append([]string{m.header[p.column]}, keys[1:]...), ".")
	}
	m.fields[f] = append(m.fields[f], p)
}

// Column is the place of a column in a header, compared as New does; -1 if it
// is not there. The first of several wins.
func Column(header []string, name string) int {
	want := fields.Normal(name)
	for i, h := range header {
		if fields.Normal(h) == want {
			return i
		}
	}
	return -1
}

// Text is the first text of a field that is not empty. An object or an array
// is its JSON text.
func (m *Map) Text(r *rows.Record, f int) string {
	for _, p := range m.fields[f] {
		if s := m.text(r, p); s != "" {
			return s
		}
	}
	return ""
}

func (m *Map) text(r *rows.Record, p path) string {
	if m.header != nil && len(p.keys) == 1 {
		return r.Cell(p.column)
	}
	v := m.walk(r, p)
	if v.IsObject() || v.IsArray() {
		return string(v.Raw())
	}
	return v.Text()
}

// Value is the first object or array of a field, be it written as one or as a
// text of JSON; the zero Value if there is none.
func (m *Map) Value(r *rows.Record, f int) rows.Value {
	for _, p := range m.fields[f] {
		if v := Open(r, m.walk(r, p)); v.IsObject() || v.IsArray() {
			return v
		}
	}
	return rows.Value{}
}

func (m *Map) walk(r *rows.Record, p path) rows.Value {
	v, keys := r.Value, p.keys
	if m.header != nil {
		v, keys = cell(r, p.column), keys[1:]
	}
	for _, k := range keys {
		v = Open(r, v).Get(k)
	}
	return v
}

// cell is the JSON value that a cell holds.
func cell(r *rows.Record, column int) rows.Value {
	if column >= len(r.Cells) || !looksJSON(r.Cell(column)) {
		return rows.Value{}
	}
	v, err := r.Parse(r.Cells[column])
	if err != nil {
		return rows.Value{}
	}
	return v
}

// Open is the value that a string holds as JSON text; any other value, and a
// string that is no such text, is itself.
func Open(r *rows.Record, v rows.Value) rows.Value {
	if !v.IsString() || !looksJSON(v.Text()) {
		return v
	}
	inner, err := r.Parse([]byte(v.Text()))
	if err != nil {
		return v
	}
	return inner
}

func looksJSON(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	return s != "" && (s[0] == '{' || s[0] == '[')
}

// Rest is a JSON object of what no field took: cells that are not empty, or
// members that are not null, as they stand. A path that gave way to an earlier
// one of its field stays in it unless both say the same; so do the fields named
// in keep. It is "" if nothing is left.
func (m *Map) Rest(r *rows.Record, keep ...int) string {
	taken := m.takenBy(r, keep)
	var b []byte
	if m.header == nil {
		b = m.appendRest(b, r.Value, "", taken)
	} else {
		for i, name := range m.header {
			s := r.Cell(i)
			if s == "" || !m.again[i] && taken[name] {
				continue
			}
			if m.again[i] {
				name += " (again)"
			}
			b = appendName(b, name)
			if v := cell(r, i); v.Exists() {
				b = append(b, v.Raw()...)
			} else {
				b = append(b, fields.Quote(s)...)
			}
		}
	}
	if len(b) == 0 {
		return ""
	}
	return string(append(b, '}'))
}

// takenBy is the paths that the fields of a record came from.
func (m *Map) takenBy(r *rows.Record, keep []int) map[string]bool {
	taken := map[string]bool{}
	for f, list := range m.fields {
		text := m.Text(r, f)
		if text == "" || slices.Contains(keep, f) {
			continue
		}
		for _, p := range list {
			if !p.looks && m.text(r, p) == text {
				taken[p.name] = true
			}
		}
	}
	return taken
}

// appendRest appends the members of an object that no field took, without the
// closing brace; nothing if none is left.
func (m *Map) appendRest(b []byte, v rows.Value, above string, taken map[string]bool) []byte {
	for name, member := range v.Members() {
		at := above + name
		if member.IsNull() || taken[at] {
			continue
		}
		if member.IsObject() && m.inside[at] {
			if inner := m.appendRest(nil, member, at+".", taken); len(inner) > 0 {
				b = append(append(appendName(b, name), inner...), '}')
			}
			continue
		}
		b = append(appendName(b, name), member.Raw()...)
	}
	return b
}

func appendName(b []byte, name string) []byte {
	if len(b) == 0 {
		b = append(b, '{')
	} else {
		b = append(b, ',')
	}
	return append(append(b, fields.Quote(name)...), ':')
}
