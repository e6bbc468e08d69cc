package ingest

import (
	"bytes"
	"fmt"
	"strings"

	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// decline says why no source claims a file: what it is known for, or else what
// it holds, what that is nearest to and what would be needed.
func decline(sources []*Source, h *Head, o *Options) string {
	if kind, ok := knownKind(h, o.Reference); ok {
		return kind
	}
	text := "no source claims it: it is " + contents(h)
	near, missing := nearest(sources, h, o)
	switch {
	case near == "":
		return text + "; needed is an export as `becforensics sources` lists them, with the columns or keys that it was given"
	case missing == "":
		return text + "; nearest to it is " + near
	}
	return text + "; nearest to it is " + near + ", which also has " + missing
}

// contents says what a file holds, by its own names.
func contents(h *Head) string {
	switch h.Shape.Kind {
	case rows.CSV:
		return fmt.Sprintf("a table with the columns %s", listed(h.Shape.Header))
	case rows.JSON:
		if len(h.Shape.Keys) > 0 {
			return "JSON records with the keys " + listed(h.Shape.Keys)
		}
		return "JSON without a record that has keys"
	case rows.XML:
		return "XML that begins with " + beginning(h.Bytes)
	}
	return "text without columns or keys that begins with " + beginning(h.Bytes)
}

// beginning quotes the first line of a text.
func beginning(text []byte) string {
	const most = 60
	line, _, _ := bytes.Cut(bytes.TrimSpace(bytes.ReplaceAll(text, []byte{0}, nil)), []byte("\n"))
	s := strings.TrimSpace(strings.ToValidUTF8(string(line[:min(len(line), most)]), ""))
	return fmt.Sprintf("%q", s)
}

// likeness is how many of a layout's fields a file has at least to be near it.
const likeness = 3

// nearest finds the layout that most of a file's columns or keys belong to, and
// which of its marks the file lacks.
func nearest(sources []*Source, h *Head, o *Options) (name, missing string) {
	best := likeness - 1
	for _, s := range sources {
		for _, l := range s.Layouts {
			if l.Only != rows.Empty && h.Shape.Kind != l.Only || h.Shape.Kind != rows.CSV && h.Shape.Kind != rows.JSON {
				continue
			}
			has := h.finder(l.header(h, o))
			n := 0
			for i := range l.Fields {
				if l.Fields.Fit(column.Marks{{i}}, has) {
					n++
				}
			}
			if n > best {
				best, name, missing = n, s.Name+" ("+l.Name+")", lacking(l, has)
			}
		}
	}
	return name, missing
}

// lacking names the marks of a layout that a file does not have.
func lacking(l *Layout, has func(string) bool) string {
	var list []string
	for _, alternatives := range l.Marks {
		if l.Fields.Fit(column.Marks{alternatives}, has) {
			continue
		}
		var names []string
		for _, n := range alternatives {
			names = append(names, l.Fields[n].String())
		}
		list = append(list, strings.Join(names, " or "))
	}
	return strings.Join(list, ", ")
}

// described names a record by the first of its columns or keys.
func described(r *rows.Record, header []string) string {
	if r.Cells != nil {
		return "its columns are " + listed(header)
	}
	var keys []string
	for name := range r.Value.Members() {
		keys = append(keys, strings.Clone(name))
	}
	if len(keys) == 0 {
		return "it is " + r.Value.Kind().String()
	}
	return "its keys are " + listed(keys)
}

// maxListed is how many columns or keys a file or record is named by.
const maxListed = 12

func listed(names []string) string {
	if len(names) > maxListed {
		return strings.Join(names[:maxListed], ", ") + fmt.Sprintf(" and %d more", len(names)-maxListed)
	}
	return strings.Join(names, ", ")
}
