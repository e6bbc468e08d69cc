package ingest

import (
	"slices"
	"strings"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline/reference"
)

// A reading is how a file is read: how its bytes are cut into records, what is
// peeled off these, and which layout claims what is left.
type reading struct {
	shape  rows.Shape    // how the file is cut
	table  *rows.Mending // what makes its rows what they were; nil if they are
	paths  []rows.Path   // ways to the records inside its records
	each   bool          // every record is recognised by itself
	asIs   bool          // a layout claims the file's own columns or keys
	cli    *rows.CliXML  // cuts the file where it is CliXml; nil if it is not
	marks  []string      // keys without which a record is of another export
	head   *Head         // of what the first layout claims
	source *Source
	layout *Layout
}

// maxSample is how many records at the beginning of a file are tried when the
// first ones are claimed by nobody.
const maxSample = 20

// recognise finds how to read a file; false if no source claims it or anything
// in it.
func recognise(sources []*Source, h *Head, o *Options) (*reading, bool) {
	c := claimant{sources, h.Name, o}
	var objects []string
	for row := range o.Reference.Table(reference.ObjectColumns).Rows() {
		objects = append(objects, row.Key())
	}
	if h.IsCliXML() {
		return c.cliXML(h)
	}
	if r, ok := c.asItIs(h, objects, false); ok {
		return r, true
	}
	if r, ok := c.asItIs(h, objects, true); ok {
		return r, true
	}
	if h.IsJSON() {
		if r, ok := c.inside(h, reading{shape: h.Shape.InLists(), each: true}); ok {
			return r, true
		}
	}
	if k := h.Shape.Kind; k == rows.CSV || k == rows.Text || k == rows.XML { // a syslog line begins with <134>
		return c.inside(h, reading{shape: h.Shape.InText(), each: true})
	}
	return nil, false
}

// A claimant asks the sources of one file.
type claimant struct {
	sources []*Source
	name    string
	options *Options
}

// cliXML finds the layout of the objects that PowerShell saved. All objects of a
// file are of one cmdlet.
func (c *claimant) cliXML(h *Head) (*reading, bool) {
	r := reading{shape: h.Shape, asIs: true, cli: &rows.CliXML{Encoding: h.Shape.Encoding}}
	n, found := 0, false
	h.objects(func(object *Head) bool {
		n++
		found = c.claim(&r, object)
		return !found && n < maxSample
	})
	return &r, found
}

// decoder makes the decoder of the file.
func (r *reading) decoder(o *Options) (*Decoder, error) {
	d, err := r.layout.Decoder(r.head, o)
	if err == nil && r.cli != nil {
		d.Each, d.At = r.cli.Each, r.cli.At
	}
	return d, err
}

// asItIs tries the file's own columns or keys, and then what its records carry.
func (c *claimant) asItIs(h *Head, objects []string, dotted bool) (*reading, bool) {
	r := reading{shape: h.Shape, head: h}
	if t, ok := rows.MendingOf(h.Bytes, h.Shape, objects, dotted); ok {
		r.table = &t
		shape := h.Shape
		shape.Header = t.Header()
		r.head = &Head{Name: h.Name, Bytes: h.Bytes, Shape: shape}
	} else if dotted {
		return nil, false
	}
	if h.HasAny(wholeRecord...) { // what stands beside it was taken out of it
		inner := r
		if found, ok := c.inside(h, inner); ok {
			return found, true
		}
	}
	r.source, r.layout = detect(c.sources, r.head, c.options)
	if r.layout == nil {
		return c.inside(h, r)
	}
	r.asIs = true
	if h.IsJSON() {
		r.each = h.Has("category") || h.Has("Type")
		if path, ok := rows.FlatPath(h.Shape.Keys); ok {
			r.each, r.paths = true, []rows.Path{path}
		}
		if !r.each {
			r.marks = c.marksOf(r.layout, r.head)
		}
	}
	return &r, true
}

// wholeRecord are the columns and keys in which a search engine keeps the record
// as it came.
var wholeRecord = []string{"_raw", "event.original"}

// inside looks for a record that a source claims in the first records of a
// file that is cut as r says.
func (c *claimant) inside(h *Head, r reading) (*reading, bool) {
	n, found := 0, false
	rows.Sample(h.Bytes, r.shape, func(rec *rows.Record) bool {
		n++
		if r.table != nil {
			r.table.Apply(rec)
		}
		header := r.header()
		if rec.Columns != nil {
			header = rec.Columns
			asRow(rec)
		}
		if r.each && c.claim(&r, c.headOf(rec, header)) {
			found = true
			return false
		}
		path, ok := rows.FindInside(rec, header, func(v rows.Value) bool {
			return c.claim(&r, &Head{Name: c.name, Bytes: v.Raw(), Shape: rows.ShapeOf(v)})
		})
		if ok {
			found = true
			r.paths = append(r.paths, path)
		}
		return !ok && n < maxSample
	})
	if !found {
		return nil, false
	}
	r.each = true
	return &r, true
}

// claim notes the layout that claims what a head shows.
func (c *claimant) claim(r *reading, h *Head) bool {
	source, layout := detect(c.sources, h, c.options)
	if layout == nil {
		return false
	}
	r.source, r.layout, r.head = source, layout, h
	return true
}

// headOf is the head of a file whose first record is rec.
func (c *claimant) headOf(rec *rows.Record, header []string) *Head {
	h := &Head{Name: c.name, Bytes: slices.Clone(rec.Raw)}
	if rec.Cells != nil {
		h.Shape = rows.Shape{}.Table(header)
	} else {
		h.Shape = rows.ShapeOf(rec.Value)
	}
	return h
}

// header is the names of the cells of the file's rows.
func (r *reading) header() []string {
	if r.table != nil {
		return r.table.Header()
	}
	return r.shape.Header
}

// asRow makes a row that is a list of values a row of cells.
func asRow(rec *rows.Record) {
	cells := make([][]byte, 0, len(rec.Columns))
	for v := range rec.Value.Elements() {
		cells = append(cells, v.Cell())
	}
	for len(cells) < len(rec.Columns) {
		cells = append(cells, nil)
	}
	rec.BecomeRow(cells)
}

// maxMarks is how many keys a record is known by.
const maxMarks = 2

// marksOf finds the keys without which a layout would not claim a file. A
// record that lacks one is of another export.
func (c *claimant) marksOf(l *Layout, h *Head) []string {
	var marks []string
	for i, key := range h.Shape.Keys {
		without := *h
		without.Shape.Keys = slices.Delete(slices.Clone(h.Shape.Keys), i, i+1)
		if len(without.Shape.Keys) > 0 && l.Match(&without, c.options) == None {
			if marks = append(marks, strings.Clone(key)); len(marks) == maxMarks {
				break
			}
		}
	}
	return marks
}
