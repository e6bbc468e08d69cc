package logon

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// Attempts are the logons of a case as somebody who guards passwords sees
// them.
type Attempts struct {
	P     *analysis.Pass
	Pr    *Estate
	Wrong []bool // by code of ColError

	Networks, Users   []uint32 // in the order of their first logon
	ByNetwork, ByUser map[uint32][]*Logon

	attacked map[uint32][]span // networks that attacked
	guessed  map[uint32][]span // users on whom somebody guessed
	cited    map[*Logon]bool   // failures under accusing rows
}

// A span is when an attack took place; of guessing, with its networks.
type span struct {
	from, to int64
	numbers  map[uint32]bool
}

func (s span) covers(at int64, after time.Duration) bool {
	return at >= s.from && at <= s.to+int64(after)
}

// during reports whether a time lies in one of several attacks, as merged has
// them, or shortly after.
func during(attacks []span, at int64, after time.Duration) bool {
	i := sort.Search(len(attacks), func(i int) bool { return attacks[i].from > at })
	return i > 0 && attacks[i-1].covers(at, after)
}

// merged are attacks in time order, those that overlap as one.
func merged(attacks ...span) []span {
	slices.SortFunc(attacks, func(x, y span) int { return cmp.Compare(x.from, y.from) })
	var list []span
	for _, s := range attacks {
		if n := len(list); n > 0 && s.from <= list[n-1].to {
			list[n-1].to = max(list[n-1].to, s.to)
		} else {
			list = append(list, s)
		}
	}
	return list
}

// waves are the times of failures, in time order, that belong to an attack: a
// pause as long as that of a slow one parts them.
func waves(bad []*Logon) []span {
	var list []span
	for _, l := range bad {
		if n := len(list); n > 0 && l.Time-list[n-1].to <= int64(slowWindow) {
			list[n-1].to = l.Time
		} else {
			list = append(list, span{from: l.Time, to: l.Time})
		}
	}
	return list
}

func (a *Attempts) Group(all []Logon) {
	a.attacked, a.guessed, a.cited = map[uint32][]span{}, map[uint32][]span{}, map[*Logon]bool{}
	for i := range all {
		l := &all[i]
		if l.Service {
			continue
		}
		if a.ByUser[l.User] == nil {
			a.Users = append(a.Users, l.User)
		}
		a.ByUser[l.User] = append(a.ByUser[l.User], l)
		if n := a.number(l); n != 0 {
			if a.ByNetwork[n] == nil {
				a.Networks = append(a.Networks, n)
			}
			a.ByNetwork[n] = append(a.ByNetwork[n], l)
		}
	}
}

func (a *Attempts) number(l *Logon) uint32 { return a.Pr.numbers[l.Ip] }

// IsWrong reports whether a logon failed for its password or account. The
// Activities log gives no codes: there every failure counts.
func (a *Attempts) IsWrong(l *Logon) bool {
	return l.Outcome == timeline.Failure && (l.Activities || a.Wrong[a.P.Timeline.Code(timeline.ColError, l.Row)])
}

// known reports whether a user succeeds from the logon's network on days
// other than that of the logon and those beside it.
func (a *Attempts) known(l *Logon) bool {
	h := a.Pr.Networks.Of[l.User]
	if h == nil || l.User == 0 || l.Ip == 0 {
		return false
	}
	u := h.Values[uint64(a.number(l))]
	if u == nil {
		return false
	}
	lo, _ := slices.BinarySearch(u.Days, l.Day()-1)
	hi, _ := slices.BinarySearch(u.Days, l.Day()+2)
	return len(u.Days) > hi-lo
}

// carrier reports whether a logon came from a provider that a user with enough
// history is at home with: a telephone changes its network with every cell.
func (a *Attempts) carrier(l *Logon) bool {
	h := a.Pr.Asns.Of[l.User]
	return h != nil && len(h.Days) >= Enough(a.P) && a.Pr.Asns.Usual(l.User, uint64(l.Place.ASN))
}

// admits reports whether the user ever got in from the logon's network.
func (a *Attempts) admits(l *Logon) bool {
	h := a.Pr.Networks.Of[l.User]
	return h != nil && h.Values[uint64(a.number(l))] != nil
}

// Stopped reports whether the logon failed, with a wrong password or a right
// one; a sign-in that was only interrupted is neither.
func (l *Logon) Stopped() bool {
	return l.Outcome == timeline.Failure || l.Outcome == timeline.PasswordProved
}

// Spray looks for failures on many users from one network.
func (a *Attempts) Spray(number uint32) (analysis.Row, bool) {
	list := a.ByNetwork[number]
	var bad []*Logon
	for _, l := range list {
		if a.IsWrong(l) && !a.known(l) && !a.Pr.Cleared[l.Ip] && !a.Pr.Office[l.Ip] {
			bad = append(bad, l)
		}
	}
	minimum := int(a.P.Threshold(SprayUsers))
	if len(bad) < minimum {
		return analysis.Row{}, false
	}
	kind := "spray"
	users, s := mostUsers(bad, sprayWindow, 0)
	evidence := fmt.Sprintf("wrong passwords for %d users within %.0f minutes", users, sprayWindow.Minutes())
	if users < minimum {
		kind = "slow spray"
		users, s = mostUsers(bad, slowWindow, slowTries)
		evidence = fmt.Sprintf("wrong passwords for %d users within 7 days, at most %d each", users, slowTries)
		if users < minimum || failedShare(list, s) < slowFailed {
			return analysis.Row{}, false
		}
	}
	failing, succeeding := sides(list, s)
	if succeeding > failing {
		return analysis.Row{}, false
	}
	a.attacked[number] = waves(bad)
	failed := slices.DeleteFunc(slices.Clone(list), func(l *Logon) bool { return l.Opened() })
	for _, l := range failed {
		a.cited[l] = true
	}
	return a.row(kind, analysis.Medium, failed, evidence+"; all logons from this network that did not succeed are cited"), true
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
			if l.Stopped() {
				failed++
			}
		}
	}
	return float64(failed) / float64(max(n, 1))
}

// sides counts the users who only fail and those who succeed on a network
// around an attack.
func sides(list []*Logon, s span) (failing, succeeding int) {
	ok := map[uint32]bool{}
	for _, l := range list {
		if l.Time >= s.from-int64(successWithin) && l.Time <= s.to+int64(successWithin) {
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

// Guessing looks for many failures on one user.
func (a *Attempts) Guessing(user uint32) (analysis.Row, bool) {
	var bad []*Logon
	for _, l := range a.ByUser[user] {
		if user != 0 && a.IsWrong(l) && !a.known(l) && !a.carrier(l) && !a.Pr.Cleared[l.Ip] && !a.Pr.Office[l.Ip] {
			bad = append(bad, l)
		}
	}
	minimum := int(a.P.Threshold(GuessFailures))
	best, lo := 0, 0
	for hi, l := range bad {
		for bad[lo].Time < l.Time-int64(guessWindow) {
			lo++
		}
		best = max(best, hi-lo+1)
	}
	if best < max(minimum, 1) {
		return analysis.Row{}, false
	}
	numbers := map[uint32]bool{}
	for _, l := range bad {
		numbers[a.number(l)] = true
		a.cited[l] = true
	}
	delete(numbers, 0)
	for _, s := range waves(bad) {
		s.numbers = numbers
		a.guessed[user] = append(a.guessed[user], s)
	}
	return a.row("guessing", analysis.Medium, bad, fmt.Sprintf("%d wrong passwords for one user within %.0f minutes", best, guessWindow.Minutes())), true
}
