package auditlog

import (
	"bytes"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// CloudAppEvents is Defender XDR's table of what cloud applications report;
// RawEventData is the AuditData of those of Microsoft 365.
const (
	cloudAppDoc = "Table CloudAppEvents of Defender's advanced hunting. RawEventData is the AuditData object; its country is the one that Defender saw. " +
		"The portal exports 10,000 or 30,000 rows at most."
	rawEventData = "RawEventData"
	// cloudCategory heads the rows that Defender streams to a storage account or
	// an event hub, with the row in properties.
	cloudCategory = `"AdvancedHunting-CloudAppEvents"`
)

// Fields of CloudAppEvents that other containers do not have.
const (
	wCountry = wResult + 1 + iota
	wAgent
)

// cloudFields are where the table says what AuditData says too, and more.
var cloudFields = column.Fields{
	wData:      column.At(rawEventData),
	wID:        column.At("ReportId"),
	wTime:      column.At("Timestamp"),
	wType:      column.At("RecordType"),
	wOperation: column.At("ActionType"),
	wUser:      column.At("AccountId", "AccountDisplayName", "AccountObjectId"),
	wIP:        column.At("IPAddress"),
	wObject:    column.At("ObjectName"),
	wCountry:   column.At("CountryCode"),
	wAgent:     column.At("UserAgent"),
}

// cloudPart is AuditData under the table's name for it.
var cloudPart = []ingest.Part{{Of: rawEventData, Fields: auditFields}}

var cloudAppCSV = &ingest.Layout{
	Name: "Defender CloudAppEvents CSV", Doc: cloudAppDoc, TimeDesc: timeDesc, Fields: cloudFields, Parts: cloudPart,
	Marks: column.Marks{{wData}},
	Only:  rows.CSV,
	Lacks: []string{"AuditData"},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d, data := newDecoder(m, o, ingest.PortalCaps...), m.Column(wData)
		decode := func(r *rows.Record, ev *timeline.Event) ingest.Outcome {
			p := properties{rec: r, names: d.names, plain: d.plain}
			if len(r.Cells[data]) > 0 {
				d.readData(&p, r.Cells[data], ev)
			}
			return d.complete(&p, ev, func(f int) string { return m.Text(r, f) }, func() string { return m.Rest(r) })
		}
		return &ingest.Decoder{Decode: decode, Finish: d.finish}, nil
	},
}

var cloudAppJSON = &ingest.Layout{
	Name: "Defender CloudAppEvents JSON", Doc: cloudAppDoc, TimeDesc: timeDesc, Fields: cloudFields, Parts: cloudPart,
	Only:  rows.JSON,
	Lacks: []string{"AuditData"},
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		streamed := h.Has("category", "properties") && bytes.Contains(h.Shape.First, []byte(cloudCategory))
		if streamed || h.Has(rawEventData) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o, ingest.PortalCaps...)
		decode := func(r *rows.Record, ev *timeline.Event) ingest.Outcome {
			if !r.Value.IsObject() {
				return ingest.Rejected("record is no JSON object but " + article(r.Value))
			}
			row := r
			if inner := r.Value.Get("properties"); inner.IsObject() {
				streamed := *r
				streamed.Value, row = inner, &streamed
			}
			p := properties{rec: r, names: d.names, plain: d.plain}
			switch raw := m.Value(row, wData); {
			case raw.IsObject():
				ev.Content = raw.Raw()
				d.readObject(&p, raw, ev)
			case raw.Text() != "":
				d.readData(&p, []byte(raw.Text()), ev)
			}
			get := func(f int) string { return m.Text(row, f) }
			return d.complete(&p, ev, get, func() string { return string(row.Value.Raw()) })
		}
		return &ingest.Decoder{Decode: decode, Finish: d.finish}, nil
	},
}

// complete fills an event of CloudAppEvents from the columns beside
// RawEventData.
func (d *decoder) complete(p *properties, ev *timeline.Event, get func(int) string, rest func() string) ingest.Outcome {
	if !p.object.Exists() {
		d.bare.Add(1)
		ev.Flags |= timeline.Partial
		ev.Content = p.rec.Raw
		if ev.Wants(timeline.WideDetails) {
			ev.Details = rest()
		}
	}
	ev.Set(timeline.ColLogCountry, get(wCountry))
	if ev.Cols[timeline.ColUserAgent] == "" {
		ev.Set(timeline.ColUserAgent, get(wAgent))
	}
	return d.wrap(wrapping{
		id: get(wID), time: get(wTime), recordType: get(wType), operation: get(wOperation),
		user: get(wUser), ip: get(wIP), object: get(wObject),
	}, ev)
}
