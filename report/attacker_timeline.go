package report

import (
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// attackerTimeline has every act of the actors worth a review, by actor.
func attackerTimeline(x *index) Sheet {
	s := Sheet{Name: attackerName, Title: "Attacker timeline", Tab: "0072B2", Intro: []string{
		"What is attributed to each actor worth a review, in time order: an act once, with all its witnesses. What it was attributed by stands on the sheet Actors. An act that was tried and failed is marked.",
	}}
	s.Columns = []Column{
		actorColumn,
		{Name: "Severity", Doc: "Highest severity of the suspicious rows that rest on the act."},
		{Name: "User", Doc: "Under whose account it was done."},
		{Name: "Time (UTC)", Doc: "When it happened, by its earliest record.", Width: 17.5},
		{Name: "Phase", Doc: "What the act is for in the course of a compromise."},
		{Name: "What", Doc: "The act in one line.", Width: 110},
		{Name: "Mailbox", Doc: "Mailbox acted on, if it is not the user's."},
		{Name: "Findings", Doc: "Numbers of the suspicious rows, linked to the register."},
		recordColumns[0],
		{Name: "Witnesses", Doc: "The kinds of exports that tell of the act, with their records, where more than one record does.", Width: 50},
	}
	t := x.c.Timeline
	under := map[int][]int{} // numbers of the register, by act
	for i := range x.entries {
		for _, row := range x.actsUnder(x.entries[i].row) {
			under[row] = append(under[row], i+1)
		}
	}
	cells := func(who *actor.Actor, a *actor.Act) []Cell {
		grade, numbers := text(""), under[t.SameAs(a.Rows[0])]
		worst := analysis.Info
		for _, n := range numbers {
			worst = max(worst, x.entries[n-1].row.Severity)
		}
		if worst > analysis.Info {
			grade = severity(worst)
		}
		phase, mailbox := string(a.Phase), a.Mailbox
		if a.Failed {
			phase += ", failed"
		}
		if strings.EqualFold(mailbox, a.User) {
			mailbox = ""
		}
		return []Cell{
			x.whoCell(who), grade, text(a.User), moment(a.At), text(phase), text(a.Text), text(mailbox),
			labels(numbers), x.recordCell(x.originsAt(a.Rows)), text(x.witnesses(a.Rows)),
		}
	}
	suspects := x.suspects()
	for _, who := range suspects {
		s.Count += len(x.actsOf(who))
	}
	s.Rows = linkOnce(func(yield func([]Cell) bool) {
		for _, who := range suspects {
			acts := x.actsOf(who)
			for i := range acts {
				if !yield(cells(who, &acts[i])) {
					return
				}
			}
		}
	}, 0)
	withoutEmpty(&s)
	printedNote(&s)
	return s
}
