package logon

import (
	"fmt"
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// spray looks for failures on many users from one network.
func (a *Attempts) spray(number uint32) *Attempt {
	list := a.byNetwork[number]
	var bad []*Logon
	for _, l := range list {
		if a.suspicious(l) {
			bad = append(bad, l)
		}
	}
	minimum := a.limits.sprayUsers
	if len(bad) < minimum {
		return nil
	}
	kind := AttemptSpray
	users, s := mostUsers(bad, a.limits.spray, 0)
	evidence := fmt.Sprintf("wrong passwords for %d users within %.0f minutes", users, a.limits.spray.Minutes())
	if users < minimum {
		kind = AttemptSlowSpray
		users, s = mostUsers(bad, a.limits.slow, a.limits.slowTries)
		evidence = fmt.Sprintf("wrong passwords for %d users within %g days, at most %d each", users, a.limits.days(), a.limits.slowTries)
		if users < minimum || failedShare(list, s) < a.limits.failed {
			return nil
		}
	}
	failing, succeeding := sides(list, s, a.limits.success)
	if succeeding > failing {
		return nil
	}
	failed := slices.DeleteFunc(slices.Clone(list), func(l *Logon) bool { return l.Opened() })
	return &Attempt{
		Kind: kind, Severity: analysis.Medium, Confidence: analysis.Likely, Logons: failed,
		Evidence: evidence + "; all logons from this network that did not succeed are cited",
		waves:    a.waves(bad), networks: map[uint32]bool{number: true},
	}
}

// mostUsers is the greatest number of users with at most so many failures
// each (0: any number) in a window, and the window.
func mostUsers(bad []*Logon, window time.Duration, most int) (int, span) {
	tries := map[uint32]int{}
	within, best, lo := 0, 0, 0
	var at span
	count := func(user uint32, step int) {
		before := tries[user]
		tries[user] += step
		in := func(n int) bool { return n > 0 && (most == 0 || n <= most) }
		switch {
		case in(tries[user]) && !in(before):
			within++
		case in(before) && !in(tries[user]):
			within--
		}
	}
	for _, l := range bad {
		count(l.User, 1)
		for bad[lo].Time < l.Time-int64(window) {
			count(bad[lo].User, -1)
			lo++
		}
		if within > best {
			best, at = within, span{from: bad[lo].Time, to: l.Time}
		}
	}
	return best, at
}

func failedShare(list []*Logon, s span) float64 {
	failed, n := 0, 0
	for _, l := range list {
		if s.covers(l.Time, 0) {
			n++
			if l.stopped() {
				failed++
			}
		}
	}
	return float64(failed) / float64(max(n, 1))
}

// sides counts the users who only fail and those who succeed on a network
// some time around an attack.
func sides(list []*Logon, s span, around time.Duration) (failing, succeeding int) {
	ok := map[uint32]bool{}
	for _, l := range list {
		if l.Time >= s.from-int64(around) && l.Time <= s.to+int64(around) {
			ok[l.User] = ok[l.User] || l.Outcome == timeline.Success
		}
	}
	for _, yes := range ok {
		if yes {
			succeeding++
		}
	}
	return len(ok) - succeeding, succeeding
}
