package bec

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

var foreignLogon = &analysis.Analyzer{
	Name:       "foreign-logon",
	Title:      "Foreign logons",
	Doc:        explain("foreign-logon"),
	Columns:    logon.VisitColumns,
	Key:        []string{analysis.KeyUser, "Kind", "Country", "Network"},
	Needs:      []analysis.Need{logon.Agents, logon.Logons, logon.Profiles},
	Thresholds: append([]*analysis.Threshold{logon.RareNews, oftenNews, estateDays, conflictDistance}, logon.VisitThresholds...),
	Points:     []*analysis.Point{logon.ZoneRecords},
	Family:     "entry",
	Version:    4,
	Techniques: []string{"T1078.004"},
	References: []string{"CrowdStrike, Hiding in Plain Sight, 2018", "SigmaHQ: sign-ins from infrequent countries", "elastic/detection-rules 32d3ad0e"},
	Settings:   []string{"from", "to", "home_countries", "mailboxes", "office_networks", "known_good", "thresholds"},
	Run:        runForeignLogon,
}

// oftenNews tells users on whose new network nothing rests: of one who is on a
// new one every fourth day it says little.
var oftenNews = &analysis.Threshold{Name: "foreign-logon.often_news", Value: 0.25, Doc: "chance of a new network for the user above which a new network is not shown"}

// estateDays are how long others must have been active without a country for
// its absence to mean something: one client is not an estate.
var estateDays = &analysis.Threshold{Name: "foreign-logon.estate_days", Value: 20, Doc: "days on which others were active without a country, from which on its absence counts"}

func runForeignLogon(p *analysis.Pass) (*analysis.Finding, error) {
	pr := logon.Profiles.Of(p)
	if len(logon.Logons.Of(p)) == 0 {
		return nil, analysis.Skip("no record of a logon: the exports hold no ServerLogon, UserLoggedIn, MailboxLogin or sign-in; where accounts were used from cannot be told")
	}
	f := &analysis.Finding{}
	seen, users := 0, 0
	for _, u := range pr.ByUser {
		q := logon.NewUser(p, pr, u)
		if len(q.Admitted) == 0 {
			continue
		}
		seen, users = seen+len(q.Admitted), users+1
		f.Rows = append(f.Rows, newCountries(q)...)
		f.Rows = append(f.Rows, newNetworks(q)...)
		f.Rows = append(f.Rows, forwarded(q)...)
		f.Rows = append(f.Rows, locationConflicts(q)...)
		f.Rows = append(f.Rows, timeZones(q)...)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of %s judged; %s suspicious, %s for information.", cite.Counted(seen, "successful logon"), cite.Counted(users, "user"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	f.Notes = append(f.Notes, unjudged(p, logon.Logons.Of(p))...)
	return f, nil
}

// unjudged counts the logons whose address does not say where their user was.
func unjudged(p *analysis.Pass, list []logon.Logon) []string {
	var failed, unknown, service, nowhere, unnamed int
	for i := range list {
		l := &list[i]
		switch {
		case l.Service:
			service++
		case l.User == 0:
			unnamed++
		case l.Outcome == timeline.Unknown:
			unknown++
		case l.Outcome != timeline.Success:
			failed++
		case !l.Located():
			nowhere++
		}
	}
	var notes []string
	note := func(n int, what string) {
		if n > 0 {
			notes = append(notes, fmt.Sprintf("%s not judged here: %s.", cite.Counted(n, "logon"), what))
		}
	}
	note(failed, "not successful")
	note(unknown, "the record states no outcome")
	note(service, "by Microsoft's own service")
	note(unnamed, "no user is named")
	note(nowhere, "the address is absent, private, or one of Microsoft's, and says nothing of the user's place")
	return notes
}

// newCountries judges the countries that are not usual for a user.
func newCountries(q *logon.User) []analysis.Row {
	byCountry := map[uint64][]*logon.Logon{}
	var order []uint64
	var home []*logon.Logon
	for _, l := range q.Admitted {
		c := l.Country
		switch {
		case q.Pr.Office[l.IP], c != 0 && (q.Pr.Countries.Usual(q.Code, c) || q.Declared.Home(l.Place.Country)):
			home = append(home, l)
		case c != 0:
			if byCountry[c] == nil {
				order = append(order, c)
			}
			byCountry[c] = append(byCountry[c], l)
		}
	}
	var rows []analysis.Row
	for _, c := range order {
		var trip, own, rest []*logon.Logon
		for _, l := range byCountry[c] {
			switch {
			case q.Declared.Travelled(l.Place.Country, q.P.Timeline.Time(l.Row)):
				trip = append(trip, l)
			case q.Pr.Accompanied(l):
				own = append(own, l)
			default:
				rest = append(rest, l)
			}
		}
		if len(trip) > 0 {
			v := &logon.Visit{User: q, Logons: trip}
			rows = append(rows, v.Row("new country", analysis.Info, analysis.Firm, "", logon.Reasons{For: []string{"declared travel"}}))
		}
		if len(own) > 0 {
			v := &logon.Visit{User: q, Logons: own}
			why := logon.Reasons{For: []string{"a device of the user's own was there that day: consistent with travel"}}
			rows = append(rows, v.Row("new country", analysis.Info, analysis.Firm, "", why))
		}
		if len(rest) > 0 {
			v := &logon.Visit{User: q, Logons: rest, Others: home}
			rows = append(rows, judgeCountry(v, c))
		}
	}
	return rows
}

// judgeCountry weighs what speaks against a visit being its user's.
func judgeCountry(v *logon.Visit, country uint64) analysis.Row {
	why, beside := v.Weigh(), v.DaysBeside(v.Logons)
	p, days, seen := v.Pr.Countries.Of[v.Code].Chance(country)
	days = max(days, beside)
	history := fmt.Sprintf("in %s of logons this user was in a country for one day only %s; chance of a new one about %s", cite.Counted(days, "day"), cite.Counted(seen, "time"), cite.Percent(p))
	e := v.Pr.Countries.Others(country, v.Code)
	if e.Users > 0 {
		why.For = append(why.For, fmt.Sprintf("the country was used by %s of the estate, and is usual for %d", cite.Counted(e.Users, "other user"), e.Usual))
	}
	severity, confidence := analysis.Info, analysis.Likely
	known, needed := v.Familiarity(), logon.Enough(v.P)
	switch short := beside < needed; {
	case v.Cleared():
		why.For = append(why.For, logon.ClearedByExaminer)
	case short && len(v.Declared.HomeCountries) > 0 && (len(why.Against) > 0 || known < logon.FamiliarDevice):
		history = fmt.Sprintf("insufficient history of the user: %s elsewhere, %d needed; but the country is not among those declared as home", cite.Counted(beside, "active day"), needed)
		severity, confidence = analysis.Medium, analysis.Unsure
	case short && (e.Usual > 0 || v.Pr.Countries.Elsewhere(country, v.Code) < int(v.P.Threshold(estateDays))):
		history = fmt.Sprintf("insufficient history: %s elsewhere, %d needed; the estate does not decide it either", cite.Counted(beside, "active day"), needed)
		confidence = analysis.Unsure
	case short && len(why.Against) > 0:
		history = fmt.Sprintf("insufficient history of the user: %s elsewhere, %d needed; but nobody else in the estate has this country as usual", cite.Counted(beside, "active day"), needed)
		severity, confidence = analysis.Medium, analysis.Unsure
	case len(why.Against) == 0 && known >= logon.FamiliarDevice:
		why.For = append(why.For, "consistent with travel: no logon from home at the same time, and the user's own client")
	case len(why.Against) == 0:
		severity, confidence = analysis.Low, analysis.Unsure
	default:
		severity = analysis.Medium
		if len(why.Against) > 1 || p <= logon.RareChance(v.P) {
			severity = analysis.High
		}
		if len(why.Against) > 1 {
			confidence = analysis.Firm
		}
	}
	if severity > analysis.Low && e.Shared() {
		severity--
	}
	return v.Row("new country", severity, confidence, history, why)
}

// newNetworks judges the networks that are new to a user in a usual country:
// by themselves they say little, since people sit in cafés; with a client
// that the user does not have they are consistent with somebody else.
// Hosting networks are hosting-logon's.
func newNetworks(q *logon.User) []analysis.Row {
	byASN := map[uint32][]*logon.Logon{}
	var order []uint32
	for _, l := range q.Admitted {
		c, asn := l.Country, l.Place.ASN
		switch {
		case c == 0 || asn == 0 || logon.Anonymous(l.Place) || q.Pr.Office[l.IP] || q.Pr.ASNs.Usual(q.Code, uint64(asn)):
		case !q.Pr.Countries.Usual(q.Code, c) && !q.Declared.Home(l.Place.Country):
		case q.Pr.Familiar(l) != logon.Unfamiliar:
		default:
			if byASN[asn] == nil {
				order = append(order, asn)
			}
			byASN[asn] = append(byASN[asn], l)
		}
	}
	var rows []analysis.Row
	for _, asn := range order {
		v := &logon.Visit{User: q, Logons: byASN[asn]}
		if row, ok := judgeNetwork(v, asn); ok {
			rows = append(rows, row)
		}
	}
	return rows
}

// forwarded reports logons whose forwarded chain begins in one country and
// was received from another: the first hop is what the client claims.
func forwarded(q *logon.User) []analysis.Row {
	var conflicts []*logon.Logon
	for _, l := range q.Admitted {
		if l.Observed.Country != "" && l.Place.Country != "" && l.Observed.Country != l.Place.Country && !logon.Carried(l.Observed) {
			conflicts = append(conflicts, l)
		}
	}
	if len(conflicts) == 0 {
		return nil
	}
	v := &logon.Visit{User: q, Logons: conflicts}
	severity := analysis.Info
	strange := func(l *logon.Logon) bool {
		return !q.Pr.Countries.Usual(q.Code, logon.CountryValue(l.Observed.Country)) && !q.Declared.Home(l.Observed.Country)
	}
	received := v.Distinct(func(l *logon.Logon) string { return l.Observed.Country })
	why := logon.Reasons{Against: []string{"the last hop, which the service saw, lies in " + cite.Join(received)}}
	const usual = "usual for this user, or the country of the last hop is: consistent with a gateway"
	switch suspicious := slices.ContainsFunc(conflicts, strange) && 2*len(conflicts) < len(q.Admitted); {
	case suspicious && v.Cleared():
		why.For = append(why.For, logon.ClearedByExaminer, usual)
	case suspicious:
		severity = analysis.Low
	default:
		why.For = append(why.For, usual)
	}
	return []analysis.Row{v.Row("forwarded address", severity, analysis.Unsure, "the first hop of a forwarded chain is what the client claims, and can be forged", why)}
}

// conflictDistance is where databases contradict each other: below it they
// differ over borders and over whose traffic a carrier takes where.
var conflictDistance = &analysis.Threshold{Name: "foreign-logon.conflict_km", Value: 1000, Doc: "least distance in km from which on the log and the database contradict each other about an address"}

// locationConflicts reports logons whose own record names another country
// than the database does for the address.
func locationConflicts(q *logon.User) []analysis.Row {
	t := q.P.Timeline
	byPair := map[string][]*logon.Logon{}
	var order []string
	for _, l := range q.Admitted {
		logged := t.Text(timeline.ColLogCountry, l.Row)
		if logged == "" || len(logged) != 2 || l.Place.Country == "" || strings.EqualFold(logged, l.Place.Country) {
			continue
		}
		key := logged + " " + l.Place.Country
		if byPair[key] == nil {
			order = append(order, key)
		}
		byPair[key] = append(byPair[key], l)
	}
	var rows []analysis.Row
	for _, key := range order {
		v := &logon.Visit{User: q, Logons: byPair[key]}
		logged, place := key[:2], v.Logons[0].Place
		why := logon.Reasons{Against: []string{fmt.Sprintf("the log says %s, the database %s", logged, place.Country)}}
		severity := analysis.Info
		km, ok := geo.Distance(*place, geo.Place{Country: logged})
		switch {
		case logon.Carried(place):
			why.For = append(why.For, "the network carries traffic for others, and databases seldom agree on it")
		case q.Pr.Countries.Usual(q.Code, logon.CountryValue(strings.ToUpper(logged))) || q.Declared.Home(logged):
			why.For = append(why.For, "the log's answer is usual for the user: consistent with a range that has moved since the database was built, or before")
		case !ok || km < q.P.Threshold(conflictDistance):
		case v.Cleared():
			why.For = append(why.For, logon.ClearedByExaminer)
		default:
			severity = analysis.Low
			why.Against = append(why.Against, fmt.Sprintf("at least %.0f km apart", km))
		}
		rows = append(rows, v.Row("log's location", severity, analysis.Unsure, "the log's answer is of the time of the logon, the database's of its own date", why))
	}
	return rows
}

// timeZones judges the time zones of browsers that are not those of home.
func timeZones(q *logon.User) []analysis.Row {
	zones := logon.TimeZones(q)
	var usual []string
	for _, zone := range zones {
		if zone.Home {
			usual = append(usual, zone.Name)
		}
	}
	if len(usual) == 0 {
		return nil
	}
	slices.Sort(usual)
	var rows []analysis.Row
	for _, zone := range zones {
		if !zone.Home {
			rows = append(rows, judgeZone(q, zone, usual))
		}
	}
	return rows
}

// judgeZone weighs a zone that is not one of the user's usual ones.
func judgeZone(q *logon.User, zone *logon.Zone, usual []string) analysis.Row {
	v := &logon.Visit{User: q, Logons: zone.Logons}
	fits, known := zone.Fits(q.P, v.Distinct(func(l *logon.Logon) string { return l.Place.Country }))
	severity := analysis.Medium
	why := logon.Reasons{Against: []string{fmt.Sprintf("the browser's time zone is %q; this user's at home is %q", zone.Name, cite.Join(usual))}}
	switch {
	case !known:
		severity = analysis.Info
		why.For = append(why.For, "which countries keep that zone is not known to the reference tables")
	case fits:
		severity = analysis.Info
		why.For = append(why.For, "the zone is that of the address")
	default:
		why.Against = append(why.Against, "the zone does not fit the country of the address either")
	}
	if v.Cleared() {
		severity = analysis.Info
		why.For = append(why.For, logon.ClearedByExaminer)
	}
	return v.Row("time zone", severity, analysis.Likely, "", why)
}

func judgeNetwork(v *logon.Visit, asn uint32) (analysis.Row, bool) {
	why, beside := v.Weigh(), v.DaysBeside(v.Logons)
	p, days, seen := v.Pr.ASNs.Of[v.Code].Chance(uint64(asn))
	days = max(days, beside)
	history := fmt.Sprintf("in %s of logons this user was on a network for one day only %s; chance of a new one about %s", cite.Counted(days, "day"), cite.Counted(seen, "time"), cite.Percent(p))
	e := v.Pr.ASNs.Others(uint64(asn), v.Code)
	if beside < logon.Enough(v.P) || p > v.P.Threshold(oftenNews) || e.Usual > 0 || v.Cleared() {
		return analysis.Row{}, false
	}
	severity := analysis.Low
	if p <= logon.RareChance(v.P) || len(why.Against) > 1 {
		severity = analysis.Medium
	}
	if p <= logon.RareChance(v.P) && slices.ContainsFunc(v.Logons, v.TakesMail) {
		severity = analysis.High
		why.Against = append(why.Against, "the client takes mail away without a browser or Outlook")
	}
	return v.Row("new network", severity, analysis.Likely, history, why), true
}
