package entra

import (
	"strings"
	"time"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// riskOperation is the word for every risk detection.
const riskOperation = "RiskDetection"

// riskFields are those of Graph's riskDetection. The time is that of the
// activity that was found risky, not of the finding.
var riskFields = column.Fields{
	Time:       column.At("activityDateTime", "detectedDateTime"),
	ID:         column.At("id.*"),
	User:       column.At("userPrincipalName", "userDisplayName", "userId"),
	Principal:  column.At("servicePrincipalDisplayName", "servicePrincipalId"),
	AppID:      column.At("appId"),
	IP:         column.At("ipAddress"),
	Country:    column.At("location.countryOrRegion", "CountryOrRegion"),
	RiskType:   column.At("riskEventType", "riskType"),
	RiskLevel:  column.At("riskLevel"),
	RiskState:  column.At("riskState"),
	Additional: column.At("additionalInfo.*"),
}

// riskDetections is what Identity Protection found, one record a detection.
var riskDetections = &ingest.Layout{
	Name:     "risk detections",
	Doc:      "Graph's riskDetection as JSON, or CSV of Microsoft-Extractor-Suite or Sentinel. The target is the kind of risk with its level and state; the time is that of the risky activity, the detection can come days later.",
	TimeDesc: "Risky Activity",
	Fields:   riskFields,
	Marks:    column.Marks{{RiskType}, {RiskLevel}, {RiskState}},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o)
		return d.decoder(d.riskDetection), nil
	},
}

// riskDetection decodes a risk detection.
func (d *decoder) riskDetection(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	user := d.text(r, User)
	if user == "" {
		if user = d.text(r, Principal); user != "" {
			ev.Flags |= timeline.AppOnly
		}
	}
	if reason := d.setTime(ev, d.text(r, Time)); reason != "" && user == "" {
		return ingest.Rejected(reason)
	}
	ev.Set(timeline.ColOperation, riskOperation)
	ev.Set(timeline.ColUser, user)
	ev.Set(timeline.ColIP, d.text(r, IP))
	ev.Set(timeline.ColLogCountry, country(d.text(r, Country)))
	ev.Set(timeline.ColUserAgent, pairValue(r, d.fields.Object(r, Additional), "userAgent"))
	kind, level, state := d.text(r, RiskType), d.text(r, RiskLevel), d.text(r, RiskState)
	ev.Set(timeline.ColAppID, d.text(r, AppID))
	ev.Set(timeline.ColTarget, riskText(kind, level, state))
	d.identify(ev, d.text(r, ID), r, ev.Time, user, ev.Cols[timeline.ColIP], kind, level, state)
	if ev.Wants(timeline.WideDetails) {
		ev.Details = d.rest(r, ev)
	}
	return ingest.Outcome{}
}

// riskText is a kind of risk with its level and state, as far as they are known.
func riskText(kind, level, state string) string {
	switch {
	case level != "" && state != "":
		return kind + " (" + level + ", " + state + ")"
	case level+state != "":
		return kind + " (" + level + state + ")"
	}
	return kind
}

// riskyUserKind is the context of what Identity Protection says of a user.
const riskyUserKind = "risky user"

// riskyUserFields are those of Graph's riskyUser, of which all that a record
// has becomes context.
var riskyUserFields = column.Fields{
	Time:      column.At("riskLastUpdatedDateTime"),
	User:      column.At("userPrincipalName", "userDisplayName", "displayName", "id"),
	RiskLevel: column.Mark("riskLevel"),
	RiskState: column.Mark("riskState"),
}

// riskyUsers is what Identity Protection holds of a user, a state.
var riskyUsers = &ingest.Layout{
	Name:     "risky users",
	Doc:      "Graph's riskyUser as JSON, or CSV of Microsoft-Extractor-Suite or Sentinel: context, no events. All columns are kept.",
	TimeDesc: "Risk Last Updated",
	Fields:   riskyUserFields,
	Marks:    column.Marks{{Time}, {RiskLevel}, {RiskState}},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o)
		return d.decoder(func(r *rows.Record, _ *timeline.Event) ingest.Outcome { return d.riskyUser(r, r.Value) }), nil
	},
}

// riskyUser makes a context of a row, or of an object.
func (d *decoder) riskyUser(r *rows.Record, object rows.Value) ingest.Outcome {
	user := strings.Clone(d.text(r, User))
	if user == "" {
		return ingest.Rejected("risky user has no name")
	}
	c := timeline.Context{Kind: riskyUserKind, Key: strings.ToLower(user), Owner: user}
	if reading, ok := clock.Parse(d.text(r, Time)); ok {
		c.Seen = time.Unix(0, reading.Nanos).UTC()
	}
	for i, name := range d.fields.Header() {
		if s := r.Cell(i); s != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: name, Value: strings.Clone(s)})
		}
	}
	for name, v := range column.Open(r, object).Members() {
		if s := v.Text(); s != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: strings.Clone(name), Value: strings.Clone(s)})
		}
	}
	return ingest.IsContext(c)
}
