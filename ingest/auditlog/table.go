package auditlog

import (
	"slices"
	"time"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// A form is a table with an AuditData column. Forms differ in what stands
// beside it.
type form struct {
	name, doc string
	fits      func(h *ingest.Head) bool
}

// forms are tried in turn; the first that fits has the file.
var forms = []form{
	{
		"Search-UnifiedAuditLog CSV",
		"Search-UnifiedAuditLog through Export-Csv, by hand or by Microsoft-Extractor-Suite, with or without PowerShell's own columns, in any order. " +
			"CreationDate is in the culture of whoever exported it. ResultCount no longer shows whether the export is complete.",
		func(h *ingest.Head) bool { return h.Has("UserIds", "Operations", "Identity") },
	},
	{
		"audit portal CSV",
		"Download of the Purview portal's audit search. RecordType is a number.",
		func(h *ingest.Head) bool { return h.Has("RecordId", "Operation", "UserId") },
	},
	{
		"old audit portal CSV",
		"Download of the Security & Compliance portal's audit search, which had four columns.",
		func(h *ingest.Head) bool { return h.Has("UserIds", "Operations") },
	},
	{
		"Graph audit log CSV",
		"Graph audit log query saved as CSV; AuditData is a cell of indented JSON.",
		func(h *ingest.Head) bool { return h.Has("auditLogRecordType") },
	},
	{
		"CSV with AuditData",
		"Any other table with a column AuditData: collectors', SIEM exports, spreadsheets.",
		func(*ingest.Head) bool { return true },
	},
}

// tableLayouts are the layouts of the forms.
func tableLayouts() []*ingest.Layout {
	var list []*ingest.Layout
	for i, f := range forms {
		list = append(list, &ingest.Layout{
			Name: f.name, Doc: f.doc, TimeDesc: timeDesc, Fields: wrapFields, Parts: auditPart,
			Marks: column.Marks{{wData}},
			Only:  rows.CSV,
			Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
				if formOf(h) == i {
					return ingest.Strong
				}
				return ingest.None
			},
			Open: openTable,
		})
	}
	return list
}

func formOf(h *ingest.Head) int {
	return slices.IndexFunc(forms, func(f form) bool { return f.fits(h) })
}

// Fields of a container.
const (
	wData = iota
	wID
	wTime
	wType
	wOperation
	wUser
	wIP
	wObject
	wResult
)

// wrapFields are where containers say what AuditData says too.
var wrapFields = column.Fields{
	wData:      column.At("AuditData"),
	wID:        column.At("Identity", "RecordId", "Id"),
	wTime:      column.At("CreationDate", "createdDateTime", "CreationTime", "_time"),
	wType:      column.At("RecordType", "auditLogRecordType"),
	wOperation: column.At("Operations", "Operation"),
	wUser:      column.At("UserIds", "UserId", "userPrincipalName"),
	wIP:        column.At("ClientIp"),
	wObject:    column.At("ObjectId"),
	wResult:    column.At("ResultStatus"),
}

func openTable(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	t := &tableDecoder{decoder: newDecoder(m, o, searchCaps...), fields: m, data: m.Column(wData)}
	return &ingest.Decoder{Decode: t.decode, Finish: t.finish}, nil
}

type tableDecoder struct {
	*decoder
	fields *column.Map
	data   int // column of AuditData
}

func (t *tableDecoder) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	p := properties{rec: r, names: t.names, plain: t.plain}
	if cell := r.Cell(t.data); cell != "" {
		t.readData(&p, r.Cells[t.data], ev)
	} else {
		t.bare.Add(1)
		ev.Flags |= timeline.Partial
		ev.Content = r.Raw
	}
	t.seeDate(r, ev)
	out := t.wrap(wrappingOf(t.fields, r), ev)
	if ev.Wants(timeline.WideDetails) && !p.object.Exists() {
		ev.Details = t.fields.Rest(r)
	}
	return out
}

// wrappingOf is what the container says beside AuditData.
func wrappingOf(m *column.Map, r *rows.Record) wrapping {
	return wrapping{
		id: m.Text(r, wID), time: m.Text(r, wTime), recordType: m.Text(r, wType), operation: m.Text(r, wOperation),
		user: m.Text(r, wUser), ip: m.Text(r, wIP), object: m.Text(r, wObject), result: m.Text(r, wResult),
	}
}

// readData reads AuditData out of JSON text, also where that was cut.
func (d *decoder) readData(p *properties, text []byte, ev *timeline.Event) {
	ev.Content = text
	v, err := p.rec.Parse(text)
	if err != nil {
		ev.Flags |= timeline.Partial
		if column.IsTypeName(string(text)) {
			d.lost.Add(1)
			ev.Flags |= timeline.DataLost
			return
		}
		whole := closeJSON(text)
		if whole == nil {
			d.broken.Add(1)
			return
		}
		if v, err = p.rec.Parse(whole); err != nil {
			d.broken.Add(1)
			return
		}
		d.cut.Add(1)
	}
	d.readObject(p, v, ev)
}

// readObject reads AuditData, which clients of Graph put a level deeper.
func (d *decoder) readObject(p *properties, v rows.Value, ev *timeline.Event) {
	p.read(v)
	if !p.has(kOperation) && !p.has(kCreationTime) {
		for _, name := range [...]string{"dynamicProperties", "AdditionalProperties"} {
			if inner := v.Get(name); inner.IsObject() {
				p.read(inner)
				ev.Content = inner.Raw()
			}
		}
	}
	d.auditData(p, ev)
}

// seeDate learns the order of day and month from a row that has its time in
// CreationTime too.
func (t *tableDecoder) seeDate(r *rows.Record, ev *timeline.Event) {
	first, rest := leadingNumber(t.fields.Text(r, wTime))
	if !ev.HasTime || first == 0 || rest == "" {
		return
	}
	second, _ := leadingNumber(rest[1:])
	_, month, day := time.Unix(0, ev.Time).UTC().Date()
	switch {
	case int(month) == day:
	case first == int(month) && second == day:
		t.order.See(clock.Reading{Form: clock.MonthFirst})
	case first == day && second == int(month):
		t.order.See(clock.Reading{Form: clock.DayFirst})
	}
}

// leadingNumber splits off the number that a text begins with; 0 if it begins
// with none.
func leadingNumber(s string) (n int, rest string) {
	for i, c := range []byte(s) {
		if c < '0' || c > '9' || i == 2 {
			return n, s[i:]
		}
		n = 10*n + int(c-'0')
	}
	return n, ""
}
