package bec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A reach is what one source holds of one mailbox.
type reach struct {
	source string
	col    timeline.Col // ColMailbox, or ColUser for logons, which are of no mailbox
	who    uint32       // folded code of it, 0 for records of none
	days   []int32
	has    map[int]bool // expected records, by their place in the table
}

func (r *reach) name(t *timeline.Timeline) string { return t.Value(r.col, r.who) }

// owned reports whether the records are of a mailbox.
func (r *reach) owned() bool { return r.col == timeline.ColMailbox && r.who != 0 }

// A sight is what coverage learns from the events.
type sight struct {
	reaches            []*reach
	spans              map[string][2]int32 // first and last day of each source
	untimed, conflicts map[uint32]int      // by evidence
}

// seen goes over the events once.
func seen(p *analysis.Pass) *sight {
	t := p.Timeline
	c := &sight{spans: map[string][2]int32{}, untimed: map[uint32]int{}, conflicts: map[uint32]int{}}
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
	classes := operationClasses(p)
	index := map[key]*reach{}
	var last *reach
	for row := range t.Len() {
		s := t.Source(row)
		k := key{s.Source, timeline.ColMailbox, t.Folded(timeline.ColMailbox, row)}
		if k.who == 0 && classes[t.Code(timeline.ColOperation, row)] == classLogon {
			k.col, k.who = timeline.ColUser, t.Folded(timeline.ColUser, row)
		}
		if last == nil || last.source != k.source || last.col != k.col || last.who != k.who {
			if last = index[k]; last == nil {
				last = &reach{source: k.source, col: k.col, who: k.who, has: map[int]bool{}}
				index[k] = last
				c.reaches = append(c.reaches, last)
			}
		}
		if n, ok := t.Nanos(row); !ok {
			c.untimed[s.Evidence]++
		} else if day := timeline.Day(n); len(last.days) == 0 || last.days[len(last.days)-1] != day {
			last.days = append(last.days, day)
		}
		if t.Has(row, timeline.IDConflict) {
			c.conflicts[s.Evidence]++
		}
		if e := expected[t.Code(timeline.ColOperation, row)]; e != 0 {
			last.has[e] = true
		}
	}
	for _, r := range c.reaches {
		if len(r.days) == 0 {
			continue
		}
		span, ok := c.spans[r.source]
		if !ok {
			span = [2]int32{r.days[0], r.days[0]}
		}
		c.spans[r.source] = [2]int32{min(span[0], r.days[0]), max(span[1], r.days[len(r.days)-1])}
	}
	slices.SortStableFunc(c.reaches, func(a, b *reach) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.name(t), b.name(t)), cmp.Compare(a.col, b.col))
	})
	return c
}

const (
	// A run of silent days is told when the mailbox's own weekdays would
	// leave it so by chance once in a hundred.
	gapChance = 0.01
	// Fewer active days tell no pattern.
	gapDays = 10
)

// gaps finds runs of days without records that do not fit the mailbox's own
// pattern of weekdays, between the first and the last day of the whole source.
// The pattern is learned from the days outside of the run.
func (r *reach) gaps(t *timeline.Timeline, first, last int32) []coverageRow {
	if r.who == 0 || len(r.days) < gapDays {
		return nil
	}
	var active, all [7]int
	for i, day := range r.days {
		active[weekday(day)]++
		if i == 0 {
			all[weekday(day)]++
			continue
		}
		// Whole weeks at a time: a span may reach over centuries.
		for d := range all {
			all[d] += int((day - r.days[i-1]) / 7)
		}
		for d := day - (day-r.days[i-1])%7 + 1; d <= day; d++ {
			all[weekday(d)]++
		}
	}
	var list []coverageRow
	for i := range len(r.days) + 1 {
		from, to := first, last
		if i > 0 {
			from = r.days[i-1] + 1
		}
		if i < len(r.days) {
			to = r.days[i] - 1
		}
		if to < from {
			continue
		}
		if expected := silence(active, all, from, to); expected > 0 {
			name := r.name(t)
			list = append(list, coverageRow{
				kind: kindGap, source: r.source, evidence: name, mailbox: name, first: midnight(from), last: midnight(to + 1),
				note: fmt.Sprintf("no record from %s to %s (%s), where about %.0f active days were to be expected by its own weekdays: absence of evidence in these days says nothing of what was done",
					date(from), date(to), counted(int(to-from)+1, "day"), expected),
			})
		}
	}
	return list
}

// silence is how many active days a run was to have; 0 if chance explains
// that it has none.
func silence(active, all [7]int, from, to int32) float64 {
	var in [7]int // days of the run, by weekday
	for d := range in {
		in[d] = int(to-from+1) / 7
	}
	for d := to - (to-from+1)%7 + 1; d <= to; d++ {
		in[weekday(d)]++
	}
	chance, expected := 1.0, 0.0
	for d, n := range in {
		rate := (float64(active[d]) + 0.5) / (float64(max(all[d]-n, active[d])) + 1)
		rate = min(rate, 0.99)
		expected += float64(n) * rate
		for range min(n, 100) {
			chance *= 1 - rate
		}
	}
	if chance > gapChance {
		return 0
	}
	return expected
}

// weekday counts from Thursday, the first day of 1970.
func weekday(day int32) int { return int((day%7 + 7) % 7) }

func midnight(day int32) time.Time { return time.Unix(int64(day)*24*60*60, 0).UTC() }

// retentionSlack is how close to a log's term a span must be to look cut off
// by it.
const retentionSlack = 4 // days

// retentions reports spans that are as long as the log is kept: what is older
// was gone when the export was made.
func retentions(p *analysis.Pass) []coverageRow {
	type ends struct{ first, last int64 }
	spans := map[string]*ends{}
	for _, s := range p.Timeline.Exports() {
		if s.First == 0 && s.Last == 0 {
			continue
		}
		e := spans[s.Source]
		if e == nil {
			spans[s.Source] = &ends{s.First, s.Last}
			continue
		}
		e.first, e.last = min(e.first, s.First), max(e.last, s.Last)
	}
	var list []coverageRow
	for row := range p.Reference.Table(reference.LogRetention).Rows() {
		e := spans[row.Get("export")]
		if e == nil {
			continue
		}
		days := int(timeline.Day(e.last) - timeline.Day(e.first))
		term := row.Int("days")
		if days >= term-retentionSlack && days <= term+retentionSlack {
			list = append(list, coverageRow{
				kind: kindRetention, source: row.Get("export"), first: instant(e.first), last: instant(e.last),
				note: fmt.Sprintf("the records span %d days, and %s: what happened before %s may have been on record and gone when the export was made", days, row.Get("meaning"), timeline.FormatTime(e.first)),
			})
		}
	}
	return list
}

// absences reports exports and records that one expects.
func (c *sight) absences(p *analysis.Pass) []coverageRow {
	if p.Timeline.Len() == 0 {
		return nil
	}
	t := p.Timeline
	exports := map[string]bool{}
	for _, s := range t.Exports() {
		exports[s.Source] = true
	}
	var rows []coverageRow
	i := 0
	for row := range p.Reference.Table(reference.ExpectedRecords).Rows() {
		i++
		export, operation := row.Get("export"), row.Get("operation")
		add := func(evidence, what string) {
			rows = append(rows, coverageRow{kind: kindAbsent, source: export, evidence: evidence, note: what + ": " + row.Get("meaning")})
		}
		switch {
		case operation == "":
			if !exports[export] {
				add("", "no export of this kind in evidence")
			}
		case exports[export]:
			with, without := c.having(t, export, i)
			if with == 0 {
				add("", "no "+operation+" record")
			} else if len(without) > 0 {
				add(list(without), "no "+operation+" record for "+strconv.Itoa(len(without))+" of "+strconv.Itoa(with+len(without))+" mailboxes")
			}
		}
	}
	return rows
}

// having counts the reaches of an export with an expected record and names
// the mailboxes without it.
func (c *sight) having(t *timeline.Timeline, export string, expected int) (with int, without []string) {
	owned := false
	for _, r := range c.reaches {
		if r.source == export && r.has[expected] {
			with++
			owned = owned || r.owned()
		}
	}
	for _, r := range c.reaches {
		if owned && r.source == export && !r.has[expected] && r.owned() {
			without = append(without, r.name(t))
		}
	}
	slices.SortFunc(without, func(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return with, without
}
