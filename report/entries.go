package report

import (
	"cmp"
	"maps"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// A register is the rows of all findings in their order, the suspicious ones
// numbered, and the events that they cite: the same in every output, and made
// once for all of them.
type register struct {
	entries []entry               // in the order of the findings register
	numbers map[*analysis.Row]int // of their entries, from 1
	ordered map[*analysis.Result][]*analysis.Row
	byID    map[string]foundRow

	cited []int                   // rows of the timeline that findings cite, in its order
	rows  map[timeline.Origin]int // the same by origin
	whole bool                    // the Timeline sheet holds the whole timeline, not these alone
}

// An entry is one suspicious row as the findings register has it.
type entry struct {
	result *analysis.Result
	row    *analysis.Row
	actor  *actor.Actor // nil if it is no known actor's
	place  int          // on the sheet of its analysis, from 1
}

// A foundRow is a row and the analysis that found it.
type foundRow struct {
	row    *analysis.Row
	result *analysis.Result
}

// registered is the register of the case.
func (c *Case) registered() *register {
	c.registering.Do(func() { c.register = newRegister(c) })
	return c.register
}

func newRegister(c *Case) *register {
	g := &register{
		numbers: map[*analysis.Row]int{}, ordered: map[*analysis.Result][]*analysis.Row{}, byID: map[string]foundRow{},
		rows: map[timeline.Origin]int{}, whole: c.Timeline.Len() <= c.Settings.TimelineRows,
	}
	for _, r := range c.Results {
		if r.Finding != nil {
			g.add(r, actor.Actors.From(c.Conclusion))
		}
	}
	slices.SortStableFunc(g.entries, inOrder)
	for i := range g.entries {
		g.numbers[g.entries[i].row] = i + 1
	}
	g.find(c)
	return g
}

// find finds the events that findings cite.
func (g *register) find(c *Case) {
	const absent = -1 // a record that is no event
	for _, rows := range g.ordered {
		for _, row := range rows {
			for _, o := range row.Origins {
				g.rows[o] = absent
			}
		}
	}
	for row := range c.Timeline.Len() {
		o := c.Timeline.Origin(row)
		if _, ok := g.rows[o]; ok {
			g.rows[o], g.cited = row, append(g.cited, row)
		}
	}
	maps.DeleteFunc(g.rows, func(_ timeline.Origin, row int) bool { return row == absent })
}

// onTimeline is the place of an event on the Timeline sheet, from 1; 0 if it is
// not there.
func (g *register) onTimeline(row int) int {
	if g.whole {
		return row + 1
	}
	if i, ok := slices.BinarySearch(g.cited, row); ok {
		return i + 1
	}
	return 0
}

// add takes the rows of an analysis: those that are suspicious first, in their
// order; what only informs stays as it is.
func (g *register) add(r *analysis.Result, actors *actor.Attribution) {
	var entries []entry
	var rest []*analysis.Row
	for i := range r.Finding.Rows {
		row := &r.Finding.Rows[i]
		g.byID[row.ID] = foundRow{row, r}
		if row.Suspicious() {
			entries = append(entries, entry{result: r, row: row, actor: actors.ActorOf(row)})
		} else {
			rest = append(rest, row)
		}
	}
	slices.SortStableFunc(entries, inOrder)
	rows := make([]*analysis.Row, 0, len(r.Finding.Rows))
	for i := range entries {
		entries[i].place = i + 1
		rows = append(rows, entries[i].row)
	}
	g.ordered[r] = append(rows, rest...)
	g.entries = append(g.entries, entries...)
}

// inOrder is the order of suspicious rows on every sheet: by actor, severity,
// user and time.
func inOrder(a, b entry) int {
	return cmp.Or(cmp.Compare(rankOf(a.actor), rankOf(b.actor)), cmp.Compare(b.row.Severity, a.row.Severity), cmp.Compare(a.row.User, b.row.User), a.row.First.Compare(b.row.First))
}

// rankOf puts what is nobody's last.
func rankOf(who *actor.Actor) int {
	if who == nil {
		return 1 << 30
	}
	return who.Rank
}
