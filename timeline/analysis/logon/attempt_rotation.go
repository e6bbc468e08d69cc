package logon

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// rotationUsers is how many users somebody must have tried over days from ever
// new addresses: fewer mistype with one browser by chance.
const rotationUsers = 10

// Rotations are the failures on many users over days from addresses that
// change with every try, with one user agent or application by which hardly
// anybody gets in.
func (a *Attempts) Rotations() []analysis.Row {
	t := a.P.Timeline
	byTool, order := a.byTool(func(l *Logon) bool { return l.Ip != 0 }, func(l *Logon) uint32 { return t.Folded(timeline.ColUserAgent, l.Row) })
	var rows []analysis.Row
	for _, k := range order {
		list := byTool[k]
		tried, users, networks := a.rotation(list)
		_, watched := a.P.Reference.UserAgent(t.Value(timeline.ColUserAgent, k.agent))
		if users < rotationUsers || networks < distributedFrom || !watched && !a.mostGetIn(tried) {
			continue
		}
		for _, l := range tried {
			a.cited[l] = true
		}
		rows = append(rows, a.row("distributed over days", analysis.Medium, tried,
			fmt.Sprintf("wrong passwords for %d users from %d networks within 7 days, at most %d each, with one user agent or application by which hardly anybody gets in", users, networks, slowTries)))
	}
	return rows
}

// rotation is the window of one tool's logons with the most users who fail
// but a few times, if the tool hardly ever succeeds.
func (a *Attempts) rotation(list []*Logon) (tried []*Logon, users, networks int) {
	var bad []*Logon
	for _, l := range list {
		if a.IsWrong(l) && !a.known(l) && !a.Pr.Cleared[l.Ip] && !a.Pr.Office[l.Ip] && !a.cited[l] {
			bad = append(bad, l)
		}
	}
	if len(bad) < rotationUsers {
		return nil, 0, 0
	}
	users, s := mostUsers(bad, slowWindow, slowTries)
	if failedShare(list, s) < slowFailed {
		return nil, 0, 0
	}
	seen := map[uint32]bool{}
	for _, l := range bad {
		if s.covers(l.Time, 0) {
			seen[a.number(l)] = true
			tried = append(tried, l)
		}
	}
	return tried, users, len(seen)
}

// mostGetIn reports whether at least half of the users of some attempts have a
// successful logon on record: where successes were not exported, that nobody
// gets in says nothing.
func (a *Attempts) mostGetIn(tried []*Logon) bool {
	in := map[uint32]bool{}
	for _, l := range tried {
		if _, done := in[l.User]; !done {
			in[l.User] = slices.ContainsFunc(a.ByUser[l.User], func(l *Logon) bool { return l.Admitted() })
		}
	}
	n := 0
	for _, yes := range in {
		if yes {
			n++
		}
	}
	return 2*n >= len(in)
}
