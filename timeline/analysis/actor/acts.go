package actor

import (
	"slices"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A Phase is what an act is for in the course of a compromise.
type Phase string

// Phases.
const (
	Access         Phase = "access"
	Reconnaissance Phase = "reconnaissance"
	Collection     Phase = "collection"
	Persistence    Phase = "persistence"
	Fraud          Phase = "fraud"
	CoverUp        Phase = "cover-up"
)

// Phases are all phases, in the order of a course.
var Phases = [...]Phase{Access, Reconnaissance, Collection, Persistence, Fraud, CoverUp}

// An Act is one thing that an actor did, whatever number of records tell of it.
type Act struct {
	At      time.Time // of the earliest of its witnesses
	Phase   Phase
	Text    string
	User    string
	Mailbox string
	Message string // internet message id; empty if it is not about one
	Rows    []int  // all witnesses, in the order of the timeline
	Failed  bool
}

// Acts are what each actor did, by the actor's place in Attribution.Actors and
// in time order, each act once.
var Acts = &analysis.Fact[[][]Act]{
	Name:  "acts",
	Needs: []analysis.Need{analysis.Operations, analysis.Signs, Actors},
	Make: func(p *analysis.Pass) [][]Act {
		all := make([][]Act, len(Actors.Of(p).Actors))
		for i, who := range Actors.Of(p).Actors {
			all[i] = actsOf(p, who)
		}
		return all
	},
}

func actsOf(p *analysis.Pass, who *Actor) []Act {
	t := p.Timeline
	var acts []Act
	for _, row := range who.Rows {
		if first := t.SameAs(row); first != row {
			if _, held := slices.BinarySearch(who.Rows, first); held {
				continue
			}
		}
		told := t.Act(row)
		acts = append(acts, Act{
			At: t.Time(told.Rows[0]), Phase: phaseOf(p, told.Rows), Text: t.Line(row),
			User: t.Text(timeline.ColUser, row), Mailbox: t.Text(timeline.ColMailbox, row), Message: t.Text(timeline.ColMessageID, row),
			Rows: told.Rows, Failed: told.Outcome == timeline.Failure,
		})
	}
	slices.SortStableFunc(acts, func(a, b Act) int { return a.At.Compare(b.At) })
	return acts
}

// phaseOf is the phase of an act: by the signs that rest on it if they say more
// than from where it was done, else by the class of its operation.
func phaseOf(p *analysis.Pass, rows []int) Phase {
	t, signs, classes := p.Timeline, analysis.Signs.Of(p), analysis.Operations.Of(p)
	for _, row := range rows {
		for _, s := range signs.At(t.Origin(row)) {
			switch signs.All[s].Analyzer.Family {
			case "persist":
				return Persistence
			case "hide", "blind":
				return CoverUp
			case "fraud":
				return Fraud
			case "collect":
				return Collection
			}
		}
	}
	switch classes[t.Code(timeline.ColOperation, rows[0])] {
	case analysis.ClassSend, analysis.ClassDraft, analysis.ClassShare:
		return Fraud
	case analysis.ClassDelete, analysis.ClassMove:
		return CoverUp
	case analysis.ClassSearch:
		return Reconnaissance
	case analysis.ClassRule, analysis.ClassConsent, analysis.ClassApplication:
		return Persistence
	case analysis.ClassAccess, analysis.ClassRead, analysis.ClassOpen, analysis.ClassDownload, analysis.ClassExfil:
		return Collection
	}
	return Access
}
