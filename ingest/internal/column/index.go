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
			i := rows.NewKey(name).Hash() % numSlots
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

// Find is the number of the field of a name, -1 if no field has it; exact says
// that the name is spelt as it was declared.
func (x *Index) Find(name string) (f int, exact bool) {
	if k, exact := x.find(rows.NewKey(name)); k != nil {
		return k.field, exact
	}
	return noField, false
}

const noField = -1

// find is what is known of a name, nil if nothing is.
func (x *Index) find(key rows.Key) (like *indexed, exact bool) {
	name := key.Name()
	for i := key.Hash() % numSlots; ; i = (i + 1) % numSlots {
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
// What list holds already stays. As far as numbers goes it gets the number of
// each member's field, as Find has it, in the order of the members.
func (x *Index) Read(object rows.Value, list []rows.Value, numbers []int16) {
	variants := false
	n := 0
	for key, v := range object.Keyed() {
		k, exact := x.find(key)
		f := noField
		switch {
		case k == nil:
		case !exact:
			variants = true
			f = k.field
		default:
			f = k.field
			if !list[f].Exists() {
				list[f] = v
			}
		}
		if n < len(numbers) {
			numbers[n] = int16(f)
			n++
		}
	}
	if !variants {
		return
	}
	for key := range object.Keyed() {
		if k, exact := x.find(key); k != nil && !exact && !list[k.field].Exists() {
			list[k.field] = object.Get(k.name)
		}
	}
}
