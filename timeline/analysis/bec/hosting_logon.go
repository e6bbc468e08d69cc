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
	Needs:      []analysis.Need{logon.Agents, logon.Logons, logon.Profiles},
	Thresholds: append([]*analysis.Threshold{usualShare}, logon.VisitThresholds...),
	Family:     "entry",
	Version:    4,
	Techniques: []string{"T1078.004", "T1090"},
	References: []string{"X4BNet lists_vpn", "SigmaHQ: sign-ins from anonymous addresses"},
	Settings:   []string{"from", "to", "known_good", "office_networks", "thresholds"},
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
		byASN := map[uint32][]*logon.Logon{}
		var order []uint32
		for _, l := range q.Admitted {
			if !logon.Anonymous(l.Place) || pr.Office[l.IP] {
				continue
			}
			if byASN[l.Place.ASN] == nil {
				order = append(order, l.Place.ASN)
			}
			byASN[l.Place.ASN] = append(byASN[l.Place.ASN], l)
			seen++
		}
		if len(order) > 0 {
			users++
		}
		for _, asn := range order {
			v := &logon.Visit{User: q, Logons: byASN[asn]}
			f.Rows = append(f.Rows, judgeHosting(v, asn))
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of %s from hosting, VPN or Tor networks; %s suspicious, %s for information.",
		cite.Counted(seen, "successful logon"), cite.Counted(users, "user"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

// judgeHosting weighs the logons of a user from one hosting network.
func judgeHosting(v *logon.Visit, asn uint32) analysis.Row {
	beside := v.DaysBeside(v.Logons)
	v.Others = v.Located
	why := v.Weigh()
	kinds, all := v.Pr.Hosting.Of[v.Code], v.Pr.ASNs.Of[v.Code]
	such := kinds.Usage(logon.KindValue(true))
	usual, known := v.Pr.ASNs.Usual(v.Code, uint64(asn)), v.Pr.FamiliarityOf(v.Logons)
	habit := kinds.Usual(logon.KindValue(true)) && float64(such.Sessions) >= v.P.Threshold(usualShare)*float64(kinds.Sessions)
	e := v.Pr.ASNs.Others(uint64(asn), v.Code)
	k := all.Usage(uint64(asn))
	history := fmt.Sprintf("%d of %d session-days from this network, %d of %d from hosting or VPN networks at all", k.Sessions, all.Sessions, such.Sessions, kinds.Sessions)
	severity, confidence := analysis.High, analysis.Likely
	switch {
	case v.Cleared():
		severity = analysis.Info
		why.For = append(why.For, logon.ClearedByExaminer)
	case e.Shared():
		severity = analysis.Info
		why.For = append(why.For, fmt.Sprintf("%s had this network for %d days or more: consistent with the estate's own gateway", cite.Counted(e.Steady, "other user"), logon.SharedDays.Int()))
	case usual && known != logon.Unfamiliar, usual && 2*k.Sessions >= all.Sessions, habit && known >= logon.FamiliarDevice:
		severity = analysis.Info
		why.For = append(why.For, "such networks are usual for this user")
	case known == logon.OwnDevice:
		severity = analysis.Info
	case beside < logon.Enough(v.P):
		severity, confidence = analysis.Info, analysis.Unsure
		history += fmt.Sprintf("; insufficient history: %s elsewhere, %d needed", cite.Counted(beside, "active day"), logon.Enough(v.P))
		if beside >= logon.RoutineDays.Int() && len(why.Against) > 0 {
			severity = analysis.Medium
		}
	case usual, habit:
		severity = analysis.Low
	case len(why.Against) > 0:
		if len(why.Against) > 1 {
			confidence = analysis.Firm
		}
	case known == logon.FamiliarDevice:
		severity = analysis.Low
	default:
		severity = analysis.Medium
	}
	return v.Row(v.Logons[0].Place.Kind, severity, confidence, history, why)
}
