// Package fields finds a layout's fields in a record, whether it is a row of
// cells or a JSON object, under whichever of their names the export uses, and
// gathers what no column took. It does not decide what a file is and converts
// no values.
package fields

import (
	"iter"
	"strings"

	"becforensics/ingest/internal/rows"
)

// A Map finds fields by number. Fields are numbered by their place in the
// list that New was given.
type Map struct {
	names [][]string
	index []int // CSV: cell of each field, -1 if the file has none
	taken []bool
	head  []string
}

// New maps fields, each given by its names in the order of preference, to the
// header of a file; header is nil for JSON. A header's name is compared
// without regard to case, spaces and a trailing "[UTC]".
func New(header []string, names ...[]string) *Map {
	m := &Map{names: names, head: header}
	if header == nil {
		return m
	}
	m.index, m.taken = make([]int, len(names)), make([]bool, len(header))
	for f, list := range names {
		m.index[f] = -1
		for _, name := range list {
			if i := find(header, name); i >= 0 {
				m.index[f], m.taken[i] = i, true
				break
			}
		}
	}
	return m
}

func find(header []string, name string) int {
	want := Normal(name)
	for i, h := range header {
		if Normal(h) == want {
			return i
		}
	}
	return -1
}

// Normal is a column's name as names are compared.
func Normal(name string) string {
	name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
	name = strings.TrimSuffix(name, "[utc]")
	return strings.NewReplacer(" ", "", "_", "", "\u00a0", "").Replace(name)
}

// Has reports whether the file's header has a field; always true for JSON.
func (m *Map) Has(f int) bool { return m.index == nil || m.index[f] >= 0 }

// Get is the text of a field; a JSON object or array as its text.
func (m *Map) Get(r *rows.Record, f int) string {
	if m.index != nil {
		return r.Cell(m.index[f])
	}
	v := m.Value(r, f)
	if v.IsObject() || v.IsArray() {
		return string(v.Raw())
	}
	return v.Text()
}

// Value is the JSON value of a field, the zero Value if it is absent.
func (m *Map) Value(r *rows.Record, f int) rows.Value {
	for _, name := range m.names[f] {
		if v := r.Value.Get(name); v.Exists() {
			return v
		}
	}
	return rows.Value{}
}

// Others are the names and values that no field took: columns that are not
// empty, or members that are not null, as JSON text.
func (m *Map) Others(r *rows.Record) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		if m.index != nil {
			for i, name := range m.head {
				if cell := r.Cell(i); !m.taken[i] && cell != "" && !yield(name, Quote(cell)) {
					return
				}
			}
			return
		}
		for name, v := range r.Value.Members() {
			if !m.known(name) && !v.IsNull() && !yield(name, string(v.Raw())) {
				return
			}
		}
	}
}

// Rest is a JSON object of what no field took, with the values as they are;
// empty if there is nothing.
func (m *Map) Rest(r *rows.Record) string {
	var b strings.Builder
	for name, value := range m.Others(r) {
		b.WriteByte("{,"[min(b.Len(), 1)])
		b.WriteString(Quote(name) + ":" + value)
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + "}"
}

func (m *Map) known(name string) bool {
	for _, list := range m.names {
		for _, n := range list {
			if strings.EqualFold(n, name) {
				return true
			}
		}
	}
	return false
}

// Quote is a string as JSON text; bytes that are not UTF-8 become U+FFFD.
func Quote(s string) string {
	const hex = "0123456789abcdef"
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = append(b, string(r)...)
		}
	}
	return string(append(b, '"'))
}

// IsTypeName reports whether a cell holds the name of a .NET type in place of
// its content, as PowerShell writes what it does not spread.
func IsTypeName(cell string) bool {
	return strings.HasPrefix(cell, "System.") && strings.HasSuffix(cell, "[]") ||
		strings.HasPrefix(cell, "System.Collections.")
}
