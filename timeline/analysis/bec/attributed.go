package bec

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// raised is a severity for an act of an actor. One of whom only a low row
// speaks does not make an act worse than medium: a weak logon must not become
// a strong accusation by what was done in it.
func raised(a *actor, to analysis.Severity) analysis.Severity {
	if a.severity <= analysis.Low {
		return min(to, analysis.Medium)
	}
	if a.severity == analysis.Medium {
		return min(to, analysis.High)
	}
	return to
}

// confidence says how sure an attribution is, by the words of its basis.
func confidence(basis string) analysis.Confidence {
	if strings.Contains(basis, "inferred") {
		return analysis.Likely
	}
	return analysis.Firm
}

// failed reports whether every record of an act says that it failed: what was
// tried and not done only informs.
func failed(t *timeline.Timeline, rows []int) bool {
	return !slices.ContainsFunc(rows, func(row int) bool { return t.Outcome(row) != timeline.Failure })
}

// attributed says in a cell whose act it was and why that is held.
func attributed(a *actor, basis string) string {
	switch {
	case basis == "":
		return a.reason
	case a.reason == "":
		return basis
	}
	return a.reason + "; attributed by " + basis
}

// attributionNotes say what limits the attribution of acts in this run.
func attributionNotes(p *analysis.Pass) []string {
	var notes, missing []string
	for _, name := range analysis.Accusers {
		if p.Finding(name) == nil {
			missing = append(missing, name)
		}
	}
	switch {
	case len(missing) == len(analysis.Accusers):
		notes = append(notes, "without findings of "+strings.Join(missing, ", ")+" no actor is known and no act is attributed")
	case len(missing) > 0:
		notes = append(notes, "without findings of "+strings.Join(missing, ", ")+" no actor is known from them: acts are attributed by the others alone")
	}
	if n := actors(p).ambiguous; n > 0 {
		notes = append(notes, cite.Counted(n, "act")+" could be the owner's or an actor's, since logons of that client came from several addresses around them: not attributed")
	}
	return notes
}
