package logon

import (
	"fmt"
	"slices"
	"time"

	"becforensics/timeline/analysis"
)

// A source is where attempts come from, seen narrowly or widely: one address,
// its network, or the whole provider where that is a hosting one.
type source struct {
	address, network, provider uint32 // one of them
}

// sourcesOf are those of a logon, the network first: what it explains needs no
// other.
func (a *Attempts) sourcesOf(l *Logon) []source {
	n := a.number(l)
	if n == 0 {
		return nil
	}
	list := []source{{network: n}, {address: l.IP}}
	if l.Place.Kind == kindHosting && l.Place.ASN != 0 {
		list = append(list, source{provider: l.Place.ASN})
	}
	return list
}

// bySource groups the logons of people by where they come from, as far as a
// failure on somebody came from there; each group is in time order, the groups
// in that of their first logon, networks first, then addresses, then providers.
func (a *Attempts) bySource() (groups map[source][]*Logon, order []source) {
	groups = map[source][]*Logon{}
	for _, number := range a.networks {
		for _, l := range a.byNetwork[number] {
			if a.failure(l) {
				for _, s := range a.sourcesOf(l) {
					groups[s] = nil
				}
			}
		}
	}
	if len(groups) == 0 {
		return nil, nil
	}
	var rank [3][]source
	for _, number := range a.networks {
		for _, l := range a.byNetwork[number] {
			for i, s := range a.sourcesOf(l) {
				list, failed := groups[s]
				if !failed {
					continue
				}
				if list == nil {
					rank[i] = append(rank[i], s)
				}
				groups[s] = append(list, l)
			}
		}
	}
	for _, list := range groups {
		slices.SortFunc(list, func(x, y *Logon) int { return x.Row - y.Row })
	}
	return groups, slices.Concat(rank[0], rank[1], rank[2])
}

// failure reports whether a logon is one of the failures that make an attack.
func (a *Attempts) failure(l *Logon) bool { return a.suspicious(l) && !a.carrier(l) }

// paced are the failures on several users from one source at whatever pace,
// where nobody had the habit of logging on from; what other attacks explain is
// counted and not cited again.
func (a *Attempts) paced(attacks []*Attempt) []*Attempt {
	explained := explainedBy(attacks)
	groups, order := a.bySource()
	var found []*Attempt
	for _, s := range order {
		one := a.pace(s, groups[s], explained)
		if one == nil {
			continue
		}
		for _, l := range one.Logons {
			explained[l] = true
		}
		found = append(found, one)
	}
	return found
}

func (a *Attempts) pace(s source, list []*Logon, explained map[*Logon]bool) *Attempt {
	var bad []*Logon
	for _, l := range list {
		if a.failure(l) {
			bad = append(bad, l)
		}
	}
	if len(bad) < min(a.limits.dayUsers, a.limits.paceUsers) || !slices.ContainsFunc(bad, func(l *Logon) bool { return !explained[l] }) {
		return nil
	}
	users, at := mostUsers(bad, 24*time.Hour, 0)
	evidence := fmt.Sprintf("wrong passwords for %d users within 24 hours, whatever the pace", users)
	if users < a.limits.dayUsers {
		users, at = mostUsers(bad, a.limits.pace, 0)
		if evidence = fmt.Sprintf("wrong passwords for %d users within %g days, whatever the pace", users, a.limits.pace.Hours()/24); users < a.limits.paceUsers {
			return nil
		}
	}
	failing, succeeding := sides(list, at, a.limits.success)
	if succeeding > failing || a.habitual(list, bad[0].Time) {
		return nil
	}
	tried := slices.DeleteFunc(slices.Clone(list), func(l *Logon) bool { return l.Opened() || a.known(l) || explained[l] })
	if len(tried) == 0 {
		return nil
	}
	one := &Attempt{
		Kind: AttemptSlowSpray, Severity: analysis.Medium, Confidence: analysis.Likely, Logons: tried,
		Evidence: evidence + s.named() + " from which nobody was used to log on; its logons that did not succeed are cited",
		waves:    wavesOf(bad, a.limits.pace), networks: a.numbers(bad),
	}
	if s.provider != 0 {
		one.provider = s.provider
	}
	return one
}

func (s source) named() string {
	switch {
	case s.address != 0:
		return ", from one address"
	case s.provider != 0:
		return ", from one hosting provider"
	}
	return ", from one network"
}

// habitual reports whether somebody had the habit of logging on from a source
// before a time: what came later can be the attack's own success.
func (a *Attempts) habitual(list []*Logon, before int64) bool {
	days := map[uint32]map[int32]bool{}
	for _, l := range list {
		if !l.Admitted() || l.Time >= before {
			continue
		}
		if days[l.User] == nil {
			days[l.User] = map[int32]bool{}
		}
		days[l.User][l.Day()] = true
		if len(days[l.User]) >= RoutineDays.Int() {
			return true
		}
	}
	return false
}

// slipUsers is on how many users a source may have failed for what remains to
// be called slips.
const slipUsers = 2

// shared counts the users on whom each source failed.
func (a *Attempts) shared() map[source]int {
	users := map[source]map[uint32]bool{}
	for _, number := range a.networks {
		for _, l := range a.byNetwork[number] {
			if !a.IsWrong(l) {
				continue
			}
			for _, s := range a.sourcesOf(l) {
				if users[s] == nil {
					users[s] = map[uint32]bool{}
				}
				users[s][l.User] = true
			}
		}
	}
	counts := map[source]int{}
	for s, of := range users {
		counts[s] = len(of)
	}
	return counts
}

// Failures are the wrong passwords that no attack explains, by user; those
// from where others failed too stand apart, since one person's slips are no
// reason for them.
func (a *Attempts) Failures(attacks []*Attempt) []*Attempt {
	explained, shared := explainedBy(attacks), a.shared()
	var found []*Attempt
	for _, user := range a.users {
		var alone, beside []*Logon
		most := 0
		for _, l := range a.byUser[user] {
			if !a.IsWrong(l) || explained[l] {
				continue
			}
			users := 0
			for _, s := range a.sourcesOf(l) {
				users = max(users, shared[s])
			}
			if users > slipUsers {
				most = max(most, users)
				beside = append(beside, l)
			} else {
				alone = append(alone, l)
			}
		}
		if len(alone) > 0 {
			found = append(found, &Attempt{
				Kind: AttemptFailures, Confidence: analysis.Likely, Logons: alone,
				Evidence: "below the thresholds of an attack, or from a network this user is known on: consistent with slips and old devices",
			})
		}
		if len(beside) > 0 {
			found = append(found, &Attempt{
				Kind: AttemptFailures, Confidence: analysis.Unsure, Logons: beside,
				Evidence: fmt.Sprintf("below the thresholds of an attack; the network failed on %d users in all, which an attack at a slow pace does, and an address that many people share", most),
			})
		}
	}
	return found
}

// wavesOf are the times of failures, in time order, that belong to an attack: a
// longer pause parts them.
func wavesOf(bad []*Logon, pause time.Duration) []span {
	var list []span
	for _, l := range bad {
		if n := len(list); n > 0 && l.Time-list[n-1].to <= int64(pause) {
			list[n-1].to = l.Time
		} else {
			list = append(list, span{from: l.Time, to: l.Time})
		}
	}
	return list
}
