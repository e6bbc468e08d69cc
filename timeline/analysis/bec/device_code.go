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

var deviceCode = &analysis.Analyzer{
	Name:  "device-code",
	Title: "Device-code sign-ins",
	Doc:   explain("device-code"),
	Columns: []analysis.Column{
		{Name: "Application", Doc: "name or id"},
		{Name: "Protocol", Doc: "as the records name it", Kind: analysis.List},
		{Name: "Logons", Doc: "sign-ins of the row", Kind: analysis.Count},
		{Name: "Network", Doc: "where from", Kind: analysis.List},
		{Name: "User agents", Doc: "as written", Kind: analysis.List},
		{Name: "Resources", Doc: "what the token is for", Kind: analysis.List},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Application", analysis.KeyIP},
	Needs:      []analysis.Need{logon.Apps, logon.Homes, logon.Profiles, logon.Relays, logon.SignIns},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Version:    4,
	Techniques: []string{"T1528", "T1566.002"},
	References: []string{"elastic/detection-rules 3db029b3, e5420ced, ed2461e1", "panther-labs/panther-analysis Azure.Audit.DeviceCodeBrokerClient"},
	Settings:   []string{"known_good", "office_networks", "thresholds"},
	Family:     "token",
	Run:        runDeviceCode,
}

func runDeviceCode(p *analysis.Pass) (*analysis.Finding, error) {
	if p.Timeline.Cardinality(timeline.ColSignIn) == 1 {
		return nil, analysis.Skip("no record of a sign-in names its protocol: device codes cannot be told from other sign-ins")
	}
	pr, long := logon.Profiles.Of(p), logon.LongHistories(p, logon.Profiles.Of(p))
	f := &analysis.Finding{}
	found := 0
	for _, use := range logon.AppUses(p, func(l *logon.Logon) bool { return logon.CodeEntered(p, l) != "" && !logon.RoutineSignIn(p, l) }) {
		found += len(use.Logons)
		away, rest := use.Part(pr)
		for _, list := range [...][]*logon.Logon{away, rest} {
			if len(list) > 0 {
				f.Rows = append(f.Rows, judgeCode(use, p, pr, list, pr.Elsewhere(list[0]), !long[use.User]))
			}
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s by device code outside routine; %s suspicious, %s for information.", cite.Counted(found, "sign-in"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

func judgeCode(use *logon.AppUse, p *analysis.Pass, pr *logon.Estate, logons []*logon.Logon, away, short bool) analysis.Row {
	t := p.Timeline
	token := logon.WatchClass(p, use.App) == logon.WatchToken
	severity, confidence, why := analysis.High, analysis.Likely, "from an unusual country, a network that hides who is behind it, or a place not known"
	if token {
		severity = analysis.Critical
		why += "; the application is one whose tokens phishing asks for"
	}
	explained := use.Explained(p, pr, logons)
	relay := use.Relayed(p, logons)
	settled := !slices.ContainsFunc(logons, func(l *logon.Logon) bool { return !pr.Settled(p, l.Row) })
	switch {
	case explained != "":
		severity, why = analysis.Info, explained
	case relay != nil && (away || !settled):
		if !away {
			severity, why = analysis.High, "not from where the user is at home"
		}
		confidence = analysis.Firm
		why += fmt.Sprintf("; the code was approved from %s (%s): consistent with a code entered for somebody else", logon.PlaceName(t.PlaceOf(t.Code(timeline.ColIP, relay.Asked))), t.Origin(relay.Asked))
	case away && short:
		severity, confidence = severity-1, analysis.Unsure
		why += fmt.Sprintf("; insufficient history: fewer than %d active days", logon.Enough(p))
	case away:
		if other := use.Split(p, logons); other != nil {
			confidence = analysis.Firm
			why += fmt.Sprintf("; the user signed in to the same session from %s (%s): consistent with a code entered for somebody else", logon.SiteName(other), t.Origin(other.Row))
		}
	case token:
		severity, confidence, why = analysis.Low, analysis.Unsure, "from where the user is at home, with an application whose tokens phishing asks for and that is no habit of the user: a code entered for somebody else looks the same"
	case short:
		severity, confidence, why = analysis.Low, analysis.Unsure, fmt.Sprintf("insufficient history: fewer than %d active days do not tell where the user is at home", logon.Enough(p))
	case use.Untried(pr):
		severity, confidence, why = analysis.Low, analysis.Unsure, "from where the user is at home, by a device code that is no habit of the user: a code entered for somebody else looks the same"
	default:
		severity, why = analysis.Info, "from a usual country and no network that hides: consistent with a device or command line of the user's"
	}
	r, rows := use.Row(p, logons, severity, confidence)
	var protocols []string
	for _, l := range logons {
		protocols = append(protocols, logon.CodeEntered(p, l))
	}
	slices.Sort(protocols)
	protocols = slices.Compact(protocols)
	r.Cells = cite.Cells(
		strings.Join(cite.AppNames(t, rows[:1]), ""), protocols, len(rows), logon.NetworkNames(t, rows),
		cite.Distinct(t, timeline.ColUserAgent, rows), cite.Distinct(t, timeline.ColTarget, rows), why,
	)
	return r
}
