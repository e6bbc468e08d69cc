package logon

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// VisitColumns are the columns of the analyses that judge visits.
var VisitColumns = []analysis.Column{
	{Name: "Kind", Doc: "new country, new network, brought device, time zone, log's location or forwarded address; else the kind of the network"},
	{Name: "Country", Doc: "country of the address by the database, or by the log where the database has none", Kind: analysis.List},
	{Name: "Network", Doc: "number and name of the network", Kind: analysis.List},
	{Name: "Clients", Doc: "clients of the logons", Kind: analysis.List},
	{Name: "Logons", Doc: "logons of the row", Kind: analysis.Count},
	{Name: "Usual", Doc: "countries that are usual for the user, with session-days"},
	{Name: "History", Doc: "how surprising the new value is, in words", Kind: analysis.Text, Wrap: true},
	{Name: "Evidence", Doc: "what speaks against an innocent reading", Kind: analysis.Text, Wrap: true},
	{Name: "Excuse", Doc: "what speaks for an innocent reading", Kind: analysis.Text, Wrap: true},
}

// kindNames are the kinds in the column of visits, save that of Hidden.
var kindNames = [...]string{
	NewNetwork: "new network", DeclaredTravel: "new country", OwnDeviceThere: "new country", NewCountry: "new country",
	BroughtDevice: "brought device", ForwardedAddress: "forwarded address", LogLocation: "log's location", TimeZone: "time zone",
}

func (v *Visit) kind() string {
	if v.Kind == Hidden {
		return v.Logons[0].Place.Kind
	}
	return kindNames[v.Kind]
}

// A Judgement is what an analysis makes of a visit.
type Judgement struct {
	Severity   analysis.Severity
	Confidence analysis.Confidence
	History    string
	Reasons
}

// Row cites the visit's logons and, if it weighs, the records of its clients'
// start that state no outcome.
func (v *Visit) Row(j Judgement) analysis.Row {
	t := v.P.Timeline
	rows := make([]int, len(v.Logons))
	for i, l := range v.Logons {
		rows[i] = l.Row
	}
	if j.Severity > analysis.Info {
		rows = append(rows, v.startsFrom(v.Logons)...)
		slices.Sort(rows)
	}
	r, clients := cite.Citing(t, rows), cite.Distinct(t, timeline.ColClient, rows)
	r.User, r.Severity, r.Confidence = v.Name, j.Severity, j.Confidence
	r.Cells = cite.Cells(
		v.kind(), v.marked(), v.distinct(NetworkOf), clients, len(v.Logons), v.usual(),
		j.History, strings.Join(j.Against, "; "), strings.Join(j.For, "; "),
	)
	return r
}

// countries are those of the visit's addresses.
func (v *Visit) countries() []string {
	return v.distinct(func(l *Logon) string { return l.Place.Country })
}

// marked are the countries, those that the log alone names marked so.
func (v *Visit) marked() []string {
	return v.distinct(func(l *Logon) string {
		if l.Stated {
			return l.Place.Country + " (by the log)"
		}
		return l.Place.Country
	})
}

// distinct lists the values of the visit's logons, sorted, each once; empty
// ones are left out.
func (v *Visit) distinct(value func(*Logon) string) []string {
	var values []string
	for _, l := range v.Logons {
		if s := value(l); s != "" {
			values = append(values, s)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// usual lists the user's usual countries with their session-days.
func (v *Visit) usual() string {
	h := v.Pr.Countries.Of[v.Code]
	if h == nil {
		return ""
	}
	var words []string
	for c, u := range h.Values {
		if h.Usual(c) {
			words = append(words, fmt.Sprintf("%c%c: %d of %d session-days", rune(c>>8), rune(c&0xff), u.Sessions, h.Sessions))
		}
	}
	slices.Sort(words)
	return cite.Join(words)
}
