package auditlog

import (
	"strings"

	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// properties are what one record says, found by key: the members of an
// AuditData object, or the cells of a table that spreads them over columns.
type properties struct {
	rec    *rows.Record
	names  *column.Index
	object rows.Value // the AuditData object, if there is one
	v      [numKeys]rows.Value
	keys   [maxMembers]int16 // of the members of the object, in their order
	cells  *[numKeys]int     // for a table: 1 + the column of each key
	plain  bool              // members of an object, and no test watches
	parsed int               // texts read as JSON so far
}

// maxParsed bounds how many texts inside one record are read as JSON; a rule
// of Exchange Web Services has three. Each costs memory of its own.
const maxParsed = 100

// read takes the members of an object.
func (p *properties) read(object rows.Value) {
	p.object = object
	p.names.Read(object, p.v[:], p.keys[:])
}

// maxMembers is of how many members the keys are kept; more have theirs looked
// up again.
const maxMembers = 64

// key is the key of the n-th member of the object, noKey if it has none.
func (p *properties) key(n int, name string) int {
	if n < maxMembers {
		return int(p.keys[n])
	}
	k, _ := p.names.Find(name)
	return k
}

// text is a scalar property, or "".
func (p *properties) text(k int) string {
	if p.plain && !p.v[k].Exists() {
		return ""
	}
	return p.stated(k)
}

// stated is text of a property that is there, or that a test watches.
func (p *properties) stated(k int) string {
	if p.plain {
		return clean(p.v[k].Text())
	}
	p.names.Ask(k)
	if p.cells == nil {
		return clean(p.v[k].Text())
	}
	return clean(p.rec.Cell(p.cells[k] - 1))
}

// clean takes the texts that stand for nothing as nothing.
func clean(s string) string {
	if s != "" && (s[0] == '<' || s[0] == 'S') && isNothing(s) {
		return ""
	}
	return s
}

func isNothing(s string) bool { return s == "<null>" || column.IsTypeName(s) }

// first is the first property of several that is not empty.
func (p *properties) first(keys ...int) string {
	for _, k := range keys {
		if s := p.text(k); s != "" {
			return s
		}
	}
	return ""
}

// has reports whether the record has a property that is not empty.
func (p *properties) has(k int) bool {
	if p.plain {
		return p.v[k].Exists() && !p.v[k].IsNull()
	}
	return p.holds(k)
}

// holds is has where the properties are cells or a test watches.
func (p *properties) holds(k int) bool {
	p.names.Ask(k)
	if p.cells == nil {
		return p.v[k].Exists() && !p.v[k].IsNull()
	}
	return p.rec.Cell(p.cells[k]-1) != ""
}

// nested is a property that is an object or a list, also where it is written
// as JSON text.
func (p *properties) nested(k int) rows.Value {
	p.names.Ask(k)
	if p.cells == nil {
		return p.unwrap(p.v[k])
	}
	return p.parse(p.rec.Cell(p.cells[k] - 1))
}

// unwrap is a value that is an object or list, or that JSON text in a string
// stands for; else the zero Value.
func (p *properties) unwrap(v rows.Value) rows.Value {
	switch {
	case v.IsObject() || v.IsArray():
		return v
	case v.IsString():
		return p.parse(v.Text())
	}
	return rows.Value{}
}

func (p *properties) parse(text string) rows.Value {
	text = strings.TrimSpace(text)
	if text == "" || text[0] != '{' && text[0] != '[' || p.parsed == maxParsed {
		return rows.Value{}
	}
	p.parsed++
	v, err := p.rec.Parse([]byte(text))
	if err != nil {
		return rows.Value{}
	}
	return v
}

// mayHoldJSON reports whether any text in the properties may be read as JSON,
// which may have peculiarities of its own.
func (p *properties) mayHoldJSON() bool {
	for k := range p.v {
		if p.v[k].Exists() && p.v[k].MayHoldJSON() {
			return true
		}
	}
	return false
}

// A pair is a named value out of a list of such. Value is the zero Value
// where the list holds "name:value" texts.
type pair struct {
	name, text string
	value      rows.Value
}

// Keys of a pair.
var nameKey, keyKey, valueKey = rows.NewKey("Name"), rows.NewKey("Key"), rows.NewKey("Value")

// pairs calls f with each named value of a list: objects with Name (or Key)
// and Value, the members of one object, or texts "name:value".
func (p *properties) pairs(list rows.Value, f func(pair)) {
	for name, v := range list.Members() {
		f(pair{name, v.Text(), v})
	}
	for e := range list.Elements() {
		if e.IsString() {
			if inner := p.parse(e.Text()); inner.IsObject() {
				e = inner
			} else if name, text, ok := strings.Cut(e.Text(), ":"); ok {
				f(pair{strings.TrimSpace(name), strings.TrimSpace(text), rows.Value{}})
				continue
			}
		}
		name := e.At(nameKey)
		if !name.Exists() {
			name = e.At(keyKey)
		}
		if name.Exists() {
			v := e.At(valueKey)
			f(pair{name.Text(), v.Text(), v})
		}
	}
}
