package report

import (
	"fmt"
	"strings"
	"time"

	"becforensics/report/picture"
	"becforensics/timeline"
	"becforensics/timeline/analysis/actor"
)

// outcomes are the words of a picture for what became of a measure.
var outcomes = map[actor.Hold]picture.Verdict{actor.Held: picture.Held, actor.Survived: picture.Survived, actor.HoldUnknown: picture.Unknown}

// wayIn says how an actor got in and for how long it had access, as far as the
// records tell.
func (m *pageMaker) wayIn(i int) []Claim {
	var claims []Claim
	for _, e := range actor.Entries.From(m.Conclusion)[i] {
		claims = append(claims, Claim{fmt.Sprintf("How it got in (%s confidence): %s", e.Confidence, e.Text), Basis{Origins: m.index.originsAt(e.Rows)}})
	}
	if w := actor.Windows.From(m.Conclusion)[i].Text; w != "" {
		claims = append(claims, Claim{w, m.actsOf(i)})
	}
	return claims
}

// mostSteps are the measures that a strip has room for.
const mostSteps = 30

// containment shows the measures against an actor with what came after them.
func (m *pageMaker) containment(i int, who *actor.Actor) {
	measures := actor.Containments.From(m.Conclusion)[i]
	if len(measures) == 0 {
		return
	}
	id := fmt.Sprintf("actor%d-contained", who.Rank)
	p := picture.Strip{ID: id + "-strip", Title: fmt.Sprintf("Containment of actor %d", who.Rank), From: who.First, To: who.Last}
	s := Sheet{Title: fmt.Sprintf("Containment of actor %d, and what came after it", who.Rank)}
	s.Columns = []Column{
		{Name: "At (UTC)", Doc: "Time of its first record."},
		{Name: "Mailbox", Doc: "The mailbox that it protects."},
		{Name: "Measure", Doc: "What was done, under which account.", Wrap: true},
		{Name: "Acts after it", Doc: "Acts of the actor that did not fail."},
		{Name: "Records", Doc: "What it rests on."},
	}
	var rows [][]Cell
	for n, c := range measures {
		if c.At.After(p.To) {
			p.To = c.At
		}
		if c.At.Before(p.From) {
			p.From = c.At
		}
		what := strings.Join(c.What, "; ")
		origins := make([]timeline.Origin, len(c.Rows))
		for k, row := range c.Rows {
			origins[k] = m.Timeline.Origin(row)
		}
		done := what
		if c.By != "" {
			done += ", under the account of " + c.By
		}
		if c.SurvivedBy != "" {
			done += ". It was survived by: " + c.SurvivedBy
		}
		rows = append(rows, []Cell{moment(c.At), text(c.Mailbox), text(done), count(len(c.After)), citing(origins...)})
		if n == mostSteps {
			p.Desc += fmt.Sprintf("%s more not drawn. ", plural(len(measures)-n, "measure"))
		}
		if n >= mostSteps {
			continue
		}
		step := picture.Step{At: c.At, What: what, Verdict: outcomes[c.Hold], Note: c.SurvivedBy}
		for _, row := range c.After {
			step.After = append(step.After, m.Timeline.Time(row))
		}
		p.Steps = append(p.Steps, step)
		p.Desc += fmt.Sprintf("%s, %s: %s after it. ", c.At.UTC().Format(time.DateTime), what, plural(len(c.After), "act"))
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	m.inner(id, s, "the findings as data").Draw = func(func(timeline.Origin) string) string { return p.SVG() }
}
