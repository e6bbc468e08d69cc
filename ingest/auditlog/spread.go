package auditlog

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// flatCSV is AuditData with its properties as columns.
var flatCSV = &ingest.Layout{
	Name: "AuditData as columns",
	Doc: "AuditData spread over columns, as Export-Csv of the objects gives it (Microsoft-Extractor-Suite with AuditDataOnly) or hawk, which makes a column of each " +
		"parameter. The columns are those of the first record, and nested values are lost where only the name of their type was written.",
	TimeDesc: timeDesc,
	Fields:   spreadFields,
	Marks:    column.Marks{{kCreationTime}, {kOperation}, {kUserID}, {kRecordType, kWorkload, sOrganization}},
	Only:     rows.CSV,
	Lacks:    []string{"AuditData", rawEventData, officeWorkload},
	Open:     openSpread,
}

// officeActivityCSV is Sentinel's table of the audit log.
var officeActivityCSV = &ingest.Layout{
	Name: "Sentinel OfficeActivity CSV",
	Doc: "Table OfficeActivity of Sentinel (Log Analytics): AuditData spread over columns under names of its own, lists as JSON in cells, times in the " +
		"browser's culture. TimeGenerated is the time, Start_Time the fallback. The portal exports 10,000 or 30,000 rows at most.",
	TimeDesc: "Time Generated",
	Fields:   spreadFields,
	Marks:    column.Marks{{kWorkload}, {kOperation}, {sGenerated, sStarted}},
	Only:     rows.CSV,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if column.Find(h.Shape.Header, officeWorkload) >= 0 {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openSpread,
}

// officeWorkload is the column by which Sentinel's table is known.
const officeWorkload = "OfficeWorkload"

// officeFields are the properties that OfficeActivity names otherwise.
var officeFields = column.Fields{
	kWorkload:      column.Mark(officeWorkload),
	kObjectID:      column.At("OfficeObjectId"),
	kID:            column.At("SourceRecordId"),
	kTarget:        column.At("AADTarget"),
	kApplicationID: column.At("AzureADAppId"),
}

// Fields of a table beside the properties.
const (
	sGenerated = numKeys + iota
	sStarted
	sOrganization
)

// spreadFields are the columns of a table that has one for each property.
var spreadFields = officeFields.Or(auditFields).Or(column.Fields{
	sGenerated:    column.At("TimeGenerated"),
	sStarted:      column.At("Start_Time"),
	sOrganization: column.Mark("OrganizationId"),
})

// A spreadDecoder decodes rows whose cells are the properties of AuditData.
type spreadDecoder struct {
	*decoder
	fields *column.Map
	cells  [numKeys]int // 1 + the column of each property
	params []int        // columns of single parameters
}

// paramPrefix heads the columns of single parameters of a cmdlet.
const paramPrefix = "Param_"

func openSpread(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	t := &spreadDecoder{decoder: newDecoder(m, o, ingest.PortalCaps...), fields: m}
	t.names = m.Index(spreadFields)
	for i, name := range m.Header() {
		if hasPrefixFold(name, paramPrefix) {
			t.params = append(t.params, i)
		}
	}
	for k := range t.cells {
		t.cells[k] = m.Place(k) + 1
	}
	return &ingest.Decoder{Decode: t.decode, Finish: t.finish}, nil
}

func (t *spreadDecoder) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	p := properties{rec: r, names: t.names, cells: &t.cells}
	for _, cell := range r.Cells {
		if len(cell) > 0 && cell[0] == 'S' && column.IsTypeName(string(cell)) {
			ev.Flags |= timeline.DataLost | timeline.Partial
		}
	}
	if ev.Flags&timeline.DataLost != 0 {
		t.lost.Add(1)
	}
	t.auditData(&p, ev)
	if ev.Cols[timeline.ColRule] == "" && len(t.params) > 0 {
		ev.Set(timeline.ColRule, t.parameters(r))
	}
	ev.Content = r.Raw
	t.setGenerated(t.fields.Text(r, sGenerated), t.fields.Text(r, sStarted), ev)
	if ev.Wants(timeline.WideDetails) {
		ev.Details = spread(t.fields.Header(), &p, ev)
	}
	return t.wrap(wrapping{}, ev)
}

// parameters is the parameters that have a column each as one JSON object.
func (t *spreadDecoder) parameters(r *rows.Record) string {
	var o jsonObject
	for _, i := range t.params {
		if cell := r.Cell(i); cell != "" {
			o.addPair(pair{name: t.fields.Header()[i][len(paramPrefix):], text: cell})
		}
	}
	return o.text()
}

// setGenerated takes the time of a row of Sentinel: TimeGenerated, or where
// that is missing Start_Time. The two differ by minutes.
func (d *decoder) setGenerated(generated, start string, ev *timeline.Event) {
	g, ok := clock.Parse(generated)
	s, begun := clock.Parse(start)
	switch {
	case ok:
		d.order.See(g)
		ev.Time, ev.HasTime, ev.DayFirst = g.Nanos, true, g.DayFirst
		if g.DayFirst != 0 {
			d.written.Add(1)
			ev.Flags |= timeline.TimeAssumed
		}
	case begun && !ev.HasTime:
		d.assumeTime(s, ev)
	}
	if ok && begun && g.Nanos != s.Nanos {
		d.apart.Add(1)
		atLeast(&d.widest, max(g.Nanos-s.Nanos, s.Nanos-g.Nanos))
	}
}

// officeActivityJSON is the same table as JSON.
var officeActivityJSON = &ingest.Layout{
	Name:     "Sentinel OfficeActivity JSON",
	Doc:      "Table OfficeActivity as JSON lines or an array, with the names of the table.",
	TimeDesc: officeActivityCSV.TimeDesc,
	Fields:   officeTimes.Or(officeFields),
	Parts:    []ingest.Part{{Of: "columns named as in AuditData", Fields: auditFields}},
	Marks:    column.Marks{{kWorkload}, {sGenerated}},
	Only:     rows.JSON,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if h.Has("Operation") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := &officeDecoder{newDecoder(m, o, ingest.PortalCaps...), m}
		return &ingest.Decoder{Decode: d.decode, Finish: d.finish}, nil
	},
}

// officeTimes are the times of a record of Sentinel.
var officeTimes = column.Fields{sGenerated: column.At("TimeGenerated"), sStarted: column.At("Start_Time")}

// An officeDecoder decodes objects whose members are the properties of
// AuditData, some of them under other names.
type officeDecoder struct {
	*decoder
	fields *column.Map
}

func (d *officeDecoder) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	if !r.Value.IsObject() {
		return ingest.Rejected("record is no JSON object but " + article(r.Value))
	}
	p := properties{rec: r, names: d.names, plain: d.plain}
	p.read(r.Value)
	for k := range officeFields {
		if len(officeFields[k].Paths) > 0 && !p.has(k) {
			p.v[k] = d.fields.Value(r, k)
		}
	}
	for name, v := range r.Value.Members() {
		if k, _ := d.names.Find(strings.ReplaceAll(name, "_", "")); k != noKey && !p.has(k) {
			p.v[k] = v
		}
	}
	d.auditData(&p, ev)
	ev.Content = r.Raw
	d.setGenerated(d.fields.Text(r, sGenerated), d.fields.Text(r, sStarted), ev)
	return d.wrap(wrapping{}, ev)
}
