package bec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// visitColumns are the columns of the analyses that judge visits.
var visitColumns = []analysis.Column{
	{Name: "Kind", Doc: "new country, new network, time zone, log's location or forwarded address; else the kind of the network"},
	{Name: "Country", Doc: "country of the address by the database"},
	{Name: "Network", Doc: "number and name of the network"},
	{Name: "Clients", Doc: "clients of the logons"},
	{Name: "Logons", Doc: "logons of the row", Kind: analysis.Number},
	{Name: "Usual", Doc: "countries that are usual for the user, with session-days"},
	{Name: "History", Doc: "how surprising the new value is, in words", Kind: analysis.Prose},
	{Name: "Evidence", Doc: "what speaks against an innocent reading", Kind: analysis.Prose},
	{Name: "Excuse", Doc: "what speaks for an innocent reading", Kind: analysis.Prose},
}

// Judgements of what speaks against a visit.
const (
	// Three failed passwords are more than a slip before a success.
	guessedBefore = 3
	guessHours    = 24
	// Infrastructure of a campaign reaches its victims within days.
	campaignDays = 7
)

// A visit is the logons of a user from one country or network, while they are
// judged.
type visit struct {
	*person
	logons  []*logon // of the visit
	others  []*logon // from where the user is at home
	beside  int      // active days elsewhere
	against []string
	excuse  []string
}

// weigh gathers what speaks against a visit, in words.
func (v *visit) weigh() {
	t := v.p.Timeline
	if visit, other, km := v.interleaved(v.logons, v.others); visit != nil {
		v.against = append(v.against, fmt.Sprintf("a logon from %s at %s and one from %s at %s, at least %.0f km apart: not one traveller",
			other.place.Country, cite.Stamp(t.Time(other.row)), visit.place.Country, cite.Stamp(t.Time(visit.row)), km))
	}
	switch v.familiarity() {
	case unfamiliar:
		v.against = append(v.against, "a client or user agent that this user was not seen with at home")
	case ownDevice:
		v.excuse = append(v.excuse, "a device of the user's own, or beside one at the same address")
	}
	if n := v.guesses(); n >= guessedBefore {
		v.against = append(v.against, fmt.Sprintf("%s from the same network in the %d hours before", cite.Counted(n, "failed logon"), guessHours))
	}
	// Colleagues travel together: in a hotel this says nothing by itself.
	if n := v.campaign(); n > 0 && (len(v.against) > 0 || anonymous(v.logons[0].place)) {
		v.against = append(v.against, fmt.Sprintf("the same network was new on %s within %d days", cite.Counted(n, "other user"), campaignDays))
	}
}

// familiarity is that of the visit's logons. Behind a relay or a gateway the
// country is nobody's: where most logons through it are made with what is the
// user's, the one that is not is a new program of his.
func (v *visit) familiarity() familiarity {
	known := v.pr.familiarityOf(v.logons)
	if known != unfamiliar || v.logons[0].place.Kind != kindRelay {
		return known
	}
	own := 0
	for _, l := range v.logons {
		if v.pr.familiar(l) >= familiar {
			own++
		}
	}
	if 2*own <= len(v.logons) {
		return unfamiliar
	}
	return familiar
}

// guesses counts the failures of the user on one of the visit's networks, that
// with most of them, in the hours before its last logon there: slips on
// several days of a journey are no guessing.
func (v *visit) guesses() int {
	last := map[uint64]int64{}
	for _, l := range v.logons {
		last[v.pr.number(l)] = l.time
	}
	n := 0
	for number, until := range last {
		n = max(n, v.failuresBefore(number, until, int64(guessHours*time.Hour)))
	}
	return n
}

// campaign counts the other users to whom one of the visit's networks came
// as new in the same days, if it is nobody's habit.
func (v *visit) campaign() int {
	number := v.pr.number(v.logons[0])
	if st := v.pr.networks.standings[number]; number != 0 && st != nil && st.usual == 0 {
		return st.newAround(v.logons[0].day(), campaignDays) - 1
	}
	return 0
}

// cleared reports whether the examiner holds the user, or the address or
// program of each logon, for good.
func (v *visit) cleared() bool {
	t, good := v.p.Timeline, &v.p.Settings.KnownGood
	in := func(list []string, value string) bool {
		return value != "" && slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, value) })
	}
	if !in(good.Users, v.name()) {
		for _, l := range v.logons {
			if !v.pr.cleared[l.ip] && !in(good.UserAgents, t.Text(timeline.ColUserAgent, l.row)) && !in(good.Sessions, t.Text(timeline.ColSession, l.row)) {
				return false
			}
		}
	}
	v.excuse = append(v.excuse, "cleared by the examiner")
	return true
}

// row cites the visit's logons, and the records of its clients' start that
// state no outcome.
func (v *visit) row(kind string, severity analysis.Severity, confidence analysis.Confidence, history string) analysis.Row {
	t := v.p.Timeline
	rows := make([]int, len(v.logons))
	for i, l := range v.logons {
		rows[i] = l.row
	}
	if severity > analysis.Info {
		rows = append(rows, v.startsFrom(v.logons)...)
		slices.Sort(rows)
	}
	r := cite.Citing(t, rows)
	r.User = t.Value(timeline.ColUser, v.Code)
	r.Severity, r.Confidence = severity, confidence
	r.Cells = []string{
		kind, cite.List(v.distinct(func(l *logon) string { return l.place.Country })), cite.List(v.distinct(network)),
		cite.List(cite.Distinct(t, timeline.ColClient, rows)), fmt.Sprint(len(v.logons)), v.usual(),
		history, strings.Join(v.against, "; "), strings.Join(v.excuse, "; "),
	}
	return r
}

func (v *visit) distinct(value func(*logon) string) []string {
	var values []string
	for _, l := range v.logons {
		if s := value(l); s != "" {
			values = append(values, s)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// network names a network in a cell.
func network(l *logon) string {
	p := l.place
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
func (v *visit) usual() string {
	h := v.pr.countries.of[v.Code]
	if h == nil {
		return ""
	}
	var words []string
	for c, u := range h.values {
		if h.usual(c) {
			words = append(words, fmt.Sprintf("%c%c: %d of %d session-days", rune(c>>8), rune(c&0xff), u.sessions, h.sessions))
		}
	}
	slices.Sort(words)
	return cite.List(words)
}
