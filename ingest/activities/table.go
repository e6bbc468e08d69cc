package activities

import (
	"strconv"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// tableMarks are those of a table of activities.
var tableMarks = column.Marks{{stdTime}, {stdApp}, {stdType}}

// A tableDecoder decodes a row by what the header names its cells.
type tableDecoder struct {
	*decoder
	columns []cell
	// custom reads the text of CustomProperties.
	custom func(a *activity, r *rows.Record, text string, cell []byte)
}

// A cell is what a column holds: a standard property, CustomProperties, or a
// custom property by itself.
type cell struct {
	name     string
	standard int
}

func openTable(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	d := &tableDecoder{decoder: newDecoder(h, namesOf(m, standardFields, o), o), custom: (*activity).readText}
	for _, name := range m.Header() {
		name = strings.TrimSpace(name)
		s, _ := d.names.standard.Find(name)
		if len(name) > len(customPrefix) && strings.EqualFold(name[:len(customPrefix)], customPrefix) {
			name = strings.TrimLeft(name[len(customPrefix):], "._")
			s = stdOther
		}
		d.columns = append(d.columns, cell{name, s})
	}
	return &ingest.Decoder{Decode: d.decode, Finish: d.finish}, nil
}

// customPrefix stands before the names of custom properties in some tables.
const customPrefix = "CustomProperties"

func (d *tableDecoder) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	a := newActivity(d.names)
	defer pool.Put(a)
	for i := range r.Cells {
		text := r.Cell(i)
		if text == "" {
			continue
		}
		if i >= len(d.columns) {
			a.other = append(a.other, property{name: "column " + strconv.Itoa(i+1), value: text})
			continue
		}
		switch c := &d.columns[i]; {
		case c.standard == stdCustom:
			d.names.standard.Ask(stdCustom)
			d.custom(a, r, text, r.Cells[i])
		case c.standard == stdOther:
			a.custom = append(a.custom, property{name: c.name, value: text})
		case a.standard[c.standard] != "":
			a.other = append(a.other, property{name: c.name, value: text})
		default:
			a.standard[c.standard] = text
		}
	}
	return d.fill(a, ev)
}
