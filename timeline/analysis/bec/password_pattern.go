package bec

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// attempts are the logons of a case as somebody who guards passwords sees
// them.
type attempts struct {
	p     *analysis.Pass
	pr    *profile
	wrong []bool // by code of ColError

	networks, users   []uint32 // in the order of their first logon
	byNetwork, byUser map[uint32][]*logon

	attacked map[uint32][]span // networks that attacked
	guessed  map[uint32][]span // users on whom somebody guessed
	cited    map[*logon]bool   // failures under accusing rows
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
func waves(bad []*logon) []span {
	var list []span
	for _, l := range bad {
		if n := len(list); n > 0 && l.time-list[n-1].to <= int64(slowWindow) {
			list[n-1].to = l.time
		} else {
			list = append(list, span{from: l.time, to: l.time})
		}
	}
	return list
}

func (a *attempts) group(all []logon) {
	a.attacked, a.guessed, a.cited = map[uint32][]span{}, map[uint32][]span{}, map[*logon]bool{}
	for i := range all {
		l := &all[i]
		if l.service {
			continue
		}
		if a.byUser[l.user] == nil {
			a.users = append(a.users, l.user)
		}
		a.byUser[l.user] = append(a.byUser[l.user], l)
		if n := a.number(l); n != 0 {
			if a.byNetwork[n] == nil {
				a.networks = append(a.networks, n)
			}
			a.byNetwork[n] = append(a.byNetwork[n], l)
		}
	}
}

func (a *attempts) number(l *logon) uint32 { return a.pr.numbers[l.ip] }

// isWrong reports whether a logon failed for its password or account. The
// Activities log gives no codes: there every failure counts.
func (a *attempts) isWrong(l *logon) bool {
	return l.outcome == timeline.Failure && (l.activities || a.wrong[a.p.Timeline.Code(timeline.ColError, l.row)])
}

// known reports whether a user succeeds from the logon's network on days
// other than that of the logon and those beside it.
func (a *attempts) known(l *logon) bool {
	h := a.pr.networks.of[l.user]
	if h == nil || l.user == 0 || l.ip == 0 {
		return false
	}
	u := h.values[uint64(a.number(l))]
	if u == nil {
		return false
	}
	lo, _ := slices.BinarySearch(u.days, l.day()-1)
	hi, _ := slices.BinarySearch(u.days, l.day()+2)
	return len(u.days) > hi-lo
}

// carrier reports whether a logon came from a provider that a user with enough
// history is at home with: a telephone changes its network with every cell.
func (a *attempts) carrier(l *logon) bool {
	h := a.pr.asns.of[l.user]
	return h != nil && len(h.days) >= enough(a.p) && a.pr.asns.usual(l.user, uint64(l.place.ASN))
}

// admits reports whether the user ever got in from the logon's network.
func (a *attempts) admits(l *logon) bool {
	h := a.pr.networks.of[l.user]
	return h != nil && h.values[uint64(a.number(l))] != nil
}

// stopped reports whether the logon failed, with a wrong password or a right
// one; a sign-in that was only interrupted is neither.
func (l *logon) stopped() bool {
	return l.outcome == timeline.Failure || l.outcome == timeline.PasswordProved
}

// spray looks for failures on many users from one network.
func (a *attempts) spray(number uint32) (analysis.Row, bool) {
	list := a.byNetwork[number]
	var bad []*logon
	for _, l := range list {
		if a.isWrong(l) && !a.known(l) && !a.pr.cleared[l.ip] && !a.pr.office[l.ip] {
			bad = append(bad, l)
		}
	}
	minimum := int(a.p.Threshold("password-attack.spray_users"))
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
	failed := slices.DeleteFunc(slices.Clone(list), func(l *logon) bool { return l.opened() })
	for _, l := range failed {
		a.cited[l] = true
	}
	return a.row(kind, analysis.Medium, failed, evidence+"; all logons from this network that did not succeed are cited"), true
}

// mostUsers is the greatest number of users with at most so many failures
// each (0: any number) in a window, and the window.
func mostUsers(bad []*logon, window time.Duration, most int) (int, span) {
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
		count(l.user, 1)
		for bad[lo].time < l.time-int64(window) {
			count(bad[lo].user, -1)
			lo++
		}
		if within > best {
			best, at = within, span{from: bad[lo].time, to: l.time}
		}
	}
	return best, at
}

func failedShare(list []*logon, s span) float64 {
	failed, n := 0, 0
	for _, l := range list {
		if s.covers(l.time, 0) {
			n++
			if l.stopped() {
				failed++
			}
		}
	}
	return float64(failed) / float64(max(n, 1))
}

// sides counts the users who only fail and those who succeed on a network
// around an attack.
func sides(list []*logon, s span) (failing, succeeding int) {
	ok := map[uint32]bool{}
	for _, l := range list {
		if l.time >= s.from-int64(successWithin) && l.time <= s.to+int64(successWithin) {
			ok[l.user] = ok[l.user] || l.outcome == timeline.Success
		}
	}
	for _, yes := range ok {
		if yes {
			succeeding++
		}
	}
	return len(ok) - succeeding, succeeding
}

// guessing looks for many failures on one user.
func (a *attempts) guessing(user uint32) (analysis.Row, bool) {
	var bad []*logon
	for _, l := range a.byUser[user] {
		if user != 0 && a.isWrong(l) && !a.known(l) && !a.carrier(l) && !a.pr.cleared[l.ip] && !a.pr.office[l.ip] {
			bad = append(bad, l)
		}
	}
	minimum := int(a.p.Threshold("password-attack.guess_failures"))
	best, lo := 0, 0
	for hi, l := range bad {
		for bad[lo].time < l.time-int64(guessWindow) {
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
