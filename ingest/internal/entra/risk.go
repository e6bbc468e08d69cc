package entra

import (
	"strings"
	"time"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/paths"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// riskOperation is the word for every risk detection.
const riskOperation = "RiskDetection"

// RiskPaths are those of Graph's riskDetection. The time is that of the
// activity that was found risky, not of the finding.
func RiskPaths() Paths {
	return Paths{
		Time:       {"activityDateTime", "detectedDateTime"},
		ID:         {"id.*"},
		User:       {"userPrincipalName", "userDisplayName", "userId"},
		Principal:  {"servicePrincipalDisplayName", "servicePrincipalId"},
		AppID:      {"appId"},
		IP:         {"ipAddress"},
		Country:    {"location.countryOrRegion", "CountryOrRegion"},
		RiskType:   {"riskEventType", "riskType"},
		RiskLevel:  {"riskLevel"},
		RiskState:  {"riskState"},
		Additional: {"additionalInfo.*"},
	}
}

// RiskDetections decodes a file of risk detections.
func RiskDetections(h *ingest.Head, o *ingest.Options, p Paths) *ingest.Decoder {
	d := newDecoder(h, o, p)
	return d.decoder(d.riskDetection)
}

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
	ev.Set(timeline.ColUserAgent, pairValue(r, d.paths.Value(r, int(Additional)), "userAgent"))
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

// RiskyUserPaths are those of Graph's riskyUser.
func RiskyUserPaths() Paths {
	return Paths{
		Time: {"riskLastUpdatedDateTime"},
		User: {"userPrincipalName", "userDisplayName", "displayName", "id"},
	}
}

// RiskyUsers decodes a file of risky users, which are a state.
func RiskyUsers(h *ingest.Head, o *ingest.Options, p Paths) *ingest.Decoder {
	d := newDecoder(h, o, p)
	return d.decoder(func(r *rows.Record, _ *timeline.Event) ingest.Outcome { return d.riskyUser(r, r.Value) })
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
	for i, name := range d.header {
		if s := r.Cell(i); s != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: name, Value: strings.Clone(s)})
		}
	}
	for name, v := range paths.Open(r, object).Members() {
		if s := v.Text(); s != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: strings.Clone(name), Value: strings.Clone(s)})
		}
	}
	return ingest.IsContext(c)
}
