package bec

import (
	"fmt"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

var consentRelay = &analysis.Analyzer{
	Name:  "consent-relay",
	Title: "Codes redeemed elsewhere",
	Doc:   explain("consent-relay"),
	Columns: []analysis.Column{
		{Name: "Kind", Doc: "device code, authorization code or consent"},
		{Name: "Application", Doc: "names or ids", Kind: analysis.List},
		{Name: "Asked at", Doc: "country and network in which it was asked for or approved, with the record", Kind: analysis.Text},
		{Name: "Redeemed at", Doc: "country and network in which it was redeemed", Kind: analysis.List},
		{Name: "After", Doc: "time between the two", Kind: analysis.Duration},
		{Name: "Tokens", Doc: "sign-ins of the row", Kind: analysis.Count},
		{Name: "User agents", Doc: "of those sign-ins", Kind: analysis.List},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Kind", "Asked at"},
	Needs:      []analysis.Need{logon.Profiles, logon.Relays},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Points:     []*analysis.Point{logon.DeviceMinutes, logon.CodeMinutes, logon.ConsentMinutes},
	Family:     "token",
	Version:    1,
	Techniques: []string{"T1528", "T1550.001", "T1566.002"},
	References: []string{"elastic/detection-rules 3db029b3, e5420ced; pull request 5485", "glueckkanja.com, ConsentFix, 2025-12-27"},
	Settings:   []string{"known_good", "office_networks", "thresholds"},
	Run:        runConsentRelay,
}

func runConsentRelay(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	if t.Cardinality(timeline.ColAppID) <= 1 {
		return nil, analysis.Skip("no record names the application that was signed in to: where codes and tokens were redeemed cannot be told")
	}
	f := &analysis.Finding{}
	for _, r := range logon.Relays.Of(p) {
		f.Rows = append(f.Rows, relayRow(p, &r))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s redeemed in another network than asked for in; %s suspicious, %s for information.", cite.Plural(len(f.Rows), "code or token", "codes or tokens"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

func relayRow(p *analysis.Pass, r *logon.Relay) analysis.Row {
	t := p.Timeline
	rows := make([]int, len(r.Redeemed))
	for i, l := range r.Redeemed {
		rows[i] = l.Row
	}
	severity, confidence, why := weighRelay(p, r)
	var row analysis.Row
	if severity == analysis.Info {
		row = cite.Informing(t, rows[0], rows[len(rows)-1])
	} else {
		row = cite.Citing(t, rows)
	}
	row.User, row.Severity, row.Confidence = t.Value(timeline.ColUser, r.User), severity, confidence
	first := r.Redeemed[0]
	row.Cells = cite.Cells(
		r.Kind, cite.AppNames(t, rows), fmt.Sprintf("%s, %s at %s", logon.PlaceName(t.PlaceOf(t.Code(timeline.ColIP, r.Asked))), t.Origin(r.Asked), cite.Stamp(t.Time(r.Asked))),
		placeNames(r.Redeemed), t.Time(first.Row).Sub(t.Time(r.Asked)), len(rows), cite.Distinct(t, timeline.ColUserAgent, rows), why,
	)
	return row
}

// placeNames are the places of logons, each once, in the order of the first.
func placeNames(list []*logon.Logon) []string {
	var names []string
	for _, l := range list {
		if name := logon.SiteName(l); !reference.ContainsFold(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// weighRelay weighs where a code or token was redeemed. A consent's own
// service redeems its tokens in a hosting network as a rule.
func weighRelay(p *analysis.Pass, r *logon.Relay) (analysis.Severity, analysis.Confidence, string) {
	t, pr := p.Timeline, logon.Profiles.Of(p)
	name := t.Value(timeline.ColUser, r.User)
	asked := t.PlaceOf(t.Code(timeline.ColIP, r.Asked))
	hidden, abroad, home, own, cleared, carried := false, false, true, true, true, asked.Kind == logon.KindMobile
	for _, l := range r.Redeemed {
		cleared = cleared && pr.Cleared[l.IP]
		own = own && pr.HadDevice(l)
		home = home && pr.Settled(p, l.Row)
		hidden = hidden || logon.Anonymous(l.Place)
		abroad = abroad || l.Place.Country != asked.Country
		carried = carried || l.Place.Kind == logon.KindMobile
	}
	switch {
	case cleared || reference.ContainsFold(p.Settings.KnownGood.Users, name):
		return analysis.Info, analysis.Likely, "cleared by the examiner"
	case home && (!hidden || pr.FamiliarityOf(r.Redeemed) != logon.Unfamiliar):
		return analysis.Info, analysis.Likely, "redeemed where the user is at home: consistent with a device of the user's own"
	case own:
		return analysis.Info, analysis.Likely, "the device is one that the user had before"
	case r.Kind == logon.RelayConsent && !r.Abused:
		return analysis.Info, analysis.Likely, "the application's first token was taken in a network that hides who is behind it: consistent with an application that runs as a service"
	case r.Kind == logon.RelayConsent:
		return analysis.Low, analysis.Unsure, "the application's first token was taken in a network that hides who is behind it, not where the consent was given: the application is known from compromises"
	case hidden:
		return analysis.Critical, analysis.Firm, "redeemed in a network that hides who is behind it, not where it was asked for: consistent with a code that was passed on"
	case abroad:
		return analysis.Critical, analysis.Firm, "redeemed in another country than it was asked for in: consistent with a code that was passed on"
	case carried:
		return analysis.Medium, analysis.Unsure, "one side is a telephone's carrier in the same country: consistent with a telephone and a device beside it, and with a code that was passed on"
	}
	return analysis.High, analysis.Likely, "redeemed by another provider of the same country than it was asked for with: consistent with a code that was passed on"
}
