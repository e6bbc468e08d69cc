package actor

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// Raised is the severity of an act of an actor, as far as the actor's signs
// carry it: an actor with low signs alone has no act above medium, one with
// medium signs none above high. A weak sign must not become a strong one by
// what was done after it.
func Raised(a *Actor, to analysis.Severity) analysis.Severity {
	if a.Severity <= analysis.Low {
		return min(to, analysis.Medium)
	}
	if a.Severity == analysis.Medium {
		return min(to, analysis.High)
	}
	return to
}

// Confidence says how sure an attribution is, by the words of its basis.
func Confidence(basis string) analysis.Confidence {
	if strings.Contains(basis, "inferred") {
		return analysis.Likely
	}
	return analysis.Firm
}

// Failed reports whether every record of an act says that it failed: what was
// tried and not done only informs.
func Failed(t *timeline.Timeline, rows []int) bool {
	return !slices.ContainsFunc(rows, func(row int) bool { return t.Outcome(row) != timeline.Failure })
}

// Attributed says in a cell whose act it was and why that is held.
func Attributed(a *Actor, basis string) string {
	switch {
	case basis == "":
		return a.Reason
	case a.Reason == "":
		return basis
	}
	return a.Reason + "; attributed by " + basis
}

// AttributionNotes say what limits the attribution of acts in this run.
func AttributionNotes(p *analysis.Pass) []string {
	var notes, missing []string
	signs := analysis.Signs.Of(p)
	for _, a := range signs.Missing {
		missing = append(missing, a.Name)
	}
	switch {
	case len(missing) == len(signs.Analyzers):
		notes = append(notes, "without findings of "+strings.Join(missing, ", ")+" no actor is known and no act is attributed")
	case len(missing) > 0:
		notes = append(notes, "without findings of "+strings.Join(missing, ", ")+" no actor is known from them: acts are attributed by the others alone")
	}
	if n := Actors.Of(p).ambiguous; n > 0 {
		notes = append(notes, cite.Counted(n, "act")+" could be the owner's or an actor's, since logons of that client came from several addresses around them: not attributed")
	}
	return notes
}
