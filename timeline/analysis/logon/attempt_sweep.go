package logon

import (
	"fmt"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A sweep tries one known password on every door: browsers of all systems and
// protocols within minutes, to find one that asks for no second factor.
const (
	sweepWindow = 10 * time.Minute
)

var SweepAgents = &analysis.Threshold{Name: "password-attack.sweep_agents", Value: 5, Doc: "user agents within the window of a sweep"}

// Sweeps are the users who came from one network with many user agents within
// minutes.
func (a *Attempts) Sweeps() []analysis.Row {
	t := a.P.Timeline
	least := int(a.P.Threshold(SweepAgents))
	var rows []analysis.Row
	for _, user := range a.Users {
		byNetwork := map[uint32][]*Logon{}
		var order []uint32
		for _, l := range a.ByUser[user] {
			if l.Ip == 0 || t.Code(timeline.ColUserAgent, l.Row) == 0 || a.known(l) || a.Pr.Cleared[l.Ip] || a.Pr.Office[l.Ip] {
				continue
			}
			n := a.number(l)
			if byNetwork[n] == nil {
				order = append(order, n)
			}
			byNetwork[n] = append(byNetwork[n], l)
		}
		for _, n := range order {
			if list, agents := mostAgents(t, byNetwork[n]); agents >= least {
				rows = append(rows, a.row("sweep", analysis.Medium, list, fmt.Sprintf("%d user agents of one user from one network within %s: consistent with a tool that tries a known password on every way in", agents, sweepWindow)))
			}
		}
	}
	return rows
}

// mostAgents is the window of logons, in time order, with the most user
// agents.
func mostAgents(t *timeline.Timeline, list []*Logon) ([]*Logon, int) {
	count := map[uint32]int{}
	var best []*Logon
	most, lo := 0, 0
	for hi, l := range list {
		count[t.Code(timeline.ColUserAgent, l.Row)]++
		for l.Time-list[lo].Time > int64(sweepWindow) {
			Drop(count, t.Code(timeline.ColUserAgent, list[lo].Row))
			lo++
		}
		if len(count) > most || len(count) == most && best != nil && list[lo] == best[0] {
			most, best = len(count), list[lo:hi+1]
		}
	}
	return best, most
}
