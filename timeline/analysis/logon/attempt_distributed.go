package logon

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// An attackTool is what logons share from whatever address they come: a user agent or
// an application.
type attackTool struct{ agent, app uint32 }

// byTool groups the logons that take wants by their user agent, whose code
// agent tells, and by their application; each group in the order of time.
func (a *Attempts) byTool(take func(*Logon) bool, agent func(*Logon) uint32) (map[attackTool][]*Logon, []attackTool) {
	groups := map[attackTool][]*Logon{}
	var order []attackTool
	for _, user := range a.Users {
		for _, l := range a.ByUser[user] {
			if !take(l) {
				continue
			}
			for _, k := range [...]attackTool{{agent: agent(l)}, {app: a.P.Timeline.Folded(timeline.ColAppID, l.Row)}} {
				if k == (attackTool{}) {
					continue
				}
				if groups[k] == nil {
					order = append(order, k)
				}
				groups[k] = append(groups[k], l)
			}
		}
	}
	for _, list := range groups {
		slices.SortFunc(list, func(x, y *Logon) int { return x.Row - y.Row })
	}
	return groups, order
}

// Distributed looks for failures on many users from many addresses with one
// user agent or one application.
func (a *Attempts) Distributed() []analysis.Row {
	byTool, order := a.byTool(func(l *Logon) bool {
		return l.Ip != 0 && a.IsWrong(l) && !a.known(l) && !a.Pr.Cleared[l.Ip] && !a.Pr.Office[l.Ip]
	}, func(l *Logon) uint32 { return l.Agent })
	var rows []analysis.Row
	done := map[int]bool{}
	for _, k := range order {
		list := byTool[k]
		burst := widest(list)
		if burst == nil || done[burst[0].Row] {
			continue
		}
		done[burst[0].Row] = true
		taking := map[uint32]bool{}
		for _, l := range burst {
			a.cited[l] = true
			if n := a.number(l); !taking[n] {
				taking[n] = true
				a.attacked[n] = merged(append(a.attacked[n], waves(burst)...)...)
			}
		}
		rows = append(rows, a.row("distributed", analysis.Medium, burst,
			fmt.Sprintf("wrong passwords for %d pairs of user and address or more from %d addresses or more within %.0f minutes, with one user agent or application", distributedPairs, distributedFrom, distributedIn.Minutes())))
	}
	return rows
}

// widest gives the failures of every window that has enough pairs and
// addresses; nil if none has.
func widest(list []*Logon) []*Logon {
	pairs, addresses := map[uint64]int{}, map[uint32]int{}
	var hits []*Logon
	lo, taken := 0, 0
	for hi, l := range list {
		pairs[Pair(l.User, l.Ip)]++
		addresses[l.Ip]++
		for ; list[lo].Time < l.Time-int64(distributedIn); lo++ {
			Drop(pairs, Pair(list[lo].User, list[lo].Ip))
			Drop(addresses, list[lo].Ip)
		}
		if len(pairs) >= distributedPairs && len(addresses) >= distributedFrom {
			hits = append(hits, list[max(lo, taken):hi+1]...)
			taken = hi + 1
		}
	}
	return hits
}
