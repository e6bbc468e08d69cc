package bec

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

var firstPartyPhish = &analysis.Analyzer{
	Name:  "first-party-phish",
	Title: "First-party application phish",
	Doc:   explain("first-party-phish"),
	Columns: []analysis.Column{
		{Name: "Application", Doc: "name or id"},
		{Name: "Class", Doc: "how phishing uses it: token-phish, policy-bypass or recon"},
		{Name: "Logons", Doc: "sign-ins of the row", Kind: analysis.Count},
		{Name: "Others", Doc: "other users whose habit the application is", Kind: analysis.Count},
		{Name: "Family", Doc: "whether its refresh token serves other applications too"},
		{Name: "Network", Doc: "where from", Kind: analysis.List},
		{Name: "Resources", Doc: "what the token is for", Kind: analysis.List},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Application", "Network"},
	Needs:      []analysis.Need{logon.Apps, logon.Homes, logon.Logons, logon.Profiles, logon.Relays},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Version:    4,
	Techniques: []string{"T1528", "T1550.001"},
	References: []string{"elastic/detection-rules 929d0766, 36188365", "panther-labs/panther-analysis Azure.Audit.VSCodeOAuthPhishing", "secureworks family-of-client-ids-research"},
	Settings:   []string{"known_good", "office_networks", "thresholds"},
	Family:     "token",
	Run:        runFirstPartyPhish,
}

func runFirstPartyPhish(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	watched := make([]bool, t.Cardinality(timeline.ColAppID))
	for code := range watched {
		class := logon.WatchClass(p, uint64(code))
		watched[code] = class != "" && class != logon.WatchLanding
	}
	if len(watched) == 1 || len(logon.Logons.Of(p)) == 0 {
		return nil, analysis.Skip("no logon names its application: Outlook Activities do not; which applications were signed in to cannot be told")
	}
	pr := logon.Profiles.Of(p)
	long := logon.LongHistories(p, pr)
	f := &analysis.Finding{}
	found := 0
	for _, use := range logon.AppUses(p, func(l *logon.Logon) bool { return watched[t.Code(timeline.ColAppID, l.Row)] }) {
		found += len(use.Logons)
		away, rest := use.Part(pr)
		for _, list := range [...][]*logon.Logon{away, rest} {
			if len(list) > 0 {
				f.Rows = append(f.Rows, judgeApp(use, p, pr, list, pr.Elsewhere(list[0]), !long[use.User]))
			}
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s to watched first-party applications; %s suspicious, %s for information.", cite.Counted(found, "sign-in"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

func judgeApp(use *logon.AppUse, p *analysis.Pass, pr *logon.Estate, logons []*logon.Logon, away, short bool) analysis.Row {
	t := p.Timeline
	known, _ := p.Reference.App(t.Value(timeline.ColAppID, uint32(use.App)))
	estate := logon.Apps.Of(p).Others(use.App, use.User)
	severity, confidence, why := analysis.Medium, analysis.Likely, "new to this user, and from an unusual country, a network that hides who is behind it, or a place not known"
	if known.WatchClass == logon.WatchToken {
		severity = analysis.High
	}
	hidden := false
	for _, l := range logons {
		hidden = hidden || logon.Anonymous(l.Place)
	}
	explained := use.Explained(p, pr, logons)
	relay := use.Relayed(p, logons)
	settled := !slices.ContainsFunc(logons, func(l *logon.Logon) bool { return !pr.Settled(p, l.Row) })
	switch other := use.Split(p, logons); {
	case explained != "":
		severity, why = analysis.Info, explained
	case relay != nil && (away || !settled):
		if !away {
			why = "new to this user, and not from where the user is at home"
		}
		severity, confidence = analysis.High, analysis.Firm
		if away && known.WatchClass == logon.WatchToken {
			severity = analysis.Critical
		}
		why += fmt.Sprintf("; its code was asked for from %s (%s): consistent with a sign-in whose token went elsewhere", logon.PlaceName(t.PlaceOf(t.Code(timeline.ColIP, relay.Asked))), t.Origin(relay.Asked))
	case !away && short:
		severity, confidence, why = analysis.Low, analysis.Unsure, fmt.Sprintf("insufficient history: fewer than %d active days do not tell where the user is at home", logon.Enough(p))
	case !away && use.Untried(pr):
		severity, confidence, why = analysis.Low, analysis.Unsure, "new to this user, from where they are at home, and with a client that they are not known with"
	case !away:
		severity, why = analysis.Info, "from a usual country and no network that hides: consistent with the user's own device"
	case estate.Usual >= logon.SharedUsers.Int() && !hidden:
		severity, why = analysis.Info, fmt.Sprintf("the application is a habit of %s: consistent with a new device on a journey", cite.Counted(estate.Usual, "other user"))
	case short:
		severity, confidence = severity-1, analysis.Unsure
		why += fmt.Sprintf("; insufficient history: fewer than %d active days", logon.Enough(p))
	case estate.Usual >= logon.SharedUsers.Int():
		severity = analysis.Medium
	case other != nil && known.WatchClass == logon.WatchToken:
		severity, confidence = analysis.Critical, analysis.Firm
		why += fmt.Sprintf("; the same session was used from %s (%s): consistent with a sign-in whose token went elsewhere", logon.SiteName(other), t.Origin(other.Row))
	}
	if known.Watch != "" && severity > analysis.Info {
		why += "; " + known.Watch
	}
	r, rows := use.Row(p, logons, severity, confidence)
	family := ""
	if known.FOCI {
		family = "shares refresh tokens with other Microsoft applications"
	}
	r.Cells = cite.Cells(
		strings.Join(cite.AppNames(t, rows[:1]), ""), known.WatchClass, len(rows), estate.Usual, family,
		logon.NetworkNames(t, rows), cite.Distinct(t, timeline.ColTarget, rows), why,
	)
	return r
}
