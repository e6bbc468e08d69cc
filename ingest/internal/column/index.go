package column

import (
	"strings"

	"becforensics/ingest/internal/rows"
)

// An Index finds fields by their names, in any case, without looking at more
// than one name as a rule. It is for objects whose members are read in one
// pass; names are not paths. It may be used by several goroutines.
type Index struct {
	slots  [numSlots]*indexed
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
			i := slot(name)
			for x.slots[i] != nil {
				i = (i + 1) % numSlots
			}
			x.slots[i] = &indexed{name, f}
		}
	}
	return x
}

// Index indexes fields of objects within the records of the same file.
func (m *Map) Index(fields Fields) *Index { return NewIndex(m.file, fields) }

// slot is where the search for a name begins, whatever its case.
func slot(name string) uint {
	n := len(name)
	return (uint(n)*61 + uint(name[0]|0x20)*17 + uint(name[n-1]|0x20)*5 + uint(name[n/2]|0x20)*131) % numSlots
}

// Find is the number of the field of a name, -1 if no field has it; exact says
// that the name is spelt as it was declared.
func (x *Index) Find(name string) (f int, exact bool) {
	if k, exact := x.find(name); k != nil {
		return k.field, exact
	}
	return -1, false
}

// find is what is known of a name, nil if nothing is.
func (x *Index) find(name string) (like *indexed, exact bool) {
	if name == "" {
		return nil, false
	}
	for i := slot(name); ; i = (i + 1) % numSlots {
		k := x.slots[i]
		if k == nil {
			return like, false
		}
		if len(k.name) != len(name) {
			continue
		}
		if k.name == name {
			return k, true
		}
		if like == nil && strings.EqualFold(k.name, name) {
			like = k
		}
	}
}

// Name is the first name of a field.
func (x *Index) Name(f int) string { return x.fields[f].Paths[0] }

// Ask lets a test know that a field is asked for; whoever keeps what the index
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
		k, exact := x.find(name)
		switch {
		case k == nil:
		case !exact:
			variants = true
		case !list[k.field].Exists():
			list[k.field] = v
		}
	}
	if !variants {
		return
	}
	for name := range object.Members() {
		if k, exact := x.find(name); k != nil && !exact && !list[k.field].Exists() {
			list[k.field] = object.Get(k.name)
		}
	}
}
