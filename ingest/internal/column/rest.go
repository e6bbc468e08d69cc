package column

import (
	"iter"
	"slices"

	"becforensics/ingest/internal/rows"
)

// Rest is a JSON object of what no field took: cells that are not empty, or
// members that are not null, as they stand. A path that gave way to an earlier
// one of its field stays in it unless both say the same; so do the fields named
// in keep. It is "" if nothing is left.
func (m *Map) Rest(r *rows.Record, keep ...int) string {
	var b []byte
	for name, value := range m.others(r, keep) {
		b = append(appendName(b, name), value...)
	}
	if len(b) == 0 {
		return ""
	}
	return string(append(b, '}'))
}

// Others are the columns or members of which Rest is made, each with its value
// as JSON text.
func (m *Map) Others(r *rows.Record) iter.Seq2[string, string] { return m.others(r, nil) }

func (m *Map) others(r *rows.Record, keep []int) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		taken := m.takenBy(r, keep)
		if m.file.Header == nil {
			m.members(r.Value, taken, yield)
			return
		}
		for i, name := range m.file.Header {
			s := r.Cell(i)
			if s == "" || !m.again[i] && taken[name] {
				continue
			}
			if m.again[i] {
				name += " (again)"
			}
			value := ""
			if v := cell(r, i); v.Exists() {
				value = string(v.Raw())
			} else {
				value = rows.Quote(s)
			}
			if !yield(name, value) {
				return
			}
		}
	}
}

// takenBy is the paths that the fields of a record came from.
func (m *Map) takenBy(r *rows.Record, keep []int) map[string]bool {
	taken := map[string]bool{}
	for f, list := range m.paths {
		text := m.first(r, f)
		if text == "" || slices.Contains(keep, f) || m.fields[f].mark {
			continue
		}
		for i := range list {
			if p := &list[i]; !p.looks && m.text(r, p) == text {
				taken[p.name] = true
			}
		}
	}
	return taken
}

// members hands out the members of an object that no field took.
func (m *Map) members(v rows.Value, taken map[string]bool, yield func(name, value string) bool) {
	for name, member := range v.Members() {
		if member.IsNull() || taken[name] {
			continue
		}
		value := string(member.Raw())
		if member.IsObject() && m.inside[name] {
			inner := m.appendRest(nil, member, name+".", taken)
			if len(inner) == 0 {
				continue
			}
			value = string(append(inner, '}'))
		}
		if !yield(name, value) {
			return
		}
	}
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
	return append(rows.AppendQuoted(b, name), ':')
}
