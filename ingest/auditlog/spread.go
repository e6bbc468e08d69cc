package auditlog

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/fields"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// flatCSV is AuditData with its properties as columns.
var flatCSV = &ingest.Layout{
	Name: "AuditData as columns",
	Doc: "AuditData spread over columns, as Export-Csv of the objects gives it (Microsoft-Extractor-Suite with AuditDataOnly) or hawk, which makes a column of each " +
		"parameter. The columns are those of the first record, and nested values are lost where only the name of their type was written.",
	Columns:  []string{"CreationTime", "Id", "Operation", "RecordType", "UserId", "ClientIP"},
	TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has("CreationTime", "Operation", "UserId") && !h.Has("AuditData") && !h.Has("RawEventData") &&
			(h.Has("RecordType") || h.Has("Workload") || h.Has("OrganizationId")) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openSpread,
}

// officeActivityCSV is Sentinel's table of the audit log.
var officeActivityCSV = &ingest.Layout{
	Name: "Sentinel OfficeActivity CSV",
	Doc: "Table OfficeActivity of Sentinel (Log Analytics): AuditData spread over columns under names of its own, lists as JSON in cells, times in the " +
		"browser's culture. TimeGenerated is the time, Start_Time the fallback. The portal exports 10,000 or 30,000 rows at most.",
	Columns:  []string{"TimeGenerated", "Start_Time", "RecordType", "Operation", "OfficeWorkload", "OfficeObjectId", "UserId", "ClientIP", "Client_IPAddress"},
	TimeDesc: "Time Generated",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && hasOfficeColumns(h.Shape.Header) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openSpread,
}

// officeNames are the columns of OfficeActivity that AuditData names otherwise.
var officeNames = map[string]key{
	"officeworkload": kWorkload,
	"officeobjectid": kObjectID,
	"sourcerecordid": kID,
	"aadtarget":      kTarget,
	"azureadappid":   kApplicationID,
}

func hasOfficeColumns(header []string) bool {
	has := map[string]bool{}
	for _, name := range header {
		has[fields.Normal(name)] = true
	}
	return has["officeworkload"] && has["operation"] && (has["timegenerated"] || has["starttime"])
}

// A spreadDecoder decodes rows whose cells are the properties of AuditData.
type spreadDecoder struct {
	*decoder
	header []string
	cells  [numKeys]int
	times  *fields.Map
	params []int // columns of single parameters
}

// paramPrefix heads the columns of single parameters of a cmdlet.
const paramPrefix = "Param_"

// Fields of a spreadDecoder's times.
const (
	timeGenerated = iota
	startTime
)

var timeNames = [][]string{{"TimeGenerated"}, {"Start_Time"}}

func openSpread(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
	t := &spreadDecoder{decoder: newDecoder(o, ingest.PortalCaps...), header: h.Shape.Header, times: fields.New(h.Shape.Header, timeNames...)}
	byName := map[string]key{}
	for k := noKey + 1; k < numKeys; k++ {
		byName[fields.Normal(keyNames[k])] = k
	}
	for i, name := range t.header {
		if hasPrefixFold(name, paramPrefix) {
			t.params = append(t.params, i)
		}
		k, ok := officeNames[fields.Normal(name)]
		if !ok {
			k = byName[fields.Normal(name)]
		}
		if k != noKey && t.cells[k] == 0 {
			t.cells[k] = i + 1
		}
	}
	return &ingest.Decoder{Decode: t.decode, Finish: t.finish}, nil
}

func (t *spreadDecoder) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	p := properties{rec: r, cells: &t.cells}
	for _, cell := range r.Cells {
		if len(cell) > 0 && cell[0] == 'S' && fields.IsTypeName(string(cell)) {
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
	t.setGenerated(t.times.Get(r, timeGenerated), t.times.Get(r, startTime), ev)
	if ev.Wants(timeline.WideDetails) {
		ev.Details = spread(t.header, &p)
	}
	return t.wrap(wrapping{}, ev)
}

// parameters is the parameters that have a column each as one JSON object.
func (t *spreadDecoder) parameters(r *rows.Record) string {
	var o jsonObject
	for _, i := range t.params {
		if cell := r.Cell(i); cell != "" {
			o.addPair(pair{name: t.header[i][len(paramPrefix):], text: cell})
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
	Columns:  officeActivityCSV.Columns,
	TimeDesc: officeActivityCSV.TimeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsJSON() && h.Has("OfficeWorkload", "Operation", "TimeGenerated") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(o, ingest.PortalCaps...)
		return &ingest.Decoder{Decode: d.decodeOffice, Finish: d.finish}, nil
	},
}

func (d *decoder) decodeOffice(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	if !r.Value.IsObject() {
		return ingest.Rejected("record is no JSON object but " + article(r.Value))
	}
	p := properties{rec: r}
	p.read(r.Value)
	for name, v := range r.Value.Members() {
		name = strings.ToLower(strings.ReplaceAll(name, "_", ""))
		k, ok := officeNames[name]
		if !ok {
			k, _ = keyOf(name)
		}
		if k != noKey && !p.has(k) {
			p.v[k] = v
		}
	}
	d.auditData(&p, ev)
	ev.Content = r.Raw
	d.setGenerated(r.Value.Get("TimeGenerated").Text(), r.Value.Get("Start_Time").Text(), ev)
	return d.wrap(wrapping{}, ev)
}
