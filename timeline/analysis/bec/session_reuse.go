package bec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

// bouncesOf are the logons of a user from a hosting or VPN network that is not
// usual for them, each followed at once by one from where they are at home. The
// first is cited: the second is the user's own. Those of one network are one
// row.
func bouncesOf(p *analysis.Pass, pr *logon.Estate, u logon.UserLogons, within time.Duration, short bool) []analysis.Row {
	t := p.Timeline
	name := t.Value(timeline.ColUser, u.User)
	byASN := map[uint32][]*logon.Logon{}
	next := map[*logon.Logon]*logon.Logon{}
	var order []uint32
	var before *logon.Logon
	for _, l := range u.Logons {
		if !l.Admitted() || !l.Interactive || l.IP == 0 {
			continue
		}
		a := before
		before = l
		if a == nil || a.Network() == l.Network() || l.Time-a.Time > int64(within) {
			continue
		}
		hidden := logon.Anonymous(a.Place) && !pr.Cleared[a.IP] && !pr.Office[a.IP] && !pr.ASNs.Usual(u.User, uint64(a.Place.ASN)) && !pr.Hosting.Usual(u.User, logon.KindValue(true))
		if !hidden || logon.Anonymous(l.Place) || !pr.AtHome(l) || reference.ContainsFold(p.Settings.KnownGood.Users, name) {
			continue
		}
		if estate := pr.ASNs.Others(uint64(a.Place.ASN), u.User); estate.Shared() {
			continue
		}
		if byASN[a.Place.ASN] == nil {
			order = append(order, a.Place.ASN)
		}
		byASN[a.Place.ASN] = append(byASN[a.Place.ASN], a)
		next[a] = l
	}
	var rows []analysis.Row
	for _, asn := range order {
		hops := byASN[asn]
		cited := make([]int, len(hops))
		for i, l := range hops {
			cited[i] = l.Row
		}
		one, other := hops[0], next[hops[0]]
		severity, confidence, explained := analysis.Medium, analysis.Likely, ""
		switch known := pr.FamiliarityOf(hops); {
		case known == logon.OwnDevice || !slices.ContainsFunc(hops, func(l *logon.Logon) bool { return l.Device == 0 || l.Device != next[l].Device }):
			severity, explained = analysis.Info, "the device is the user's own: consistent with a VPN that was switched off"
		case short:
			confidence = analysis.Unsure
		case known == logon.Unfamiliar:
			severity = analysis.High
		}
		r := cite.Citing(t, cited)
		r.User, r.Severity, r.Confidence = name, severity, confidence
		r.Cells = cite.Cells(
			"bounce", logon.SiteName(one), fmt.Sprintf("%s, %s at %s", logon.SiteName(other), t.Origin(other.Row), cite.Stamp(t.Time(other.Row))),
			cite.Distinct(t, timeline.ColUserAgent, cited), t.Text(timeline.ColUserAgent, other.Row), cite.AppNames(t, cited), len(hops),
			fmt.Sprintf("%s before a logon from a usual network: consistent with a kit that passes the logon on and hands the browser back", time.Duration(other.Time-one.Time).Round(time.Second)), explained,
		)
		rows = append(rows, r)
	}
	return rows
}

// agentsOf are the families of the user agents of some rows.
func agentsOf(p *analysis.Pass, rows []int) map[uint32]bool {
	families := logon.Agents.Of(p).Of
	found := map[uint32]bool{}
	for _, row := range rows {
		if agent := families[p.Timeline.Code(timeline.ColUserAgent, row)]; agent != 0 {
			found[agent] = true
		}
	}
	return found
}

// foreignTo reports whether two parts of a session name user agents that have
// nothing in common, of which some are not the user's at home. Without anything
// to compare with nothing is strange.
func foreignTo(a, b map[uint32]bool, home *logon.Belongings, at int64) bool {
	strange := false
	for agent := range a {
		if b[agent] {
			return false
		}
		strange = strange || !home.HadAgent(agent, at)
	}
	for agent := range b {
		strange = strange || !home.HadAgent(agent, at)
	}
	return strange && home.NamesAgents() && len(a) > 0 && len(b) > 0
}

// unknownTo reports whether user agents are named, and none of them is one that
// the user had at home before a time.
func unknownTo(agents map[uint32]bool, home *logon.Belongings, at int64) bool {
	for agent := range agents {
		if home.HadAgent(agent, at) {
			return false
		}
	}
	return len(agents) > 0 && home.NamesAgents()
}

var sessionReuse = &analysis.Analyzer{
	Name:  "session-reuse",
	Title: "Session reuse",
	Doc:   explain("session-reuse"),
	Columns: []analysis.Column{
		{Name: "Kind", Doc: "session in two places, session passed on, or bounce"},
		{Name: "Suspect part", Doc: "country and network of the part that is not the owner's"},
		{Name: "Owner's part", Doc: "country and network, with one of its records"},
		{Name: "User agents", Doc: "of the part that is not the owner's", Kind: analysis.List},
		{Name: "Owner's user agents", Doc: "of the session's other part"},
		{Name: "Applications", Doc: "of the part that is not the owner's", Kind: analysis.List},
		{Name: "Records", Doc: "records of the part that is not the owner's", Kind: analysis.Count},
		{Name: "Evidence", Doc: "what speaks against an innocent reading", Kind: analysis.Text, Wrap: true},
		{Name: "Excuse", Doc: "what speaks for an innocent reading", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Kind", analysis.KeySession},
	Needs:      []analysis.Need{logon.Agents, logon.Profiles},
	Thresholds: []*analysis.Threshold{logon.HistoryDays, logon.RareNews, bounceSeconds},
	Version:    5,
	Techniques: []string{"T1539", "T1550.004", "T1557"},
	References: []string{"elastic/detection-rules 0d3d2254", "splunk/security_content 58e034de", "LETHAL-FORENSICS Microsoft-Analyzer-Suite (suspicious sessions)", "panther GraphSessionMultipleIPs"},
	Settings:   []string{"known_good", "office_networks", "home_countries", "mailboxes", "thresholds"},
	Family:     "token",
	Run:        runSessionReuse,
}

// bounceSeconds are how soon the owner's own logon follows one that a kit
// passed on: it hands the browser back at once.
var bounceSeconds = &analysis.Threshold{Name: "session-reuse.bounce_seconds", Value: 30, Doc: "seconds within which a logon from a usual network follows one that a kit passed on"}

func runSessionReuse(p *analysis.Pass) (*analysis.Finding, error) {
	sessions, count := logon.Sessions(p)
	records, leftOut := logon.LeftOut(p)
	switch {
	case count == 0 && records > 0:
		return nil, analysis.Skip("%s with a session id, and none can be used: %s; whether a session was used from two places cannot be told", cite.Counted(records, "record"), leftOut)
	case count == 0:
		return nil, analysis.Skip("no record has a session id: whether a session was used from two places cannot be told")
	}
	pr := logon.Profiles.Of(p)
	long := logon.LongHistories(p, pr)
	f := &analysis.Finding{}
	for _, s := range sessions {
		own := s.Owner(p, pr)
		if len(own.Rows) == 0 { // strange places only
			if r, ok := passedOn(s, p, pr); ok && long[s.User] {
				f.Rows = append(f.Rows, r)
			}
			continue
		}
		for _, at := range s.Order {
			if s.Parts[at].Own {
				continue
			}
			f.Rows = append(f.Rows, judgeSession(s, p, pr, at, own, !long[s.User]))
		}
	}
	bounces, within := 0, time.Duration(p.Threshold(bounceSeconds)*float64(time.Second))
	for _, u := range pr.ByUser {
		rows := bouncesOf(p, pr, u, within, !long[u.User])
		bounces += len(rows)
		f.Rows = append(f.Rows, rows...)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of users, %d of them from several networks; %s; %s suspicious.", cite.Counted(count, "session"), len(sessions), cite.Counted(bounces, "bounce"), cite.Counted(cite.Accusing(f.Rows), "row"))
	if leftOut != "" {
		f.Notes = append(f.Notes, "Not used of the records with a session id: "+leftOut+".")
	}
	return f, nil
}

// judgeSession weighs one part of a session that is not from where its user is at
// home.
func judgeSession(s *logon.Session, p *analysis.Pass, pr *logon.Estate, at logon.Site, own *logon.OwnerPart, short bool) analysis.Row {
	t := p.Timeline
	part := s.Parts[at]
	place := t.Place(part.Rows[0])
	name := t.Value(timeline.ColUser, s.User)
	unusual := !pr.Countries.Usual(s.User, at.Country)
	severity, confidence := analysis.Info, analysis.Likely
	var against, explained []string
	other, km, apart := pr.Nearest(t, own.Rows, part.Rows)
	strange := own.Strange(p, part.Rows)
	newCountry := 1.0
	if h := pr.Countries.Of[s.User]; h != nil {
		newCountry, _, _ = h.Chance(at.Country)
	}
	if strange {
		against = append(against, "a user agent that neither the session's other part nor the user's logons at home show")
	}
	if unusual {
		against = append(against, "a country that is not usual for the user")
	}
	if logon.Anonymous(place) {
		against = append(against, "a network that hides who is behind it")
	}
	switch {
	case logon.ClearedRows(p, pr, part.Rows) || reference.ContainsFold(p.Settings.KnownGood.Users, name):
		explained = append(explained, "cleared by the examiner")
	case own.HasDevice(t, part.Rows):
		explained = append(explained, "the same device on both sides: consistent with a VPN, or with Wi-Fi and mobile of one device")
	case !strange && pr.Present(t, s.User, part.Rows):
		explained = append(explained, "a device of the user's own was in that country that day: consistent with a phone that roams and comes out at home")
	case !strange && pr.Roams(p, s.User, part.Rows, other):
		explained = append(explained, "one phone by its user agent, at its carrier on the other side: consistent with a phone that is on Wi-Fi, or roams and comes out at home")
	case km == 0 && logon.TravelledRows(p, name, place.Country, part.Rows):
		explained = append(explained, "declared travel")
	case strange && logon.Anonymous(place), strange && unusual && km > 0:
		severity = analysis.Critical
	case strange && at.Lodged:
		severity = analysis.High
		against = append(against, "a line of the user's provider that they did not have before, after the session was in a network that hides who is behind it")
	case strange && unusual && newCountry <= logon.RareChance(p):
		severity, confidence = analysis.Medium, analysis.Unsure
		explained = append(explained, "time enough for a journey with the session open")
	case strange && !unusual:
		explained = append(explained, "another network of a usual country: consistent with a phone that left the Wi-Fi, or another application of the device")
	case km > 0 && unusual && !logon.Anonymous(place):
		severity = analysis.High
	case logon.Anonymous(place):
		explained = append(explained, "the owner's user agent, or none: consistent with a VPN that is switched on or off; see hosting-logon")
	case unusual:
		explained = append(explained, "consistent with a journey: time enough between the two places")
	default:
		explained = append(explained, "another network of a usual country: consistent with a change between lines")
	}
	if km > 0 {
		against = append(against, fmt.Sprintf("%s from the nearest record of the other part, at least %.0f km away", apart, km))
	}
	if severity == analysis.Critical && short {
		severity, confidence = analysis.High, analysis.Unsure
		against = append(against, fmt.Sprintf("insufficient history: fewer than %d active days", logon.Enough(p)))
	} else if severity > analysis.Info && km > 0 {
		confidence = analysis.Firm
	}
	if estate := pr.ASNs.Others(uint64(at.ASN), s.User); estate.Shared() && severity > analysis.Info {
		severity = analysis.Info
		explained = append(explained, fmt.Sprintf("%s had this network for %d days or more: consistent with the estate's own gateway", cite.Counted(estate.Steady, "other user"), logon.SharedDays.Int()))
	}
	var r analysis.Row
	if severity == analysis.Info {
		r = cite.Informing(t, part.Rows[0], part.Rows[len(part.Rows)-1])
	} else {
		r = cite.Citing(t, part.Rows)
	}
	r.User, r.Severity, r.Confidence = name, severity, confidence
	r.Cells = cite.Cells(
		"session in two places", logon.PlaceName(t.Place(part.Rows[0])), fmt.Sprintf("%s, %s at %s", logon.PlaceName(t.Place(other)), t.Origin(other), cite.Stamp(t.Time(other))),
		cite.Distinct(t, timeline.ColUserAgent, part.Rows), own.Named, cite.AppNames(t, part.Rows),
		len(part.Rows), strings.Join(against, "; "), strings.Join(explained, "; "),
	)
	return r
}

// passedOn is the row of a session that was never where its user is at home:
// begun in one strange place and used in another with another browser, as
// when a kit signs in and hands the cookie to whoever uses it.
func passedOn(s *logon.Session, p *analysis.Pass, pr *logon.Estate) (analysis.Row, bool) {
	t := p.Timeline
	first, home := s.Parts[s.Order[0]], pr.Home[s.User]
	if home == nil || explainedPart(s, p, pr, first) {
		return analysis.Row{}, false
	}
	began := t.Place(first.Rows[0])
	vpn := pr.Hosting.Usual(s.User, logon.KindValue(true))
	agents := agentsOf(p, first.Rows)
	rows := slices.Clone(first.Rows)
	confidence := analysis.Likely
	var places, against []string
	other := false
	for _, at := range s.Order[1:] {
		part := s.Parts[at]
		foreign := foreignTo(agents, agentsOf(p, part.Rows), home, s.Began)
		if explainedPart(s, p, pr, part) || !foreign && !(at.Lodged && unknownTo(agentsOf(p, part.Rows), home, s.Began)) {
			continue
		}
		other = other || foreign
		_, km, apart := pr.Nearest(t, first.Rows, part.Rows)
		hidden := !vpn && (logon.Anonymous(began) || logon.Anonymous(t.Place(part.Rows[0])))
		if km == 0 && !hidden {
			continue
		}
		rows = append(rows, part.Rows...)
		places = append(places, logon.PlaceName(t.Place(part.Rows[0])))
		if km > 0 {
			confidence = analysis.Firm
			against = append(against, fmt.Sprintf("%s apart and at least %.0f km away", apart, km))
		}
		if hidden {
			against = append(against, "a network that hides who is behind it")
		}
		if at.Lodged {
			against = append(against, "a line of the user's provider that they did not have before")
		}
	}
	if len(places) == 0 {
		return analysis.Row{}, false
	}
	slices.Sort(rows)
	what := "with a user agent of another kind"
	if !other {
		what = "elsewhere with a user agent that the user did not have"
	}
	against = slices.Compact(append([]string{fmt.Sprintf("begun at %s (%s), it went on %s; neither place is one where the user is at home", cite.Stamp(t.Time(first.Rows[0])), t.Origin(first.Rows[0]), what)}, against...))
	r := cite.Citing(t, rows)
	r.User, r.Severity, r.Confidence = t.Value(timeline.ColUser, s.User), analysis.Critical, confidence
	r.Cells = cite.Cells(
		"session passed on", logon.PlaceName(t.Place(first.Rows[0]))+", then "+strings.Join(places, ", "), "",
		cite.Distinct(t, timeline.ColUserAgent, rows), "", cite.AppNames(t, rows), len(rows), strings.Join(against, "; "), "",
	)
	return r, true
}

// explainedPart reports whether the examiner, a declared journey, the estate or the
// user's own device speaks for a part of a session.
func explainedPart(s *logon.Session, p *analysis.Pass, pr *logon.Estate, part *logon.Part) bool {
	t := p.Timeline
	name, place := t.Value(timeline.ColUser, s.User), t.Place(part.Rows[0])
	known := slices.ContainsFunc(part.Rows, func(row int) bool {
		return pr.Home[s.User].HadDevice(t.Folded(timeline.ColDevice, row), s.Began)
	})
	estate := pr.ASNs.Others(uint64(place.ASN), s.User)
	return logon.ClearedRows(p, pr, part.Rows) || reference.ContainsFold(p.Settings.KnownGood.Users, name) || known ||
		logon.TravelledRows(p, name, place.Country, part.Rows) || estate.Shared()
}
