package ingest

import (
	"slices"

	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// A Layout is one form in which a source's records are found. Its fields are
// declared once: what `sources` lists, what a file is recognised by and what
// the decoder can ask for are all taken from them.
type Layout struct {
	Name     string // "retriever CSV"
	Doc      string // who writes it, its traps
	TimeDesc string // what the events' times are, as in timestamp_desc

	// Fields are what the columns or keys of a record hold, Parts what objects
	// within it hold.
	Fields column.Fields
	Parts  []Part

	// Marks are the fields by which a file is known to be of the layout; Only
	// says whether it must be rows.CSV or rows.JSON, Lacks which columns or
	// keys it must not have. Where Translated is set, a table's header may be
	// in any language that the reference tables know.
	Marks      column.Marks
	Only       rows.Kind
	Lacks      []string
	Translated bool
	// Detect decides where marks do not suffice; it is asked only of files
	// that have the marks, if there are any, and may be nil. Two layouts that
	// are both Strong on one file are a defect that a test finds.
	Detect func(h *Head, o *Options) Match

	// Open makes the decoder of one file, whose fields the map finds.
	Open func(h *Head, m *column.Map, o *Options) (*Decoder, error)
}

// A Part is an object within the records of a layout.
type Part struct {
	Of     string // where it stands: "AuditData"
	Fields column.Fields
}

// A Match is how surely a layout claims a file.
type Match uint8

// Matches.
const (
	None Match = iota
	Weak
	Strong
)

// Match says how surely a file is of the layout.
func (l *Layout) Match(h *Head, o *Options) Match {
	if l.Only != rows.Empty && h.Shape.Kind != l.Only || h.HasAny(l.Lacks...) {
		return None
	}
	if len(l.Marks) > 0 && !l.Fields.Fit(l.Marks, h.finder(l.header(h, o))) {
		return None
	}
	if l.Detect != nil {
		return l.Detect(h, o)
	}
	if len(l.Marks) == 0 {
		return None
	}
	return Strong
}

// header is a table's header in the layout's own names.
func (l *Layout) header(h *Head, o *Options) []string {
	if l.Translated && h.IsCSV() {
		return h.translated(o.Reference)
	}
	return h.Shape.Header
}

// Decoder makes the decoder of one file.
func (l *Layout) Decoder(h *Head, o *Options) (*Decoder, error) {
	file := column.File{Header: l.header(h, o), Keys: h.Shape.Keys, Asked: o.Asked}
	return l.Open(h, column.NewMap(file, l.Fields), o)
}

// A Reading is a list of the columns or keys that a layout reads.
type Reading struct {
	Of      string // the part of a record, empty for the record itself
	Columns []string
	Docs    []string // what is to be known of some of them
}

// Reads lists what the layout reads, in the order of its fields.
func (l *Layout) Reads() []Reading {
	var list []Reading
	for _, part := range append([]Part{{Fields: l.Fields}}, l.Parts...) {
		r := Reading{Of: part.Of}
		for i := range part.Fields {
			f := &part.Fields[i]
			if len(f.Paths) == 0 {
				continue
			}
			if name := f.String(); !slices.Contains(r.Columns, name) {
				r.Columns = append(r.Columns, name)
			}
			if f.Doc != "" {
				r.Docs = append(r.Docs, f.String()+": "+f.Doc)
			}
		}
		if len(r.Columns) > 0 {
			list = append(list, r)
		}
	}
	return list
}

// Claims lists every layout that claims a file, as "source layout", with its
// match: for tests of detection.
func Claims(sources []*Source, h *Head, o *Options) map[string]Match {
	if h.IsCliXML() {
		h.objects(func(object *Head) bool {
			h = object
			return false
		})
	}
	claims := map[string]Match{}
	for _, s := range sources {
		for _, l := range s.Layouts {
			if m := l.Match(h, o); m != None {
				claims[s.Name+" "+l.Name] = m
			}
		}
	}
	return claims
}

// detect finds the layout that claims a file: a strong match before a weak
// one, the earlier before the later.
func detect(sources []*Source, h *Head, o *Options) (*Source, *Layout) {
	var source *Source
	var layout *Layout
	best := None
	for _, s := range sources {
		for _, l := range s.Layouts {
			if m := l.Match(h, o); m > best {
				best, source, layout = m, s, l
			}
		}
	}
	return source, layout
}
