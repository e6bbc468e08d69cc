package auditlog

import (
	"bytes"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// CloudAppEvents is Defender XDR's table of what cloud applications report;
// RawEventData is the AuditData of those of Microsoft 365.
const (
	cloudAppDoc = "Table CloudAppEvents of Defender's advanced hunting. RawEventData is the AuditData object; place and provider of the address are those that Defender saw, the resource is the application that the act was in. " +
		"The portal exports 10,000 or 30,000 rows at most."
	rawEventData = "RawEventData"
	// cloudCategory heads the rows that Defender streams to a storage account or
	// an event hub, with the row in properties.
	cloudCategory = `"AdvancedHunting-CloudAppEvents"`
)

// Fields of CloudAppEvents that other containers do not have.
const (
	wAgent = wProvider + 1 + iota
	wApp
	wAccount
	wAccountType
	wName
	wReport
)

// cloudFields are where the table says what AuditData says too, and more.
var cloudFields = column.Fields{
	wData:        column.At(rawEventData),
	wID:          column.At("ReportId"),
	wReport:      column.At("ReportId"),
	wTime:        column.At("Timestamp"),
	wType:        column.At("RecordType"),
	wOperation:   column.At("ActionType"),
	wUser:        column.At("AccountUpn", "AccountId", "AccountDisplayName", "AccountObjectId"),
	wAccount:     column.At("AccountObjectId.*"),
	wAccountType: column.At("AccountType.*"),
	wName:        column.At("AccountDisplayName.*"),
	wApp:         column.At("Application"),
	wResult:      column.At("ResultStatus", "Result"),
	wIP:          column.At("IPAddress"),
	wObject:      column.At("ObjectName"),
	wCountry:     column.At("CountryCode"),
	wCity:        column.At("City"),
	wProvider:    column.At("ISP"),
	wAgent:       column.At("UserAgent"),
}

// cloudPart is AuditData under the table's name for it.
var cloudPart = []ingest.Part{{Of: rawEventData, Fields: auditFields}}

var cloudAppCSV = &ingest.Layout{
	Name: "Defender CloudAppEvents CSV", Doc: cloudAppDoc, TimeDesc: timeDesc, Fields: cloudFields, Parts: cloudPart,
	Only:   rows.CSV,
	Lacks:  []string{"AuditData"},
	Detect: detectCloudApp,
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d, data := newDecoder(m, o, ingest.PortalCaps...), m.Column(wData)
		decode := func(r *rows.Record, ev *timeline.Event) ingest.Outcome {
			p := properties{rec: r, names: d.names, plain: d.plain}
			if r.Cell(data) != "" {
				d.readData(&p, r.Cells[data], ev)
			}
			return d.complete(&p, ev, func(f int) string { return m.Text(r, f) }, func() string { return m.Rest(r) })
		}
		return &ingest.Decoder{Decode: decode, Finish: d.finish}, nil
	},
}

var cloudAppJSON = &ingest.Layout{
	Name: "Defender CloudAppEvents JSON", Doc: cloudAppDoc, TimeDesc: timeDesc, Fields: cloudFields, Parts: cloudPart,
	Only:   rows.JSON,
	Lacks:  []string{"AuditData"},
	Detect: detectCloudApp,
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

// detectCloudApp knows the table by its own column, by the category of a stream
// or, where a query left that column out, by others that no table has together.
func detectCloudApp(h *ingest.Head, _ *ingest.Options) ingest.Match {
	streamed := h.IsJSON() && h.Has("category", "properties") && bytes.Contains(h.Shape.First, []byte(cloudCategory))
	if streamed || h.Has(rawEventData) || h.Has("ActionType", "Application", "CountryCode") {
		return ingest.Strong
	}
	return ingest.None
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
	if ev.Cols[timeline.ColUserAgent] == "" {
		ev.Set(timeline.ColUserAgent, get(wAgent))
	}
	ev.Set(timeline.ColReportID, get(wReport))
	ev.Set(timeline.ColResource, get(wApp))
	if ev.Cols[timeline.ColApp] == "" {
		ev.Set(timeline.ColApp, get(wApp))
	}
	d.setAccount(p, ev, get)
	return d.wrap(wrapping{
		id: get(wID), time: get(wTime), recordType: get(wType), operation: get(wOperation),
		user: get(wUser), ip: get(wIP), object: get(wObject), result: get(wResult),
		country: get(wCountry), city: get(wCity), provider: get(wProvider),
	}, ev)
}

// setAccount takes what kind of account acted, which AuditData says better, and
// its display name, which stays in the details beside the user's address.
func (d *decoder) setAccount(p *properties, ev *timeline.Event, get func(int) string) {
	if ev.Account == "" && isDirectoryID(get(wAccount)) {
		ev.Account = get(wAccount)
	}
	kind := get(wAccountType)
	if user := get(wUser); ev.Cols[timeline.ColUser] == "" && isDirectoryID(user) {
		if strings.EqualFold(kind, "application") && get(wName) != "" {
			ev.Set(timeline.ColUser, get(wName))
		} else {
			ev.Flags |= timeline.UserByID
		}
	}
	if !p.object.Exists() {
		switch strings.ToLower(kind) {
		case "application":
			ev.Flags |= timeline.AppOnly
		case "system":
			ev.Flags |= timeline.Service
		}
	}
	if !ev.Wants(timeline.WideDetails) {
		return
	}
	for _, m := range [...]pair{{name: "AccountDisplayName", text: get(wName)}, {name: "AccountType", text: kind}} {
		if m.text != "" && !strings.Contains(ev.Details, rows.Quote(m.name)+":") {
			ev.Details = withMember(ev.Details, m.name, rows.Quote(m.text))
		}
	}
}

// withMember appends a member to the JSON text of an object, which may be empty.
func withMember(object, name, value string) string {
	if object == "" {
		return "{" + rows.Quote(name) + ":" + value + "}"
	}
	return strings.TrimSuffix(object, "}") + "," + rows.Quote(name) + ":" + value + "}"
}
