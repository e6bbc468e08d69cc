package mail

import (
	"cmp"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A Holding is what one source holds of one mailbox.
type Holding struct {
	Source string
	Col    timeline.Col // ColMailbox, or ColUser for logons, which are of no mailbox
	Who    uint32       // folded code of it, 0 for records of none
	Days   []int32      // with a record, rising
	Has    map[int]bool // expected records, by their place in the table
}

// Name is the mailbox's or the user's, as first written.
func (r *Holding) Name(t *timeline.Timeline) string { return t.Value(r.Col, r.Who) }

// Owned reports whether the records are of a mailbox.
func (r *Holding) Owned() bool { return r.Col == timeline.ColMailbox && r.Who != 0 }

// A Survey is what the events tell of what the exports hold.
type Survey struct {
	Holdings           []*Holding          // by source and name
	Spans              map[string][2]int32 // first and last day of each source
	Untimed, Conflicts map[uint32]int      // by evidence
}

// Holdings survey what each source holds of each mailbox, in one pass over the
// events.
var Holdings = &analysis.Fact[*Survey]{
	Name:  "holdings",
	Needs: []analysis.Need{analysis.Operations},
	Make:  surveyHoldings,
}

func surveyHoldings(p *analysis.Pass) *Survey {
	t := p.Timeline
	c := &Survey{Spans: map[string][2]int32{}, Untimed: map[uint32]int{}, Conflicts: map[uint32]int{}}
	expected := make([]int, t.Cardinality(timeline.ColOperation))
	i := 0
	for row := range p.Reference.Table(reference.ExpectedRecords).Rows() {
		i++
		if code, ok := t.Find(timeline.ColOperation, row.Get("operation")); ok && code != 0 {
			expected[code] = i
		}
	}
	type key struct {
		source string
		col    timeline.Col
		who    uint32
	}
	classes := analysis.Operations.Of(p)
	index := map[key]*Holding{}
	var last *Holding
	for row := range t.Len() {
		s := t.Source(row)
		k := key{s.Source, timeline.ColMailbox, t.Folded(timeline.ColMailbox, row)}
		if k.who == 0 && classes[t.Code(timeline.ColOperation, row)] == analysis.ClassLogon {
			k.col, k.who = timeline.ColUser, t.Folded(timeline.ColUser, row)
		}
		if last == nil || last.Source != k.source || last.Col != k.col || last.Who != k.who {
			if last = index[k]; last == nil {
				last = &Holding{Source: k.source, Col: k.col, Who: k.who, Has: map[int]bool{}}
				index[k] = last
				c.Holdings = append(c.Holdings, last)
			}
		}
		if n, ok := t.Nanos(row); !ok {
			c.Untimed[s.Evidence]++
		} else if day := timeline.Day(n); len(last.Days) == 0 || last.Days[len(last.Days)-1] != day {
			last.Days = append(last.Days, day)
		}
		if t.Has(row, timeline.IDConflict) {
			c.Conflicts[s.Evidence]++
		}
		if e := expected[t.Code(timeline.ColOperation, row)]; e != 0 {
			last.Has[e] = true
		}
	}
	for _, r := range c.Holdings {
		if len(r.Days) == 0 {
			continue
		}
		span, ok := c.Spans[r.Source]
		if !ok {
			span = [2]int32{r.Days[0], r.Days[0]}
		}
		c.Spans[r.Source] = [2]int32{min(span[0], r.Days[0]), max(span[1], r.Days[len(r.Days)-1])}
	}
	slices.SortStableFunc(c.Holdings, func(a, b *Holding) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Name(t), b.Name(t)), cmp.Compare(a.Col, b.Col))
	})
	return c
}
