package auditlog

import (
	"bytes"

	"becforensics/ingest"
	"becforensics/ingest/internal/fields"
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

// cloudNames are the columns beside RawEventData, in the order of the fields
// of wrapping; a country and an agent follow.
var cloudNames = [][]string{
	{rawEventData},
	{"ReportId"},
	{"Timestamp"},
	{"RecordType"},
	{"ActionType"},
	{"AccountId", "AccountDisplayName", "AccountObjectId"},
	{"IPAddress"},
	{"ObjectName"},
	{"CountryCode"},
	{"UserAgent"},
}

// Fields of cloudNames that wrapping does not have.
const (
	wCountry = wObject + 1 + iota
	wAgent
)

var cloudColumns = []string{rawEventData, "Timestamp", "ActionType", "AccountId", "AccountDisplayName", "IPAddress", "CountryCode", "UserAgent", "ReportId"}

var cloudAppCSV = &ingest.Layout{
	Name: "Defender CloudAppEvents CSV", Doc: cloudAppDoc, Columns: cloudColumns, TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has(rawEventData) && !h.Has("AuditData") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		d, m, column := newDecoder(o, ingest.PortalCaps...), fields.New(h.Shape.Header, cloudNames...), h.Column(rawEventData)
		decode := func(r *rows.Record, ev *timeline.Event) ingest.Outcome {
			p := properties{rec: r}
			if len(r.Cells[column]) > 0 {
				d.readData(&p, r.Cells[column], ev)
			}
			return d.complete(&p, ev, func(f int) string { return m.Get(r, f) }, func() string { return m.Rest(r) })
		}
		return &ingest.Decoder{Decode: decode, Finish: d.finish}, nil
	},
}

var cloudAppJSON = &ingest.Layout{
	Name: "Defender CloudAppEvents JSON", Doc: cloudAppDoc, Columns: cloudColumns, TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		streamed := h.Has("category", "properties") && bytes.Contains(h.Shape.First, []byte(cloudCategory))
		if h.IsJSON() && (streamed || h.Has(rawEventData) && !h.Has("AuditData")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(o, ingest.PortalCaps...)
		decode := func(r *rows.Record, ev *timeline.Event) ingest.Outcome {
			if !r.Value.IsObject() {
				return ingest.Rejected("record is no JSON object but " + article(r.Value))
			}
			row := r.Value
			if inner := row.Get("properties"); inner.IsObject() {
				row = inner
			}
			p := properties{rec: r}
			switch raw := row.Get(rawEventData); {
			case raw.IsObject():
				ev.Content = raw.Raw()
				d.readObject(&p, raw, ev)
			case raw.Text() != "":
				d.readData(&p, []byte(raw.Text()), ev)
			}
			get := func(f int) string { return firstMember(row, cloudNames[f]) }
			return d.complete(&p, ev, get, func() string { return string(row.Raw()) })
		}
		return &ingest.Decoder{Decode: decode, Finish: d.finish}, nil
	},
}

func firstMember(object rows.Value, names []string) string {
	for _, name := range names {
		if s := object.Get(name).Text(); s != "" {
			return s
		}
	}
	return ""
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
