package actor

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// Raised is the severity of what rests on an actor alone: as weighed, but no
// more than the actor's band allows.
func Raised(a *Actor, to analysis.Severity) analysis.Severity { return min(to, a.Band.cap()) }

// Against is the actor whose act a row is, if the actor is worth a review for
// more than this act: nothing speaks against itself. Nil if nobody is.
func (a *Attribution) Against(row int) (*Actor, string) {
	who, basis := a.At(row)
	if who == nil || who.Band == BandListed {
		return nil, ""
	}
	families := map[string]bool{}
	for _, s := range a.signs.At(a.t.Origin(row)) {
		families[a.signs.All[s].Analyzer.Family] = true
	}
	if !slices.ContainsFunc(who.Signs, func(s *analysis.Sign) bool { return !families[s.Analyzer.Family] }) {
		return nil, ""
	}
	return who, basis
}

// ActorOf is the actor that a row of a finding is about: the one that founds on
// it, else the one who did most of what it cites. Nil if nobody did.
func (a *Attribution) ActorOf(r *analysis.Row) *Actor {
	if who := a.bySign[r.ID]; who != nil {
		return who
	}
	var best *Actor
	cited := map[*Actor]int{}
	for _, o := range r.Origins {
		who := a.byOrigin[o]
		if who == nil {
			continue
		}
		if cited[who]++; best == nil || cited[who] > cited[best] || cited[who] == cited[best] && who.Rank < best.Rank {
			best = who
		}
	}
	return best
}

// index finds the actors of rows of findings, and says what they rest on.
func (a *Attribution) index() {
	a.bySign, a.byOrigin = map[string]*Actor{}, map[timeline.Origin]*Actor{}
	for _, who := range a.Actors {
		who.grounds = groundsOf(who.Signs)
		for _, s := range who.Signs {
			if a.bySign[s.ID] == nil {
				a.bySign[s.ID] = who
			}
		}
		for _, row := range who.Rows {
			a.byOrigin[a.t.Origin(row)] = who
		}
	}
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
	why := fmt.Sprintf("%s (%s, %s points): %s", a.ID, a.Band, plain(a.Score), a.Grounds())
	if basis == "" {
		return why
	}
	return why + "; attributed by " + basis
}

// AttributionNotes say what limits the attribution of acts in this run.
func AttributionNotes(p *analysis.Pass) []string {
	var notes []string
	if signs := analysis.Signs.Of(p); len(signs.Missing) == len(signs.Analyzers) {
		notes = append(notes, "no analysis that gives signs had input: no actor is known and no act is attributed")
	}
	if n := Actors.Of(p).ambiguous; n > 0 {
		notes = append(notes, cite.Counted(n, "act")+" could be the owner's or an actor's, since logons of that client came from several addresses around them: not attributed")
	}
	return notes
}
