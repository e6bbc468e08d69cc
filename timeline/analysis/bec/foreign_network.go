package bec

import (
	"fmt"
	"slices"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

func judgeNetwork(v *logon.Visit, asn uint32) (analysis.Row, bool) {
	v.Beside = v.DaysBeside(v.Logons)
	v.Weigh()
	p, days, seen := v.Pr.Asns.Of[v.Code].Chance(uint64(asn))
	days = max(days, v.Beside)
	history := fmt.Sprintf("in %s of logons this user was on a network for one day only %s; chance of a new one about %s", cite.Counted(days, "day"), cite.Counted(seen, "time"), cite.Percent(p))
	e := v.Pr.Asns.Others(uint64(asn), v.Code)
	if v.Beside < logon.Enough(v.P) || p > v.P.Threshold("foreign-logon.often_news") || e.Usual > 0 || v.Cleared() {
		return analysis.Row{}, false
	}
	severity := analysis.Low
	if p <= logon.RareChance(v.P) || len(v.Against) > 1 {
		severity = analysis.Medium
	}
	if p <= logon.RareChance(v.P) && slices.ContainsFunc(v.Logons, v.TakesMail) {
		severity = analysis.High
		v.Against = append(v.Against, "the client takes mail away without a browser or Outlook")
	}
	return v.Row("new network", severity, analysis.Likely, history), true
}
