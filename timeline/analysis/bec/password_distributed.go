package bec

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
func (a *attempts) byTool(take func(*logon) bool, agent func(*logon) uint32) (map[attackTool][]*logon, []attackTool) {
	groups := map[attackTool][]*logon{}
	var order []attackTool
	for _, user := range a.users {
		for _, l := range a.byUser[user] {
			if !take(l) {
				continue
			}
			for _, k := range [...]attackTool{{agent: agent(l)}, {app: a.p.Timeline.Folded(timeline.ColAppID, l.row)}} {
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
		slices.SortFunc(list, func(x, y *logon) int { return x.row - y.row })
	}
	return groups, order
}

// distributed looks for failures on many users from many addresses with one
// user agent or one application.
func (a *attempts) distributed() []analysis.Row {
	byTool, order := a.byTool(func(l *logon) bool {
		return l.ip != 0 && a.isWrong(l) && !a.known(l) && !a.pr.cleared[l.ip] && !a.pr.office[l.ip]
	}, func(l *logon) uint32 { return l.agent })
	var rows []analysis.Row
	done := map[int]bool{}
	for _, k := range order {
		list := byTool[k]
		burst := widest(list)
		if burst == nil || done[burst[0].row] {
			continue
		}
		done[burst[0].row] = true
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
func widest(list []*logon) []*logon {
	pairs, addresses := map[uint64]int{}, map[uint32]int{}
	var hits []*logon
	lo, taken := 0, 0
	for hi, l := range list {
		pairs[pair(l.user, l.ip)]++
		addresses[l.ip]++
		for ; list[lo].time < l.time-int64(distributedIn); lo++ {
			drop(pairs, pair(list[lo].user, list[lo].ip))
			drop(addresses, list[lo].ip)
		}
		if len(pairs) >= distributedPairs && len(addresses) >= distributedFrom {
			hits = append(hits, list[max(lo, taken):hi+1]...)
			taken = hi + 1
		}
	}
	return hits
}
