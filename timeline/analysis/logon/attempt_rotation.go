package logon

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// rotations are the failures on many users over days from addresses that
// change with every try, with one user agent or application by which hardly
// anybody gets in; those that other attacks explain are left out.
func (a *Attempts) rotations(attacks []*Attempt) []*Attempt {
	t := a.p.Timeline
	byTool, order := a.byTool(func(l *Logon) bool { return l.IP != 0 }, func(l *Logon) uint32 { return t.Folded(timeline.ColUserAgent, l.Row) })
	explained := explainedBy(attacks)
	var found []*Attempt
	for _, k := range order {
		tried, users, networks := a.rotation(byTool[k], explained)
		_, watched := a.p.Reference.UserAgent(t.Value(timeline.ColUserAgent, k.agent))
		if users < a.limits.rotationUsers || networks < a.limits.sources || !watched && !a.mostGetIn(tried) {
			continue
		}
		for _, l := range tried {
			explained[l] = true
		}
		found = append(found, &Attempt{
			Kind: AttemptRotation, Severity: analysis.Medium, Confidence: analysis.Likely, Logons: tried,
			Evidence: fmt.Sprintf("wrong passwords for %d users from %d networks within %g days, at most %d each, with one user agent or application by which hardly anybody gets in", users, networks, a.limits.days(), a.limits.slowTries),
		})
	}
	return found
}

// rotation is the window of one tool's logons with the most users who fail
// but a few times, if the tool hardly ever succeeds.
func (a *Attempts) rotation(list []*Logon, explained map[*Logon]bool) (tried []*Logon, users, networks int) {
	var bad []*Logon
	for _, l := range list {
		if a.suspicious(l) && !explained[l] {
			bad = append(bad, l)
		}
	}
	if len(bad) < a.limits.rotationUsers {
		return nil, 0, 0
	}
	users, s := mostUsers(bad, a.limits.slow, a.limits.slowTries)
	if failedShare(list, s) < a.limits.failed {
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
			in[l.User] = slices.ContainsFunc(a.byUser[l.User], func(l *Logon) bool { return l.Admitted() })
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
