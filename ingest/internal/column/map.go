package column

import (
	"slices"
	"strings"

	"becforensics/ingest/internal/rows"
)

// A File is what a Map has to know of the file that it is for.
type File struct {
	Header []string // of a table; nil for JSON
	Keys   []string // of the first record, for JSON
	// Asked gets each field that a decoder asks for. It is for tests and
	// nil otherwise; it may be called from several goroutines.
	Asked func(*Field)
}

// A Map finds the fields of one file's records. It may be used by several
// goroutines.
type Map struct {
	file   File
	fields Fields
	again  []bool // columns whose name stands before
	paths  [][]path
	cells  []int // where a table has a field in one column, or in none; else notCell
	names  [][]string
	inside map[string]bool // objects that paths lead into
}

// notCell marks a field that is more than the text of one cell.
const notCell = -2

// A path is a column, or a key, and the keys below it.
type path struct {
	column int
	keys   []rows.Key
	name   string // the whole path, as it is spelt in the file
	looks  bool   // what it finds stays in the rest
}

// NewMap maps fields to a file. Columns are compared by their Normal names. Of
// keys the file's own spelling is taken where the first record shows one that
// differs in the case of the first letter only; in a file that begins its keys
// with capitals, as PowerShell does, all keys of a path begin so.
func NewMap(file File, fields Fields) *Map {
	m := &Map{file: file, fields: fields, paths: make([][]path, len(fields)), inside: map[string]bool{}}
	seen := map[string]bool{}
	for _, name := range file.Header {
		name = Normal(name)
		m.again = append(m.again, seen[name])
		seen[name] = true
	}
	pascal := file.pascal(fields)
	for f := range fields {
		m.names = append(m.names, fields[f].names())
		for _, p := range fields[f].Paths {
			m.add(f, p, pascal)
		}
		m.cells = append(m.cells, m.cell(f))
	}
	return m
}

// cell is the column whose cell alone is a field, -1 if the table lacks it.
func (m *Map) cell(f int) int {
	switch list := m.paths[f]; {
	case len(list) == 0:
		return -1
	case len(list) == 1 && list[0].column >= 0 && len(list[0].keys) == 0:
		return list[0].column
	}
	return notCell
}

// For maps other fields to the same file.
func (m *Map) For(fields Fields) *Map { return NewMap(m.file, fields) }

// Under maps the same fields to a header that stands elsewhere in the file.
func (m *Map) Under(header []string) *Map {
	return NewMap(File{Header: header, Asked: m.file.Asked}, m.fields)
}

// pascal reports whether a JSON file begins keys with a capital that the
// fields do not.
func (file *File) pascal(fields Fields) bool {
	for _, f := range fields {
		for _, p := range f.Paths {
			first, _, _ := strings.Cut(p, ".")
			if c := capital(first); c != first && slices.Contains(file.Keys, c) && !slices.Contains(file.Keys, first) {
				return true
			}
		}
	}
	return false
}

func capital(key string) string {
	if key == "" {
		return key
	}
	return strings.ToUpper(key[:1]) + key[1:]
}

func (m *Map) add(f int, text string, pascal bool) {
	whole, looks := strings.CutSuffix(text, look)
	keys := strings.Split(whole, ".")
	p := path{column: -1, looks: looks}
	if m.file.Header != nil {
		if at := Find(m.file.Header, whole); at >= 0 {
			keys = keys[:1]
			p.column = at
		} else if p.column = Find(m.file.Header, keys[0]); p.column < 0 {
			return
		}
		p.name = strings.Join(append([]string{m.file.Header[p.column]}, keys[1:]...), ".")
		keys = keys[1:]
	} else {
		if pascal {
			for i, k := range keys {
				keys[i] = capital(k)
			}
		}
		keys[0] = m.file.spelled(keys[0])
		p.name = strings.Join(keys, ".")
		for i := range keys {
			m.inside[strings.Join(keys[:i], ".")] = true
		}
	}
	for _, k := range keys {
		p.keys = append(p.keys, rows.NewKey(k))
	}
	m.paths[f] = append(m.paths[f], p)
}

// spelled is a key with the first letter that the file gives it.
func (file *File) spelled(key string) string {
	like := func(k string) bool {
		return k != "" && key != "" && k[1:] == key[1:] && strings.EqualFold(k[:1], key[:1])
	}
	if i := slices.IndexFunc(file.Keys, like); i >= 0 && !slices.Contains(file.Keys, key) {
		return file.Keys[i]
	}
	return key
}

// Header is the names of a table's columns, nil for JSON.
func (m *Map) Header() []string { return m.file.Header }

// ask lets a test know that a field is asked for.
func (m *Map) ask(f int) {
	if m.file.Asked != nil && f < len(m.fields) {
		m.file.Asked(&m.fields[f])
	}
}

// at is the paths of a field; of one behind the last declared there aren't any.
func (m *Map) at(f int) []path {
	if uint(f) >= uint(len(m.paths)) {
		return nil
	}
	return m.paths[f]
}

// Has reports whether a table has a column for the field; JSON may have any.
func (m *Map) Has(f int) bool {
	m.ask(f)
	return m.file.Header == nil || len(m.at(f)) > 0
}

// Column is the first column that a field is at; -1 if the table has none.
func (m *Map) Column(f int) int {
	m.ask(f)
	return m.Place(f)
}

// Place is as Column, for a decoder that keeps the places of all fields: it is
// the one that lets a test know which of them it asks for, by an Index.
func (m *Map) Place(f int) int {
	if list := m.at(f); len(list) > 0 {
		return list[0].column
	}
	return -1
}

// Names are the names of a field as they were declared, for files that are
// neither tables nor JSON.
func (m *Map) Names(f int) []string {
	m.ask(f)
	if f >= len(m.fields) {
		return nil
	}
	return m.names[f]
}

// Text is the first text of a field that is not empty. An object or an array
// is its JSON text.
func (m *Map) Text(r *rows.Record, f int) string {
	m.ask(f)
	if uint(f) < uint(len(m.cells)) && m.cells[f] != notCell {
		return r.Cell(m.cells[f])
	}
	return m.first(r, f)
}

func (m *Map) first(r *rows.Record, f int) string {
	list := m.at(f)
	for i := range list {
		if s := m.text(r, &list[i]); s != "" {
			return s
		}
	}
	return ""
}

func (m *Map) text(r *rows.Record, p *path) string {
	if p.column >= 0 && len(p.keys) == 0 {
		return r.Cell(p.column)
	}
	v := m.walk(r, p)
	if v.IsObject() || v.IsArray() {
		return string(v.Raw())
	}
	return v.Text()
}

// Value is the first value of a field that is there, as JSON has it; of a
// table, that of a cell of JSON.
func (m *Map) Value(r *rows.Record, f int) rows.Value {
	m.ask(f)
	list := m.at(f)
	for i := range list {
		if v := m.walk(r, &list[i]); v.Exists() {
			return v
		}
	}
	return rows.Value{}
}

// Object is the first object or array of a field, be it written as one or as a
// text of JSON; the zero Value if there isn't one.
func (m *Map) Object(r *rows.Record, f int) rows.Value {
	m.ask(f)
	list := m.at(f)
	for i := range list {
		if v := Open(r, m.walk(r, &list[i])); v.IsObject() || v.IsArray() {
			return v
		}
	}
	return rows.Value{}
}

func (m *Map) walk(r *rows.Record, p *path) rows.Value {
	v := r.Value
	if p.column >= 0 {
		v = cell(r, p.column)
	}
	for _, k := range p.keys {
		v = Open(r, v).At(k)
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
