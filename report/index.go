package report

import (
	"cmp"
	"fmt"
	"slices"

	"becforensics/ingest"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// An index knows where things stand in a book, so that its sheets can name and
// link each other.
type index struct {
	*register
	c       *Case
	actors  []*actor.Actor
	acts    [][]actor.Act // by the place of their actor
	by      *actor.Attribution
	suspect map[*actor.Actor]bool // those worth a review

	stands   map[string]bool      // sheets of the book, once they are laid out
	inActors map[*actor.Actor]int // rows of the Actors sheet, from 1

	subjects map[*actor.Actor]*subject // of the suspects; made on demand
}

// subject is an actor worth a review as questions see it.
func (x *index) subject(who *actor.Actor) *subject {
	if x.subjects == nil {
		x.subjects = map[*actor.Actor]*subject{}
		for _, s := range actorSubjects(x.c) {
			x.subjects[s.actors[0]] = s
		}
	}
	return x.subjects[who]
}

func newIndex(c *Case) *index {
	x := &index{
		register: c.registered(), c: c, by: actor.Actors.From(c.Conclusion), acts: actor.Acts.From(c.Conclusion),
		suspect: map[*actor.Actor]bool{}, stands: map[string]bool{}, inActors: map[*actor.Actor]int{},
	}
	x.actors = x.by.Actors
	for _, who := range x.suspects() {
		x.suspect[who] = true
	}
	return x
}

// byActor orders what actors did by their rank, and leaves it as it is within.
func byActor[T any](list []T, who func(T) *actor.Actor) []T {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(rankOf(who(a)), rankOf(who(b))) })
	return list
}

// actorColumn is the first column of every sheet that tells whose a row is.
var actorColumn = Column{Name: "Actor rank", Doc: "Place of the actor on the sheet Actors, and its band; empty if the row is no known actor's."}

// whoCell names an actor by rank and band, linked to the sheet of actors.
func (x *index) whoCell(who *actor.Actor) Cell {
	if who == nil {
		return text("")
	}
	return Cell{Kind: Link, Text: fmt.Sprintf("%d %s", who.Rank, who.Band), Sheet: actorsName, Row: x.inActors[who]}
}

// linkOnce is rows in which a column links only where it differs from the row
// before: of several links to one place, one is enough.
func linkOnce(rows RowSeq, column int) RowSeq {
	return func(yield func([]Cell) bool) {
		var before Cell
		rows(func(cells []Cell) bool {
			c := cells[column]
			if c.Kind == Link && before.Kind == Link && c.Text == before.Text && c.Sheet == before.Sheet && c.Row == before.Row {
				cells[column] = text(c.Text)
			}
			before = c
			return yield(cells)
		})
	}
}

// rowCell names a suspicious row by its number in the register, linked to the
// row on the sheet of its analysis.
func (x *index) rowCell(row *analysis.Row) Cell {
	n := x.numbers[row]
	if n == 0 {
		return text("")
	}
	e := &x.entries[n-1]
	return Cell{Kind: Link, Text: RowLabel(n), Sheet: sheetOf(e.result.Analyzer), Row: e.place}
}

// RowLabel is a suspicious row's number in this report.
func RowLabel(n int) string { return "F" + number(n) }

// mostLinked bounds the text of a link, which some programs do not wrap.
const mostLinked = 3

// labels lists numbers, linked to the first in the register.
func labels(numbers []int) Cell {
	if len(numbers) == 0 {
		return text("")
	}
	var words []string
	for _, n := range numbers[:min(len(numbers), mostLinked)] {
		words = append(words, RowLabel(n))
	}
	cell := Cell{Kind: Link, Text: list(words), Sheet: registerName, Row: numbers[0], Numbers: numbers}
	if more := len(numbers) - mostLinked; more > 0 {
		cell.Text += fmt.Sprintf(" +%d", more)
	}
	return cell
}

// mostListed bounds a list in a cell; the findings as data have all.
const mostListed = 12

func shortList(items []string) string { return first(items, mostListed) }

// recordColumns cite what a row rests on: the first record linked to its place,
// then all of them.
var recordColumns = []Column{
	{Name: "Record", Doc: "Evidence id and number of the first record that the row rests on, linked to its event, or to its file where the Timeline sheet does not hold it.", Fixed: true},
	{Name: "All records", Doc: "Evidence id and record numbers of all of them, if there are more: E001:1204.", Width: 50, Fixed: true},
}

// recordCells cite records.
func (x *index) recordCells(cited []timeline.Origin) []Cell {
	return []Cell{x.recordCell(cited), allRecords(cited)}
}

// allRecords cites records if there are more than one.
func allRecords(cited []timeline.Origin) Cell {
	if len(cited) < 2 {
		return text("")
	}
	return citing(cited...)
}

// recordCell names the first of the cited records, linked to where it stands:
// its event on the Timeline sheet, else its file on the Evidence sheet.
func (x *index) recordCell(cited []timeline.Origin) Cell {
	if len(cited) == 0 {
		return text("")
	}
	cell := Cell{Kind: Link, Text: cited[0].String(), Origins: cited}
	if row, ok := x.rows[cited[0]]; ok {
		cell.Sheet, cell.Row = timelineName, x.onTimeline(row)
	}
	if cell.Row == 0 {
		of := func(f ingest.File) bool { return f.Evidence == cited[0].Evidence }
		cell.Sheet, cell.Row = evidenceName, slices.IndexFunc(x.c.Files, of)+1
	}
	return cell
}

// originsAt are the origins of rows of the timeline.
func (x *index) originsAt(rows []int) []timeline.Origin {
	list := make([]timeline.Origin, len(rows))
	for i, row := range rows {
		list[i] = x.c.Timeline.Origin(row)
	}
	return list
}

// suspects are the actors worth a review, by rank.
func (x *index) suspects() []*actor.Actor {
	var list []*actor.Actor
	for _, who := range x.actors {
		if who.Band != actor.BandListed && !benign(x.c, who) {
			list = append(list, who)
		}
	}
	return list
}

// benign reports whether the examiner held an actor for benign.
func benign(c *Case, who *actor.Actor) bool {
	r := c.Settings.Reviewed(who.ID)
	return r != nil && r.State == analysis.Benign
}

// actsOf are the acts of an actor, in time order.
func (x *index) actsOf(who *actor.Actor) []actor.Act { return x.acts[slices.Index(x.actors, who)] }
