package bec

import (
	"fmt"

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
	Version:    6,
	Techniques: []string{"T1078.004"},
	References: []string{"CrowdStrike, Hiding in Plain Sight, 2018", "SigmaHQ: sign-ins from infrequent countries", "elastic/detection-rules 32d3ad0e"},
	Settings:   []string{"from", "to", "home_countries", "mailboxes", "office_networks", "known_good", "thresholds"},
	Family:     "where",
	Run:        runForeignLogon,
}

// oftenNews tells users on whose new network nothing rests: of one who is on a
// new one every fourth day it says little.
var oftenNews = &analysis.Threshold{Name: "foreign-logon.often_news", Value: 0.25, Doc: "chance of a new network for the user above which a new network is not shown"}

// estateDays are how long others must have been active without a country for
// its absence to mean something: one client is not an estate.
var estateDays = &analysis.Threshold{Name: "foreign-logon.estate_days", Value: 20, Doc: "days on which others were active without a country, from which on its absence counts"}

func runForeignLogon(p *analysis.Pass) (*analysis.Finding, error) {
	pr, list := logon.Profiles.Of(p), logon.Logons.Of(p)
	if len(list) == 0 {
		return nil, analysis.Skip("no record of a logon: the exports hold no ServerLogon, UserLoggedIn, MailboxLogin or sign-in; where accounts were used from cannot be told")
	}
	f := &analysis.Finding{Notes: unjudged(list)}
	seen, users := 0, 0
	for _, u := range pr.ByUser {
		q := logon.NewUser(p, pr, u)
		if len(q.Admitted) == 0 {
			continue
		}
		seen, users = seen+len(q.Admitted), users+1
		for _, v := range q.ForeignVisits() {
			if j, shown := judgeVisit(v); shown {
				f.Rows = append(f.Rows, v.Row(j))
			}
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of %s judged; %s suspicious, %s for information.", cite.Counted(seen, "successful logon"), cite.Counted(users, "user"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

// unjudged counts the logons whose address does not say where their user was.
func unjudged(list []logon.Logon) []string {
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

// judgeVisit weighs a visit; a new network of which nothing follows is not
// shown.
func judgeVisit(v *logon.Visit) (j logon.Judgement, shown bool) {
	switch v.Kind {
	case logon.DeclaredTravel:
		return explained("declared travel"), true
	case logon.OwnDeviceThere:
		return explained("a device of the user's own was there that day: consistent with travel"), true
	case logon.NewCountry:
		return judgeCountry(v), true
	case logon.NewNetwork:
		return judgeNetwork(v)
	case logon.BroughtDevice:
		return judgeBrought(v), true
	case logon.ForwardedAddress:
		return judgeForwarded(v), true
	case logon.LogLocation:
		return judgeLogged(v), true
	}
	return judgeZone(v), true
}

// explained is the judgement of a visit that has an innocent explanation.
func explained(why string) logon.Judgement {
	return logon.Judgement{Severity: analysis.Info, Confidence: analysis.Firm, Reasons: logon.Reasons{For: []string{why}}}
}

// surprise says how surprising a new country or network is for a user.
func surprise(v *logon.Visit, where string) string {
	return fmt.Sprintf("in %s of logons this user was %s for one day only %s; chance of a new one about %s",
		cite.Counted(max(v.New.Days, v.Beside), "day"), where, cite.Counted(v.New.Once, "time"), cite.Percent(v.New.Chance))
}

// judgeCountry weighs what speaks against a visit being its user's.
func judgeCountry(v *logon.Visit) logon.Judgement {
	j := logon.Judgement{Confidence: analysis.Likely, History: surprise(v, "in a country"), Reasons: v.Reasons}
	others := v.New.Others
	if others.Users > 0 {
		j.For = append(j.For, fmt.Sprintf("the country was used by %s of the estate, and is usual for %d", cite.Counted(others.Users, "other user"), others.Usual))
	}
	needed := logon.Enough(v.P)
	insufficient := func(of, but string) string {
		return fmt.Sprintf("insufficient history%s: %s elsewhere, %d needed; %s", of, cite.Counted(v.Beside, "active day"), needed, but)
	}
	switch short := v.Beside < needed; {
	case v.Cleared:
		j.For = append(j.For, logon.ClearedByExaminer)
	case short && len(v.Declared.HomeCountries) > 0 && (len(j.Against) > 0 || v.Known < logon.FamiliarDevice):
		j.History = insufficient(" of the user", "but the country is not among those declared as home")
		j.Severity, j.Confidence = analysis.Medium, analysis.Unsure
	case short && (others.Usual > 0 || v.New.Elsewhere < int(v.P.Threshold(estateDays))):
		j.History = insufficient("", "the estate does not decide it either")
		j.Confidence = analysis.Unsure
	case short && len(j.Against) > 0:
		j.History = insufficient(" of the user", "but nobody else in the estate has this country as usual")
		j.Severity, j.Confidence = analysis.Medium, analysis.Unsure
	case len(j.Against) == 0 && v.Known >= logon.FamiliarDevice:
		j.For = append(j.For, "consistent with travel: no logon from home at the same time, and the user's own client")
	case len(j.Against) == 0:
		j.Severity, j.Confidence = analysis.Low, analysis.Unsure
	default:
		j.Severity = analysis.Medium
		if len(j.Against) > 1 || v.New.Chance <= logon.RareChance(v.P) {
			j.Severity = analysis.High
		}
		if len(j.Against) > 1 {
			j.Confidence = analysis.Firm
		}
	}
	if j.Severity > analysis.Low && others.Shared() {
		j.Severity--
	}
	return j
}

// judgeNetwork weighs a network that is new to a user in a usual country: with
// a client that they do not have it is consistent with somebody else.
func judgeNetwork(v *logon.Visit) (j logon.Judgement, shown bool) {
	j = logon.Judgement{Severity: analysis.Low, Confidence: analysis.Likely, History: surprise(v, "on a network"), Reasons: v.Reasons}
	if v.Beside < logon.Enough(v.P) || v.New.Chance > v.P.Threshold(oftenNews) || v.New.Others.Usual > 0 || v.Cleared {
		return j, false
	}
	rare := v.New.Chance <= logon.RareChance(v.P)
	if rare || len(j.Against) > 1 {
		j.Severity = analysis.Medium
	}
	if rare && v.TakesMail {
		j.Severity = analysis.High
		j.Against = append(j.Against, "the client takes mail away without a browser or Outlook")
	}
	return j, true
}

// judgeBrought weighs logons by a device that the account first had in a logon
// that evidence weighs on, whatever the network: a line in the user's own town
// does not make the device theirs.
func judgeBrought(v *logon.Visit) logon.Judgement {
	j := logon.Judgement{Severity: analysis.High, Confidence: analysis.Firm, History: "the place is one where the user may be; the device is not one that they had before"}
	j.Against = []string{"the device was first seen in a logon by a tool, through Tor, after an attack, or from the place of a change that weighs by itself"}
	if v.Cleared {
		j.Severity = analysis.Info
		j.For = []string{logon.ClearedByExaminer}
	}
	return j
}

// judgeForwarded weighs logons whose forwarded chain begins in one country and
// was received from another: the first hop is what the client claims.
func judgeForwarded(v *logon.Visit) logon.Judgement {
	j := logon.Judgement{Confidence: analysis.Unsure, History: "the first hop of a forwarded chain is what the client claims, and can be forged"}
	j.Against = []string{"the last hop, which the service saw, lies in " + cite.Join(v.Named)}
	const usual = "usual for this user, or the country of the last hop is: consistent with a gateway"
	switch suspicious := !v.Home && 2*len(v.Logons) < len(v.Admitted); {
	case suspicious && v.Cleared:
		j.For = []string{logon.ClearedByExaminer, usual}
	case suspicious:
		j.Severity = analysis.Low
	default:
		j.For = []string{usual}
	}
	return j
}

// conflictDistance is where databases contradict each other: below it they
// differ over borders and over whose traffic a carrier takes where.
var conflictDistance = &analysis.Threshold{Name: "foreign-logon.conflict_km", Value: 1000, Doc: "least distance in km from which on the log and the database contradict each other about an address"}

// judgeLogged weighs logons whose own record names another country than the
// database does for the address.
func judgeLogged(v *logon.Visit) logon.Judgement {
	place, logged := v.Logons[0].Place, v.Logons[0].Logged
	j := logon.Judgement{Confidence: analysis.Unsure, History: "the log's answer is of the time of the logon, the database's of its own date"}
	j.Against = []string{fmt.Sprintf("the log says %s, the database %s", logged.Country, place.Country)}
	switch {
	case logon.Carried(place):
		j.For = []string{"the network carries traffic for others, and databases seldom agree on it"}
	case v.Home:
		j.For = []string{"the log's answer is usual for the user: consistent with a range that has moved since the database was built, or before"}
	case !logged.Known || logged.Km < v.P.Threshold(conflictDistance):
	case v.Cleared:
		j.For = []string{logon.ClearedByExaminer}
	default:
		j.Severity = analysis.Low
		j.Against = append(j.Against, fmt.Sprintf("at least %.0f km apart", logged.Km))
	}
	return j
}

// judgeZone weighs a time zone that is not one of the user's at home.
func judgeZone(v *logon.Visit) logon.Judgement {
	j := logon.Judgement{Severity: analysis.Info, Confidence: analysis.Likely}
	j.Against = []string{fmt.Sprintf("the browser's time zone is %q; this user's at home is %q", v.Zone.Name, cite.Join(v.Zone.Usual))}
	switch {
	case !v.Zone.Known:
		j.For = []string{"which countries keep that zone is not known to the reference tables"}
	case v.Zone.Fits:
		j.For = []string{"the zone is that of the address"}
	default:
		j.Severity = analysis.Medium
		j.Against = append(j.Against, "the zone does not fit the country of the address either")
	}
	if v.Cleared {
		j.Severity = analysis.Info
		j.For = append(j.For, logon.ClearedByExaminer)
	}
	return j
}
