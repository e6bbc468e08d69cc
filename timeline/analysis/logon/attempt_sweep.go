package logon

import (
	"fmt"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// sweeps are the users who came from one network with many user agents within
// minutes: a sweep tries one known password on every way in, browsers of all
// systems and protocols, to find one that asks for no second factor.
func (a *Attempts) sweeps() []*Attempt {
	t := a.p.Timeline
	least := a.limits.sweepAgents
	var found []*Attempt
	for _, user := range a.users {
		byNetwork := map[uint32][]*Logon{}
		var order []uint32
		for _, l := range a.byUser[user] {
			if l.IP == 0 || t.Code(timeline.ColUserAgent, l.Row) == 0 || a.known(l) || a.pr.Cleared[l.IP] || a.pr.Office[l.IP] {
				continue
			}
			n := a.number(l)
			if byNetwork[n] == nil {
				order = append(order, n)
			}
			byNetwork[n] = append(byNetwork[n], l)
		}
		for _, n := range order {
			if list, agents := mostAgents(t, byNetwork[n], a.limits.sweep); agents >= least {
				found = append(found, &Attempt{
					Kind: AttemptSweep, Severity: analysis.Medium, Confidence: analysis.Likely, Logons: list,
					Evidence: fmt.Sprintf("%d user agents of one user from one network within %s: consistent with a tool that tries a known password on every way in", agents, a.limits.sweep),
				})
			}
		}
	}
	return found
}

// mostAgents is the window of logons, in time order, with the most user
// agents.
func mostAgents(t *timeline.Timeline, list []*Logon, within time.Duration) ([]*Logon, int) {
	count := map[uint32]int{}
	var best []*Logon
	most, lo := 0, 0
	for hi, l := range list {
		count[t.Code(timeline.ColUserAgent, l.Row)]++
		for l.Time-list[lo].Time > int64(within) {
			Drop(count, t.Code(timeline.ColUserAgent, list[lo].Row))
			lo++
		}
		if len(count) > most || len(count) == most && best != nil && list[lo] == best[0] {
			most, best = len(count), list[lo:hi+1]
		}
	}
	return best, most
}
