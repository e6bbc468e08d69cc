package bec

import (
	"fmt"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

var hostingLogon = &analysis.Analyzer{
	Name:       "hosting-logon",
	Title:      "Logons from hosting and VPN",
	Doc:        explain("hosting-logon"),
	Columns:    logon.VisitColumns,
	Key:        []string{analysis.KeyUser, "Network"},
	Needs:      []analysis.Need{logon.Homes, logon.Agents, logon.Logons, logon.Profiles},
	Thresholds: append([]*analysis.Threshold{usualShare}, logon.VisitThresholds...),
	Version:    6,
	Techniques: []string{"T1078.004", "T1090"},
	References: []string{"X4BNet lists_vpn", "SigmaHQ: sign-ins from anonymous addresses"},
	Settings:   []string{"from", "to", "known_good", "office_networks", "thresholds"},
	Family:     "where",
	Run:        runHostingLogon,
}

// usualShare is the share of session-days from which on networks of that kind
// are part of a user's habit.
var usualShare = &analysis.Threshold{Name: "hosting-logon.usual_share", Value: 0.05, Doc: "share of a user's session-days from which on hosting and VPN networks are a habit"}

func runHostingLogon(p *analysis.Pass) (*analysis.Finding, error) {
	pr := logon.Profiles.Of(p)
	if len(logon.Logons.Of(p)) == 0 {
		return nil, analysis.Skip("no record of a logon: the exports hold no ServerLogon, UserLoggedIn, MailboxLogin or sign-in; where accounts were used from cannot be told")
	}
	f := &analysis.Finding{}
	seen, users := 0, 0
	for _, u := range pr.ByUser {
		q := logon.NewUser(p, pr, u)
		visits := q.HiddenVisits()
		if len(visits) > 0 {
			users++
		}
		for _, v := range visits {
			seen += len(v.Logons)
			f.Rows = append(f.Rows, v.Row(judgeHosting(v)))
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of %s from hosting, VPN or Tor networks; %s suspicious, %s for information.",
		cite.Counted(seen, "successful logon"), cite.Counted(users, "user"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

// judgeHosting weighs the logons of a user from one hosting network.
func judgeHosting(v *logon.Visit) logon.Judgement {
	kinds, all := v.Pr.Hosting.Of[v.Code], v.Pr.ASNs.Of[v.Code]
	such, k := kinds.Usage(logon.KindValue(true)), all.Usage(v.Value)
	usual := v.Pr.ASNs.Usual(v.Code, v.Value)
	habit := kinds.Usual(logon.KindValue(true)) && float64(such.Sessions) >= v.P.Threshold(usualShare)*float64(kinds.Sessions)
	others := v.New.Others
	j := logon.Judgement{Severity: analysis.High, Confidence: analysis.Likely, Reasons: v.Reasons}
	j.History = fmt.Sprintf("%d of %d session-days from this network, %d of %d from hosting or VPN networks at all", k.Sessions, all.Sessions, such.Sessions, kinds.Sessions)
	if k.Sessions == 0 {
		j.History = "no habit is learned from these logons: other evidence weighs on them, or the record is short"
	}
	switch {
	case v.Cleared:
		j.Severity = analysis.Info
		j.For = append(j.For, logon.ClearedByExaminer)
	case others.Shared():
		j.Severity = analysis.Info
		j.For = append(j.For, fmt.Sprintf("%s had this network for %d days or more: consistent with the estate's own gateway", cite.Counted(others.Steady, "other user"), logon.SharedDays.Int()))
	case usual && v.Known != logon.Unfamiliar, usual && 2*k.Sessions >= all.Sessions, habit && v.Known >= logon.FamiliarDevice:
		j.Severity = analysis.Info
		j.For = append(j.For, "such networks are usual for this user")
	case v.Known == logon.OwnDevice:
		j.Severity = analysis.Info
	case v.Beside < logon.Enough(v.P):
		j.Severity, j.Confidence = analysis.Info, analysis.Unsure
		j.History += fmt.Sprintf("; insufficient history: %s elsewhere, %d needed", cite.Counted(v.Beside, "active day"), logon.Enough(v.P))
		if v.Beside >= logon.RoutineDays.Int() && len(j.Against) > 0 {
			j.Severity = analysis.Medium
		}
	case usual, habit:
		j.Severity = analysis.Low
	case len(j.Against) > 0:
		if len(j.Against) > 1 {
			j.Confidence = analysis.Firm
		}
	case v.Known == logon.FamiliarDevice && v.GoesOn():
		j.Severity = analysis.Info
		j.For = append(j.For, "most of these logons go on in a session that the same program began where the user is at home: consistent with a VPN that was switched on")
	case v.Known == logon.FamiliarDevice && v.Away():
		j.Severity = analysis.Info
		j.For = append(j.For, "the user's own client, and nothing from home on days of the week on which the user is usually there: consistent with a journey and a VPN, or a hotel's")
	case v.Known == logon.FamiliarDevice:
		j.Severity = analysis.Low
	default:
		j.Severity = analysis.Medium
	}
	return j
}
