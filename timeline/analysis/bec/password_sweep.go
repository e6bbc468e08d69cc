package bec

import (
	"fmt"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A sweep tries one known password on every door: browsers of all systems and
// protocols within minutes, to find one that asks for no second factor.
const (
	sweepAgents = 5
	sweepWindow = 10 * time.Minute
)

// sweeps are the users who came from one network with many user agents within
// minutes.
func (a *attempts) sweeps() []analysis.Row {
	t := a.p.Timeline
	least := int(a.p.Threshold("password-attack.sweep_agents"))
	var rows []analysis.Row
	for _, user := range a.users {
		byNetwork := map[uint32][]*logon{}
		var order []uint32
		for _, l := range a.byUser[user] {
			if l.ip == 0 || t.Code(timeline.ColUserAgent, l.row) == 0 || a.known(l) || a.pr.cleared[l.ip] || a.pr.office[l.ip] {
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
func mostAgents(t *timeline.Timeline, list []*logon) ([]*logon, int) {
	count := map[uint32]int{}
	var best []*logon
	most, lo := 0, 0
	for hi, l := range list {
		count[t.Code(timeline.ColUserAgent, l.row)]++
		for l.time-list[lo].time > int64(sweepWindow) {
			drop(count, t.Code(timeline.ColUserAgent, list[lo].row))
			lo++
		}
		if len(count) > most || len(count) == most && best != nil && list[lo] == best[0] {
			most, best = len(count), list[lo:hi+1]
		}
	}
	return best, most
}
