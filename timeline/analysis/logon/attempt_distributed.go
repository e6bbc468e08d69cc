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
	for _, user := range a.users {
		for _, l := range a.byUser[user] {
			if !take(l) {
				continue
			}
			for _, k := range [...]attackTool{{agent: agent(l)}, {app: a.p.Timeline.Folded(timeline.ColAppID, l.Row)}} {
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

// distributed looks for failures on many users from many addresses with one
// user agent or one application.
func (a *Attempts) distributed() []*Attempt {
	byTool, order := a.byTool(func(l *Logon) bool { return l.IP != 0 && a.suspicious(l) }, func(l *Logon) uint32 { return l.Agent })
	var found []*Attempt
	done := map[int]bool{}
	for _, k := range order {
		burst := a.widest(byTool[k])
		if burst == nil || done[burst[0].Row] {
			continue
		}
		done[burst[0].Row] = true
		found = append(found, &Attempt{
			Kind: AttemptDistributed, Severity: analysis.Medium, Confidence: analysis.Likely, Logons: burst,
			Evidence: fmt.Sprintf("wrong passwords for %d pairs of user and address or more from %d addresses or more within %.0f minutes, with one user agent or application", a.limits.pairs, a.limits.sources, a.limits.distributed.Minutes()),
			waves:    a.waves(burst), networks: a.numbers(burst),
		})
	}
	return found
}

// widest gives the failures of every window that has enough pairs and
// addresses; nil if none has.
func (a *Attempts) widest(list []*Logon) []*Logon {
	pairs, addresses := map[uint64]int{}, map[uint32]int{}
	var hits []*Logon
	lo, taken := 0, 0
	for hi, l := range list {
		pairs[Pair(l.User, l.IP)]++
		addresses[l.IP]++
		for ; list[lo].Time < l.Time-int64(a.limits.distributed); lo++ {
			Drop(pairs, Pair(list[lo].User, list[lo].IP))
			Drop(addresses, list[lo].IP)
		}
		if len(pairs) >= a.limits.pairs && len(addresses) >= a.limits.sources {
			hits = append(hits, list[max(lo, taken):hi+1]...)
			taken = hi + 1
		}
	}
	return hits
}
