package logon

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// An Attempt is logons that together look like somebody who tries passwords,
// or like what came of it.
type Attempt struct {
	Kind       string // one of the Attempt constants
	Severity   analysis.Severity
	Confidence analysis.Confidence
	Logons     []*Logon // in time order
	Evidence   string   // what makes it one, in words

	waves    []span          // when passwords were tried
	networks map[uint32]bool // that take part in it
	provider uint32          // whose every network takes part in it; 0 if none
}

// Kinds of attempts.
const (
	AttemptSpray       = "spray"
	AttemptSlowSpray   = "slow spray"
	AttemptGuessing    = "guessing"
	AttemptDistributed = "distributed"
	AttemptRotation    = "distributed over days"
	AttemptSweep       = "sweep"
	AttemptSuccess     = "success after an attack"
	AttemptProved      = "password proved"
	AttemptFailures    = "failures"
)

// Attempts are the logons of a case as somebody who guards passwords sees
// them.
type Attempts struct {
	p     *analysis.Pass
	pr    *Estate
	wrong []bool // by code of ColError

	limits limits

	networks, users   []uint32 // in the order of their first logon
	byNetwork, byUser map[uint32][]*Logon
}

// NewAttempts groups the logons of people by network and by user.
func NewAttempts(p *analysis.Pass) *Attempts {
	a := &Attempts{p: p, pr: Profiles.Of(p), wrong: wrongPasswords(p), limits: limitsOf(p), byNetwork: map[uint32][]*Logon{}, byUser: map[uint32][]*Logon{}}
	all := Logons.Of(p)
	for i := range all {
		l := &all[i]
		if l.Service {
			continue
		}
		if a.byUser[l.User] == nil {
			a.users = append(a.users, l.User)
		}
		a.byUser[l.User] = append(a.byUser[l.User], l)
		if n := a.number(l); n != 0 {
			if a.byNetwork[n] == nil {
				a.networks = append(a.networks, n)
			}
			a.byNetwork[n] = append(a.byNetwork[n], l)
		}
	}
	return a
}

// wrongPasswords says of each code of the error column whether it is about
// the password or the account.
func wrongPasswords(p *analysis.Pass) []bool {
	wrong := make([]bool, p.Timeline.Cardinality(timeline.ColError))
	for code := range wrong {
		text := p.Timeline.Value(timeline.ColError, uint32(code))
		class := p.Reference.ErrorClass(text, text)
		wrong[code] = class == "credential" || class == "lockout"
	}
	return wrong
}

// Attacks are the patterns of somebody who tries passwords, in the order in
// which they are looked for.
func (a *Attempts) Attacks() []*Attempt {
	var attacks []*Attempt
	for _, number := range a.networks {
		if one := a.spray(number); one != nil {
			attacks = append(attacks, one)
		}
	}
	for _, user := range a.users {
		if one := a.guessing(user); one != nil {
			attacks = append(attacks, one)
		}
	}
	attacks = append(attacks, a.paced(attacks)...)
	attacks = append(attacks, a.distributed()...)
	attacks = append(attacks, a.rotations(attacks)...)
	return append(attacks, a.sweeps()...)
}

// Count counts the logons that failed, with a wrong password or a right one,
// and those of them that are about the password.
func (a *Attempts) Count() (failed, wrong int) {
	for _, list := range a.byUser {
		for _, l := range list {
			if l.stopped() {
				failed++
			}
			if a.IsWrong(l) {
				wrong++
			}
		}
	}
	return failed, wrong
}

// A span is when an attack took place.
type span struct{ from, to int64 }

func (s span) covers(at int64, after time.Duration) bool {
	return at >= s.from && at <= s.to+int64(after)
}

// during reports whether a time lies in one of several attacks, as merged has
// them, or shortly after.
func during(attacks []span, at int64, after time.Duration) bool {
	i := sort.Search(len(attacks), func(i int) bool { return attacks[i].from > at })
	return i > 0 && attacks[i-1].covers(at, after)
}

// around reports whether a time lies in one of several attacks, as merged has
// them, or shortly before or after.
func around(attacks []span, at int64, near time.Duration) bool {
	return slices.ContainsFunc(attacks, func(s span) bool { return at >= s.from-int64(near) && at <= s.to+int64(near) })
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

// waves are the waves of failures that a pause longer than the window of a slow
// attack parts.
func (a *Attempts) waves(bad []*Logon) []span { return wavesOf(bad, a.limits.slow) }

// numbers are the networks of some logons.
func (a *Attempts) numbers(list []*Logon) map[uint32]bool {
	numbers := map[uint32]bool{}
	for _, l := range list {
		numbers[a.number(l)] = true
	}
	delete(numbers, 0)
	return numbers
}

func (a *Attempts) number(l *Logon) uint32 { return a.pr.numbers[l.IP] }

// IsWrong reports whether a logon failed for its password or account. The
// Activities log gives no codes: there every failure counts.
func (a *Attempts) IsWrong(l *Logon) bool {
	return l.Outcome == timeline.Failure && (l.Export.FailuresArePasswords || a.wrong[a.p.Timeline.Code(timeline.ColError, l.Row)])
}

// suspicious reports whether a logon failed for its password where neither the
// user nor the examiner explains it.
func (a *Attempts) suspicious(l *Logon) bool {
	return a.IsWrong(l) && !a.known(l) && !a.pr.Cleared[l.IP] && !a.pr.Office[l.IP]
}

// known reports whether a user succeeds from the logon's network on days
// other than that of the logon and those beside it.
func (a *Attempts) known(l *Logon) bool {
	h := a.pr.Networks.Of[l.User]
	if h == nil || l.User == 0 || l.IP == 0 {
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
	h := a.pr.ASNs.Of[l.User]
	return h != nil && len(h.Days) >= a.limits.history && a.pr.ASNs.Usual(l.User, uint64(l.Place.ASN))
}

// admits reports whether the user ever got in from the logon's network.
func (a *Attempts) admits(l *Logon) bool {
	h := a.pr.Networks.Of[l.User]
	return h != nil && h.Values[uint64(a.number(l))] != nil
}

// stopped reports whether the logon failed, with a wrong password or a right
// one; a sign-in that was only interrupted is neither.
func (l *Logon) stopped() bool {
	return l.Outcome == timeline.Failure || l.Outcome == timeline.PasswordProved
}
