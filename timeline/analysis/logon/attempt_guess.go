package logon

import (
	"fmt"

	"becforensics/timeline/analysis"
)

// guessing looks for many failures on one user.
func (a *Attempts) guessing(user uint32) *Attempt {
	var bad []*Logon
	for _, l := range a.byUser[user] {
		if user != 0 && a.suspicious(l) && !a.carrier(l) {
			bad = append(bad, l)
		}
	}
	minimum := a.limits.guessFailures
	best, lo := 0, 0
	for hi, l := range bad {
		for bad[lo].Time < l.Time-int64(a.limits.guess) {
			lo++
		}
		best = max(best, hi-lo+1)
	}
	if best < max(minimum, 1) {
		return nil
	}
	return &Attempt{
		Kind: AttemptGuessing, Severity: analysis.Medium, Confidence: analysis.Likely, Logons: bad,
		Evidence: fmt.Sprintf("%d wrong passwords for one user within %.0f minutes", best, a.limits.guess.Minutes()),
		waves:    a.waves(bad), networks: a.numbers(bad),
	}
}
