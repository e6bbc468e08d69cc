package logon

import (
	"fmt"
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// targets are where and on whom passwords were tried, and when.
type targets struct {
	networks  map[uint32][]span   // of attacks on several users, by number, as merged has them
	providers map[uint32][]span   // of attacks from a whole provider
	users     map[uint32]*Attempt // guesses, by user
}

func targetsOf(attacks []*Attempt) *targets {
	u := &targets{map[uint32][]span{}, map[uint32][]span{}, map[uint32]*Attempt{}}
	for _, one := range attacks {
		switch one.Kind {
		case AttemptGuessing:
			u.users[one.Logons[0].User] = one
		case AttemptSpray, AttemptSlowSpray, AttemptDistributed:
			for n := range one.networks {
				u.networks[n] = merged(append(u.networks[n], one.waves...)...)
			}
			if one.provider != 0 {
				u.providers[one.provider] = merged(append(u.providers[one.provider], one.waves...)...)
			}
		}
	}
	return u
}

// reaches reports whether a logon came from a network while it attacked others,
// or not long before or after; or while it attacked its user, or not long
// after.
func (u *targets) reaches(l *Logon, number uint32, near time.Duration) bool {
	if around(u.networks[number], l.Time, near) || around(u.providers[l.Place.ASN], l.Time, near) {
		return true
	}
	guess := u.users[l.User]
	return guess != nil && guess.networks[number] && during(guess.waves, l.Time, near)
}

// Successes are logons around an attack from its network, of users who
// are not known there.
func (a *Attempts) Successes(attacks []*Attempt) []*Attempt {
	hit := targetsOf(attacks)
	var found []*Attempt
	for _, user := range a.users {
		var hits, failed []*Logon
		for _, l := range a.byUser[user] {
			switch {
			case !hit.reaches(l, a.number(l), a.limits.success) || a.known(l) || a.carrier(l) || a.pr.Cleared[l.IP]:
			case l.Admitted():
				hits = append(hits, l)
			case l.stopped():
				failed = append(failed, l)
			}
		}
		if len(hits) == 0 {
			continue
		}
		list := slices.Concat(failed, hits)
		slices.SortFunc(list, func(x, y *Logon) int { return x.Row - y.Row })
		found = append(found, &Attempt{
			Kind: AttemptSuccess, Severity: analysis.Critical, Confidence: analysis.Firm, Logons: list,
			Evidence: fmt.Sprintf("a successful logon from the attack's network within %g hours of it, before or after, where this user is not known to log on from", a.limits.success.Hours()),
		})
	}
	return found
}

// Proved are logons that were stopped after the right password, by users who
// never got in from there.
func (a *Attempts) Proved(attacks []*Attempt) []*Attempt {
	hit := targetsOf(attacks)
	var found []*Attempt
	for _, user := range a.users {
		var grave, rest []*Logon
		evidence, severity := "", analysis.Info
		for _, l := range a.byUser[user] {
			if l.Outcome != timeline.PasswordProved || a.admits(l) {
				continue
			}
			s, why := a.stopped(l, hit)
			if s == analysis.Info {
				rest = append(rest, l)
				continue
			}
			grave = append(grave, l)
			if s > severity {
				severity, evidence = s, why
			}
		}
		if len(grave) > 0 {
			found = append(found, &Attempt{Kind: AttemptProved, Severity: severity, Confidence: analysis.Likely, Logons: grave, Evidence: evidence})
		}
		if len(rest) > 0 {
			found = append(found, &Attempt{
				Kind: AttemptProved, Confidence: analysis.Likely, Logons: rest,
				Evidence: "the password was right; consistent with a user who did not complete the sign-in",
			})
		}
	}
	return found
}

// stopped weighs where a right password was given that did not suffice.
func (a *Attempts) stopped(l *Logon, hit *targets) (analysis.Severity, string) {
	attacked, guessed := len(hit.networks[a.number(l)]) > 0 || len(hit.providers[l.Place.ASN]) > 0, hit.users[l.User] != nil
	h := a.pr.Countries.Of[l.User]
	strange := h != nil && len(h.Days) >= a.limits.history && l.Located() && !a.pr.Countries.Usual(l.User, l.Country())
	switch {
	case a.pr.Cleared[l.IP] || a.pr.Office[l.IP]:
	case attacked || guessed:
		return analysis.High, "the password was right, and the network attacked others, or somebody guessed at the user's"
	case strange:
		return analysis.High, "the password was right, from a country that is not usual for this user"
	case Anonymous(l.Place):
		return analysis.Medium, "the password was right, from a network that hides who is behind it"
	}
	return analysis.Info, ""
}

// explainedBy are the logons of attacks. A sweep tries a password that is
// right: what it got wrong stays a failure.
func explainedBy(attacks []*Attempt) map[*Logon]bool {
	explained := map[*Logon]bool{}
	for _, one := range attacks {
		if one.Kind == AttemptSweep {
			continue
		}
		for _, l := range one.Logons {
			explained[l] = true
		}
	}
	return explained
}
