package logon

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// TakesMail reports whether a logon was made with a protocol for mail.
func (v *Visit) TakesMail(l *Logon) bool {
	return takesMail(v.P.Timeline.Value(timeline.ColClient, l.Client))
}

// VisitColumns are the columns of the analyses that judge visits.
var VisitColumns = []analysis.Column{
	{Name: "Kind", Doc: "new country, new network, time zone, log's location or forwarded address; else the kind of the network"},
	{Name: "Country", Doc: "country of the address by the database", Kind: analysis.List},
	{Name: "Network", Doc: "number and name of the network", Kind: analysis.List},
	{Name: "Clients", Doc: "clients of the logons", Kind: analysis.List},
	{Name: "Logons", Doc: "logons of the row", Kind: analysis.Count},
	{Name: "Usual", Doc: "countries that are usual for the user, with session-days"},
	{Name: "History", Doc: "how surprising the new value is, in words", Kind: analysis.Text, Wrap: true},
	{Name: "Evidence", Doc: "what speaks against an innocent reading", Kind: analysis.Text, Wrap: true},
	{Name: "Excuse", Doc: "what speaks for an innocent reading", Kind: analysis.Text, Wrap: true},
}

// Judgements of what speaks against a visit.
const (
	// Three failed passwords are more than a slip before a success.
	guessedBefore = 3
	guessHours    = 24
	// Infrastructure of a campaign reaches its victims within days.
	CampaignDays = 7
)

// A visit is the logons of a user from one country or network, while they are
// judged.
type Visit struct {
	*User
	Logons  []*Logon // of the visit
	Others  []*Logon // from where the user is at home
	Beside  int      // active days elsewhere
	Against []string
	Excuse  []string
}

// Weigh gathers what speaks against a visit, in words.
func (v *Visit) Weigh() {
	t := v.P.Timeline
	if visit, other, km := v.interleaved(v.Logons, v.Others); visit != nil {
		v.Against = append(v.Against, fmt.Sprintf("a logon from %s at %s and one from %s at %s, at least %.0f km apart: not one traveller",
			other.Place.Country, cite.Stamp(t.Time(other.Row)), visit.Place.Country, cite.Stamp(t.Time(visit.Row)), km))
	}
	switch v.Familiarity() {
	case Unfamiliar:
		v.Against = append(v.Against, "a client or user agent that this user was not seen with at home")
	case OwnDevice:
		v.Excuse = append(v.Excuse, "a device of the user's own, or beside one at the same address")
	}
	if n := v.guesses(); n >= guessedBefore {
		v.Against = append(v.Against, fmt.Sprintf("%s from the same network in the %d hours before", cite.Counted(n, "failed logon"), guessHours))
	}
	// Colleagues travel together: in a hotel this says nothing by itself.
	if n := v.campaign(); n > 0 && (len(v.Against) > 0 || Anonymous(v.Logons[0].Place)) {
		v.Against = append(v.Against, fmt.Sprintf("the same network was new on %s within %d days", cite.Counted(n, "other user"), CampaignDays))
	}
}

// Familiarity is that of the visit's logons. Behind a relay or a gateway the
// country is nobody's: where most logons through it are made with what is the
// user's, the one that is not is a new program of his.
func (v *Visit) Familiarity() familiarity {
	known := v.Pr.FamiliarityOf(v.Logons)
	if known != Unfamiliar || v.Logons[0].Place.Kind != KindRelay {
		return known
	}
	own := 0
	for _, l := range v.Logons {
		if v.Pr.Familiar(l) >= FamiliarDevice {
			own++
		}
	}
	if 2*own <= len(v.Logons) {
		return Unfamiliar
	}
	return FamiliarDevice
}

// guesses counts the failures of the user on one of the visit's networks, that
// with most of them, in the hours before its last logon there: slips on
// several days of a journey are no guessing.
func (v *Visit) guesses() int {
	last := map[uint64]int64{}
	for _, l := range v.Logons {
		last[v.Pr.number(l)] = l.Time
	}
	n := 0
	for number, until := range last {
		n = max(n, v.failuresBefore(number, until, int64(guessHours*time.Hour)))
	}
	return n
}

// campaign counts the other users to whom one of the visit's networks came
// as new in the same days, if it is nobody's habit.
func (v *Visit) campaign() int {
	number := v.Pr.number(v.Logons[0])
	if st := v.Pr.Networks.Standings[number]; number != 0 && st != nil && st.Usual == 0 {
		return st.newAround(v.Logons[0].Day(), CampaignDays) - 1
	}
	return 0
}

// Cleared reports whether the examiner holds the user, or the address or
// program of each logon, for good.
func (v *Visit) Cleared() bool {
	t, good := v.P.Timeline, &v.P.Settings.KnownGood
	in := func(list []string, value string) bool {
		return value != "" && slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, value) })
	}
	if !in(good.Users, v.Name()) {
		for _, l := range v.Logons {
			if !v.Pr.Cleared[l.Ip] && !in(good.UserAgents, t.Text(timeline.ColUserAgent, l.Row)) && !in(good.Sessions, t.Text(timeline.ColSession, l.Row)) {
				return false
			}
		}
	}
	v.Excuse = append(v.Excuse, "cleared by the examiner")
	return true
}

// Row cites the visit's logons, and the records of its clients' start that
// state no outcome.
func (v *Visit) Row(kind string, severity analysis.Severity, confidence analysis.Confidence, history string) analysis.Row {
	t := v.P.Timeline
	rows := make([]int, len(v.Logons))
	for i, l := range v.Logons {
		rows[i] = l.Row
	}
	if severity > analysis.Info {
		rows = append(rows, v.startsFrom(v.Logons)...)
		slices.Sort(rows)
	}
	r := cite.Citing(t, rows)
	r.User = t.Value(timeline.ColUser, v.Code)
	r.Severity, r.Confidence = severity, confidence
	r.Cells = cite.Cells(
		kind, v.Distinct(func(l *Logon) string { return l.Place.Country }), v.Distinct(NetworkOf),
		cite.Distinct(t, timeline.ColClient, rows), len(v.Logons), v.usual(),
		history, strings.Join(v.Against, "; "), strings.Join(v.Excuse, "; "),
	)
	return r
}

func (v *Visit) Distinct(value func(*Logon) string) []string {
	var values []string
	for _, l := range v.Logons {
		if s := value(l); s != "" {
			values = append(values, s)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// NetworkOf names a network in a cell.
func NetworkOf(l *Logon) string {
	p := l.Place
	if p.ASN == 0 {
		return ""
	}
	s := fmt.Sprintf("AS%d %s", p.ASN, p.Network)
	if p.Kind != "" {
		s += " (" + p.Kind + ")"
	}
	return s
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
