package rows

import (
	"bytes"
	"strings"
)

// MaxLayers is how many layers are peeled off a record at most.
const MaxLayers = 4

// maxMembers is how many members or columns of one layer are looked into.
const maxMembers = 400

// A Path leads from a record to the one that it carries, by members from the
// outside in; the first may be a column.
type Path []Step

// A Step is one layer. Flat members, whose names are paths themselves, are
// made objects before.
type Step struct {
	Name   string
	column int
	flat   bool
}

// String names the path as a reader would.
func (p Path) String() string {
	var names []string
	for _, s := range p {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ".")
}

// Open makes r the record that the path leads to, and reports whether there is
// one.
func (p Path) Open(r *Record) bool {
	v := r.Value
	for _, s := range p {
		switch {
		case r.Cells != nil && !v.Exists():
			if s.column >= len(r.Cells) {
				return false
			}
			v = inText(r, r.Cells[s.column])
		case s.flat:
			v = unflatten(r, v)
		default:
			v = inside(r, v.Get(s.Name))
		}
		if !v.IsObject() {
			return false
		}
	}
	r.Become(v)
	return true
}

// FindInside looks for a record inside another, layer by layer, until claims knows
// one for an export's. Header names the cells if the record is a row.
func FindInside(r *Record, header []string, claims func(Value) bool) (Path, bool) {
	type place struct {
		path  Path
		value Value
	}
	var layer []place
	if r.Cells != nil {
		for i, name := range header[:min(len(header), len(r.Cells), maxMembers)] {
			if v := inText(r, r.Cells[i]); v.IsObject() {
				layer = append(layer, place{Path{{Name: strings.Clone(name), column: i}}, v})
			}
		}
	} else {
		layer = append(layer, place{nil, r.Value})
	}
	for depth := 0; ; depth++ {
		for _, p := range layer {
			if len(p.path) > 0 && claims(p.value) {
				return p.path, true
			}
		}
		if depth == MaxLayers {
			return nil, false
		}
		var next []place
		for _, p := range layer {
			path := p.path[:len(p.path):len(p.path)]
			v := p.value
			if flat := unflatten(r, v); flat.Exists() {
				path, v = append(path, Step{flat: true}), flat
				if claims(v) {
					return path, true
				}
			}
			n := 0
			for name, member := range v.Members() {
				if n++; n > maxMembers {
					break
				}
				if inner := inside(r, member); inner.IsObject() {
					next = append(next, place{append(path[:len(path):len(path)], Step{Name: strings.Clone(name)}), inner})
				}
			}
		}
		layer = next
	}
}

// inside is the object that a member is, or holds as text, be it the only one
// of a list; the zero Value if it holds none. A list of objects is one of
// records.
func inside(r *Record, v Value) Value {
	if v.IsArray() {
		if v = single(v); v.IsObject() {
			return Value{}
		}
	}
	switch {
	case v.IsObject():
		return v
	case v.IsString():
		return inText(r, []byte(v.Text()))
	}
	return Value{}
}

// maxPrefix is how much text may stand before the object in a line of a log.
const maxPrefix = 1 << 10

// inText is the object that a text holds, behind other text or in quotes of
// its own.
func inText(r *Record, text []byte) Value {
	text = bytes.TrimSpace(text)
	if len(text) < len(`{"a":0}`) {
		return Value{}
	}
	if text[0] == '"' && text[len(text)-1] == '"' { // text of a text
		v, err := r.Parse(text)
		if err != nil || v.Text() == "" || v.Text()[0] != '{' {
			return Value{}
		}
		text = []byte(v.Text())
	}
	if text[0] != '{' {
		i := bytes.Index(text[:min(len(text), maxPrefix)], []byte(`{"`))
		if i < 0 || text[len(text)-1] != '}' {
			return Value{}
		}
		text = text[i:]
	}
	v, err := r.Parse(text)
	if err != nil {
		return Value{}
	}
	return v
}
