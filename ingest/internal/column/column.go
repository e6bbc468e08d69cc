// Package column finds, names and maps the fields of a layout. A layout
// declares once which facts its records state and where; how a file is
// recognised, how its records are decoded and what its documentation says all
// follow from that declaration.
//
// A [Map] finds fields by their paths: through the columns of a table, the keys
// of an object, objects within objects and JSON texts that stand in a cell or a
// string. An [Index] finds them by their names, for objects that are read in
// one pass. Both belong to one file.
//
// The package knows no export. It does not decide what a file is beyond telling
// whether it has the marks of a layout, and it converts no values.
package column

import (
	"slices"
	"strings"
)

// A Field is where the records of a layout state one fact.
type Field struct {
	// Paths are tried in order; the first that holds anything counts. A path
	// is a column or key, with the keys below it after full stops:
	// "location.countryOrRegion". A path that ends in ".*" is only looked
	// into: what it finds stays in the rest, because no column of the
	// timeline holds all that it says.
	Paths []string
	Doc   string // what a reader of the layout should know of it; may be empty
	mark  bool
}

// At is a field at the first of its paths that holds anything.
func At(paths ...string) Field { return Field{Paths: paths} }

// Mark is a field by which a layout is known and that is not read by itself:
// it stays with the rest of its record.
func Mark(paths ...string) Field { return Field{Paths: paths, mark: true} }

// Saying is the field with a text for readers of the layout.
func (f Field) Saying(doc string) Field {
	f.Doc = doc
	return f
}

// IsMark reports whether the field only serves to know the layout by.
func (f *Field) IsMark() bool { return f.mark }

// Looks reports whether all paths of the field are only looked into.
func (f *Field) Looks() bool {
	return !slices.ContainsFunc(f.Paths, func(path string) bool { return !strings.HasSuffix(path, look) })
}

// String names the field by its paths, as documentation lists it.
func (f *Field) String() string { return strings.Join(slices.Compact(f.names()), " or ") }

func (f *Field) names() []string {
	names := make([]string, len(f.Paths))
	for i, path := range f.Paths {
		names[i] = strings.TrimSuffix(path, look)
	}
	return names
}

// look ends a path that is only looked into.
const look = ".*"

// Fields are the fields of a layout, each at the number by which its decoder
// asks for it. A Field without paths, or behind the last, is a fact that the
// layout does not state.
type Fields []Field

// Marks are by which fields a layout is known: a file needs at least one field
// of each list.
type Marks [][]int

// Fit reports whether a file has the marks, by what the function says of the
// first name of each path.
func (f Fields) Fit(marks Marks, has func(name string) bool) bool {
	for _, alternatives := range marks {
		if !slices.ContainsFunc(alternatives, func(n int) bool { return f[n].in(has) }) {
			return false
		}
	}
	return len(marks) > 0
}

func (f *Field) in(has func(string) bool) bool {
	return slices.ContainsFunc(f.Paths, func(path string) bool {
		whole := strings.TrimSuffix(path, look)
		first, _, nested := strings.Cut(whole, ".")
		return has(first) || nested && has(whole)
	})
}

// Below is the fields below a key, as where a record is wrapped in another.
func (f Fields) Below(key string) Fields {
	out := slices.Clone(f)
	for i := range out {
		out[i].Paths = make([]string, len(f[i].Paths))
		for k, path := range f[i].Paths {
			out[i].Paths[k] = key + "." + path
		}
	}
	return out
}

// Or is the fields with the paths of others after their own; where both have a
// doc the first stays.
func (f Fields) Or(others Fields) Fields {
	out := make(Fields, max(len(f), len(others)))
	copy(out, f)
	for i, o := range others {
		if len(o.Paths) == 0 {
			continue
		}
		out[i].mark = o.mark && (out[i].mark || len(out[i].Paths) == 0)
		out[i].Paths = append(slices.Clone(out[i].Paths), o.Paths...)
		if out[i].Doc == "" {
			out[i].Doc = o.Doc
		}
	}
	return out
}

// With is the fields with some of them replaced.
func (f Fields) With(others map[int]Field) Fields {
	out := slices.Clone(f)
	for n, field := range others {
		out[n] = field
	}
	return out
}

// Normal is a column's name as names are compared: without regard to case,
// spaces, underscores and the "[UTC]" that portals put behind a time's name.
func Normal(name string) string {
	name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
	name = strings.TrimSuffix(name, "[utc]")
	return blanks.Replace(name)
}

var blanks = strings.NewReplacer(" ", "", "_", "", "\u00a0", "")

// Find is the place of a column in a header, by its Normal name; -1 if it is
// not there. The first of several wins.
func Find(header []string, name string) int {
	want := Normal(name)
	return slices.IndexFunc(header, func(h string) bool { return Normal(h) == want })
}

// IsTypeName reports whether a cell holds the name of a .NET type in place of
// its content, as PowerShell writes what it does not spread.
func IsTypeName(cell string) bool {
	return strings.HasPrefix(cell, "System.") && strings.HasSuffix(cell, "[]") ||
		strings.HasPrefix(cell, "System.Collections.")
}
