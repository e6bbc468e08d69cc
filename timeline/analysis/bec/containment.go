package bec

import (
	"fmt"
	"slices"
	"time"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
)

var containment = &analysis.Analyzer{
	Name:  "containment",
	Title: "Containment",
	Doc:   explain("containment"),
	Columns: []analysis.Column{
		{Name: "Measure", Doc: "what was done to end the access", Kind: analysis.List},
		{Name: "By", Doc: "the account under which it was done", Kind: analysis.Text},
		{Name: "Verdict", Doc: "held, survived, or cannot be told", Kind: analysis.Text},
		{Name: "Survived by", Doc: "how the actor went on", Kind: analysis.Text},
		{Name: "Acts after it", Doc: "acts of the actor in the mailbox that did not fail, the tokens' last minutes included", Kind: analysis.Count},
		{Name: "Last act after it", Doc: "when the last of them was", Kind: analysis.Moment},
		{Name: "Actor", Doc: "whose access it was to end", Kind: analysis.Text},
	},
	Key:        []string{analysis.KeyMailbox, "Actor", "Measure", "By"},
	Needs:      []analysis.Need{analysis.Signs, actor.Actors, actor.Containments},
	Version:    1,
	Techniques: []string{"T1550.001", "T1098.005"},
	References: []string{"Microsoft Learn, continuous access evaluation", "Microsoft Learn, revoke user access in Microsoft Entra ID"},
	Settings:   []string{"thresholds"},
	Acts:       runContainment,
}

// verdictWords say whether a measure held.
var verdictWords = [...]string{
	actor.HoldUnknown: "cannot be told: the records of the actor's acts end before a token given earlier has run out",
	actor.Held:        "held: no act of the actor beyond the life of an earlier token is on record",
	actor.Survived:    "survived: the actor acted after it",
}

func runContainment(p *analysis.Pass) (*analysis.Finding, error) {
	actors := actor.Actors.Of(p).Actors
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	judged, survived := 0, 0
	for i, measures := range actor.Containments.Of(p) {
		if actors[i].Band != actor.BandListed {
			judged++
		}
		for k := range measures {
			if measures[k].Hold == actor.Survived {
				survived++
			}
			f.Rows = append(f.Rows, measureRow(p, actors[i], &measures[k]))
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s against %s; %s.", cite.Counted(len(f.Rows), "measure"), cite.Counted(judged, "suspicious actor"), cite.Plural(survived, "was survived", "were survived"))
	return f, nil
}

// measureRow is the row of a measure: it informs unless the actor acted after
// it.
func measureRow(p *analysis.Pass, who *actor.Actor, m *actor.Containment) analysis.Row {
	t := p.Timeline
	rows := slices.Clone(m.Rows)
	if m.Hold == actor.Survived {
		rows = append(rows, m.After...)
		slices.Sort(rows)
	}
	r := cite.Citing(t, rows)
	r.Severity, r.Confidence = analysis.Info, analysis.Firm
	if m.Hold == actor.Survived {
		r.Severity = actor.Raised(who, analysis.High)
	}
	r.User, r.Mailbox = who.User, m.Mailbox
	var last time.Time
	if len(m.After) > 0 {
		last = t.Time(m.After[len(m.After)-1])
	}
	r.Cells = cite.Cells(m.What, m.By, verdictWords[m.Hold], m.SurvivedBy, len(m.After), last, who.ID)
	return r
}
