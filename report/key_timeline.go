package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// What keeps the key timeline readable on paper.
const (
	mostKeyActs = 200
	mostOfRow   = 5 // acts under one row of a finding
)

// A keyAct is one act of the key timeline, whatever number of records tells of
// it: the first of them, and the suspicious rows that rest on it.
type keyAct struct {
	row      int // of the timeline
	severity analysis.Severity
	numbers  []int // of the register
	opening  bool  // the first act of an actor
}

// keyTimeline is the course of events in the acts that suspicious rows rest on.
func keyTimeline(x *index) Sheet {
	s := Sheet{Name: keyName, Title: "Key timeline", Tab: "0072B2", Intro: []string{fmt.Sprintf(
		"The course of events if the suspicious rows are what they look like: the first acts of each actor worth a review, and at most %d acts under each suspicious row. An act stands here once, whatever number of records tells of it.", mostOfRow)}}
	s.Columns = []Column{
		{Name: "Time (UTC)", Doc: "When it happened, by its earliest record.", Width: 17.5},
		actorColumn,
		{Name: "Severity", Doc: "Highest severity of the rows that rest on the act."},
		{Name: "User", Doc: "Under whose account it was done."},
		{Name: "What", Doc: "The act in one line.", Width: 110},
		{Name: "Phase", Doc: "What the act is for in the course of a compromise, if it is an actor's."},
		{Name: "Findings", Doc: "Numbers of the suspicious rows, linked to the register."},
		recordColumns[0],
		{Name: "Witnesses", Doc: "The kinds of exports that tell of the act, with their records, where more than one record does.", Width: 50},
	}
	acts, total := keyActs(x)
	if len(acts) < total {
		s.Intro = append(s.Intro, fmt.Sprintf("Of %s the %d under the weightiest rows are shown.", plural(total, "such act"), len(acts)))
	}
	phases := x.phases()
	t := x.c.Timeline
	rows := make([][]Cell, len(acts))
	for i, a := range acts {
		who, _ := x.by.At(a.row)
		told := t.Act(a.row).Rows
		grade := text("")
		if a.severity > analysis.Info {
			grade = severity(a.severity)
		}
		rows[i] = []Cell{
			moment(t.Time(told[0])), x.whoCell(who), grade, text(t.Text(timeline.ColUser, a.row)), text(t.Line(a.row)), text(string(phases[t.SameAs(a.row)])),
			labels(a.numbers), x.recordCell(x.originsAt(told)), text(x.witnesses(told)),
		}
	}
	s.Rows, s.Count = linkOnce(Rows(rows), 1), len(rows)
	withoutEmpty(&s)
	return s
}

// keyActs chooses the acts, in time order, and counts those that could be.
func keyActs(x *index) (chosen []keyAct, total int) {
	t := x.c.Timeline
	byRow := map[int]*keyAct{}
	at := func(row int) *keyAct {
		first := t.SameAs(row)
		if byRow[first] == nil {
			byRow[first] = &keyAct{row: first}
		}
		return byRow[first]
	}
	for _, who := range x.suspects() {
		if acts := x.actsOf(who); len(acts) > 0 {
			at(acts[0].Rows[0]).opening = true
		}
	}
	for i := range x.entries {
		e := &x.entries[i]
		for _, row := range few(x.actsUnder(e.row)) {
			a := at(row)
			a.severity = max(a.severity, e.row.Severity)
			a.numbers = append(a.numbers, i+1)
		}
	}
	for _, a := range byRow {
		chosen = append(chosen, *a)
	}
	total = len(chosen)
	byTime := func(a, b keyAct) int { return cmp.Compare(a.row, b.row) }
	slices.SortFunc(chosen, byTime)
	if total > mostKeyActs {
		slices.SortStableFunc(chosen, func(a, b keyAct) int {
			if a.opening != b.opening {
				if a.opening {
					return -1
				}
				return 1
			}
			return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(len(b.numbers), len(a.numbers)))
		})
		chosen = chosen[:mostKeyActs]
		slices.SortFunc(chosen, byTime)
	}
	return chosen, total
}

// actsUnder are the acts that a row rests on, by the first of their witnesses
// and in time order.
func (x *index) actsUnder(row *analysis.Row) []int {
	var acts []int
	for _, o := range row.Origins {
		if at, ok := x.rows[o]; ok {
			acts = append(acts, x.c.Timeline.SameAs(at))
		}
	}
	slices.Sort(acts)
	return slices.Compact(acts)
}

// few are the first acts of many and the last one.
func few(acts []int) []int {
	if len(acts) <= mostOfRow {
		return acts
	}
	return append(acts[:mostOfRow-1:mostOfRow-1], acts[len(acts)-1])
}

// phases are those of all acts of actors, by the first witness.
func (x *index) phases() map[int]actor.Phase {
	of := map[int]actor.Phase{}
	for _, acts := range x.acts {
		for _, a := range acts {
			of[x.c.Timeline.SameAs(a.Rows[0])] = a.Phase
		}
	}
	return of
}

// witnesses names the kinds of exports whose records tell of an act, with the
// records of each; nothing if it is one record.
func (x *index) witnesses(rows []int) string {
	if len(rows) < 2 {
		return ""
	}
	of := map[string][]timeline.Origin{}
	var names []string
	for _, row := range rows {
		name := x.c.Timeline.Source(row).Source
		if of[name] == nil {
			names = append(names, name)
		}
		of[name] = append(of[name], x.c.Timeline.Origin(row))
	}
	for i, name := range names {
		names[i] = name + " " + origins(of[name])
	}
	return strings.Join(names, "; ")
}
