package report

import (
	"cmp"
	"slices"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// A rowWriter writes the rows of an analysis as data. There are many: a row is
// written as it is gone through.
type rowWriter struct {
	*jsonWriter
	columns []analysis.Column
	byName  []int // columns in the order of names, in which cells are written
	actors  *actor.Attribution
}

func newRowWriter(d *jsonWriter, columns []analysis.Column, actors *actor.Attribution) *rowWriter {
	w := &rowWriter{d, columns, make([]int, len(columns)), actors}
	for i := range columns {
		w.byName[i] = i
	}
	slices.SortFunc(w.byName, func(a, b int) int { return cmp.Compare(columns[a].Name, columns[b].Name) })
	return w
}

// row writes a row as an object.
func (w *rowWriter) row(row *analysis.Row) {
	who := ""
	if a := w.actors.ActorOf(row); a != nil {
		who = a.ID
	}
	w.raw(`{"id":`)
	w.text(row.ID)
	w.raw(`,"severity":`)
	w.text(row.Severity.String())
	w.raw(`,"confidence":`)
	w.text(row.Confidence.String())
	w.raw(`,"user":`)
	w.text(row.User)
	w.raw(`,"mailbox":`)
	w.text(row.Mailbox)
	w.raw(`,"actor":`)
	w.text(who)
	w.raw(`,"first":`)
	w.time(row.First)
	w.raw(`,"last":`)
	w.time(row.Last)
	w.raw(`,"ips":`)
	w.texts(row.IPs)
	w.raw(`,"sessions":`)
	w.texts(row.Sessions)
	w.raw(`,"cells":{`)
	for n, i := range w.byName {
		w.comma(n)
		w.text(w.columns[i].Name)
		w.raw(`:`)
		w.cell(w.columns[i].Kind, row.Cells[i])
	}
	w.raw(`},"origins":[`)
	for i, o := range row.Origins {
		w.comma(i)
		w.raw(`"`)
		w.w.Write(o.Append(w.w.AvailableBuffer()))
		w.raw(`"`)
	}
	w.raw(`]`)
	if row.Review != nil {
		w.raw(`,"review":`)
		w.value(reviewOf(row.Review))
	}
	w.raw(`}`)
}

// cell writes a cell: text, a number, an RFC 3339 time, seconds of a duration,
// bytes of a size, or a list; null where the column doesn't apply and is
// neither text nor a list.
func (w *rowWriter) cell(kind analysis.Kind, c analysis.Cell) {
	switch {
	case kind == analysis.List:
		w.texts(c.List())
	case kind == analysis.Text:
		w.text(c.Text())
	case !c.Set():
		w.raw("null")
	case kind == analysis.Moment:
		w.time(c.Time())
	case kind == analysis.Duration:
		w.value(c.Span().Seconds())
	default:
		w.integer(c.Number())
	}
}
