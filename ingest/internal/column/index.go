package column

import (
	"strings"

	"becforensics/ingest/internal/rows"
)

// An Index finds fields by their names, in any case, without looking at more
// than one name as a rule. It is for objects whose members are read in one
// pass; names are not paths. It may be used by several goroutines.
type Index struct {
	slots  [numSlots]uint16 // 1 + place in names
	names  []indexed
	fields Fields
	asked  func(*Field)
}

type indexed struct {
	name  string
	field int
}

// numSlots is a power of two that leaves most slots free: layouts have at most
// some seventy names.
const numSlots = 512

// NewIndex indexes all names of fields.
func NewIndex(file File, fields Fields) *Index {
	x := &Index{fields: fields, asked: file.Asked}
	for f := range fields {
		for _, name := range fields[f].Paths {
			name = strings.TrimSuffix(name, look)
			x.names = append(x.names, indexed{name, f})
			i := slot(name)
			for x.slots[i] != 0 {
				i = (i + 1) % numSlots
			}
			x.slots[i] = uint16(len(x.names))
		}
	}
	return x
}

// Index indexes fields of objects within the records of the same file.
func (m *Map) Index(fields Fields) *Index { return NewIndex(m.file, fields) }

// slot is where the search for a name begins, whatever its case.
func slot(name string) int {
	n := len(name)
	return (n*61 + int(name[0]|0x20)*17 + int(name[n-1]|0x20)*5 + int(name[n/2]|0x20)*131) % numSlots
}

// Find is the number of the field of a name, -1 if no field has it; exact says
// that the name is spelt as it was declared.
func (x *Index) Find(name string) (f int, exact bool) {
	n, exact := x.find(name)
	if n < 0 {
		return -1, false
	}
	return x.names[n].field, exact
}

// find is the place of a name, -1 if it is not there.
func (x *Index) find(name string) (n int, exact bool) {
	n = -1
	if name == "" {
		return n, false
	}
	for i := slot(name); x.slots[i] != 0; i = (i + 1) % numSlots {
		at := int(x.slots[i]) - 1
		known := x.names[at].name
		if len(known) != len(name) {
			continue
		}
		if known == name {
			return at, true
		}
		if n < 0 && strings.EqualFold(known, name) {
			n = at
		}
	}
	return n, false
}

// Name is the first name of a field.
func (x *Index) Name(f int) string { return x.fields[f].Paths[0] }

// Ask tells a test that a field is asked for; whoever keeps what the index
// found calls it where a field is read. -1 is no field.
func (x *Index) Ask(f int) {
	if x.asked != nil && f >= 0 {
		x.asked(&x.fields[f])
	}
}

// Read puts the members of an object at the numbers of their fields in list,
// which has as many elements as there are fields. Of a name that stands twice
// the first counts; one that differs in case only counts if it stands alone.
// What list holds already stays.
func (x *Index) Read(object rows.Value, list []rows.Value) {
	variants := false
	for name, v := range object.Members() {
		f, exact := x.Find(name)
		switch {
		case f < 0:
		case !exact:
			variants = true
		case !list[f].Exists():
			list[f] = v
		}
	}
	if !variants {
		return
	}
	for name := range object.Members() {
		if n, exact := x.find(name); n >= 0 && !exact {
			if known := x.names[n]; !list[known.field].Exists() {
				list[known.field] = object.Get(known.name)
			}
		}
	}
}
