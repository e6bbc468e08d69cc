package ingest

import (
	"slices"
	"strings"

	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline/reference"
)

// A Head is what detection sees of a file.
type Head struct {
	Name  string // base name or name in the folder, for display and for the facts that only a name states
	Bytes []byte // the first rows.HeadSize bytes, raw
	Shape rows.Shape
}

// NewHead makes the head of a file from its first bytes.
func NewHead(name string, first []byte) *Head {
	return &Head{Name: name, Bytes: first, Shape: rows.Sniff(first)}
}

// Has reports whether a file has all the named columns (CSV) or keys (JSON),
// without regard to case and surrounding space.
func (h *Head) Has(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return h.Column(name) < 0 })
}

// HasAny reports whether a file has one of the named columns or keys at least.
func (h *Head) HasAny(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return h.Column(name) >= 0 })
}

// Column is the place of a column in the header or of a key among those of
// the first record; -1 if it is not there. Names are compared without regard
// to case and surrounding space; the first of several wins.
func (h *Head) Column(name string) int {
	list := h.Shape.Keys
	if h.IsCSV() {
		list = h.Shape.Header
	}
	return slices.IndexFunc(list, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), name) })
}

// statesTime reports whether a column or key is named as times are.
func (h *Head) statesTime() bool {
	list := h.Shape.Keys
	if h.IsCSV() {
		list = h.Shape.Header
	}
	return slices.ContainsFunc(list, func(name string) bool {
		name = strings.ToLower(name)
		return strings.Contains(name, "time") || strings.Contains(name, "date") || name == "received"
	})
}

// finder says whether the file has a column of a Normal name or a key.
func (h *Head) finder(header []string) func(name string) bool {
	if !h.IsCSV() {
		return func(name string) bool { return h.Column(name) >= 0 }
	}
	return func(name string) bool { return column.Find(header, name) >= 0 }
}

// translated is the header in which names that a portal writes in another
// language are replaced by the English ones; the others stand as written.
func (h *Head) translated(tables *reference.Set) []string {
	aliases := tables.Table(reference.HeaderAliases)
	header := slices.Clone(h.Shape.Header)
	for i, name := range header {
		if row, ok := aliases.Find(strings.TrimPrefix(name, "\ufeff")); ok {
			header[i] = row.Get("canonical")
		}
	}
	return header
}

// IsCSV reports whether the file is a table of cells.
func (h *Head) IsCSV() bool { return h.Shape.Kind == rows.CSV }

// IsJSON reports whether the file is JSON, of whatever container.
func (h *Head) IsJSON() bool { return h.Shape.Kind == rows.JSON }

// IsCliXML reports whether the file is objects that PowerShell saved.
func (h *Head) IsCliXML() bool { return h.Shape.Kind == rows.XML && rows.IsCliXML(h.Bytes) }

// objects yields the heads of files that hold one object each of those at the
// beginning of a CliXml file.
func (h *Head) objects(yield func(*Head) bool) {
	rows.CliXML{Encoding: h.Shape.Encoding}.Sample(h.Bytes, func(json []byte) bool {
		rec, err := rows.At(json, rows.Shape{Kind: rows.JSON})
		return err != nil || yield(&Head{Name: h.Name, Bytes: json, Shape: rows.ShapeOf(rec.Value)})
	})
}

// encodingName says how the file's text is encoded.
func encodingName(s rows.Shape) string {
	if s.Kind == rows.Binary || s.Kind == rows.Empty {
		return ""
	}
	if s.BOM {
		return s.Encoding.String() + " with BOM"
	}
	return s.Encoding.String()
}
