package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// An answer is what is said to a question while it is made.
type answer struct {
	claims []Claim
	sure   analysis.Confidence
	needs  []string
	needed map[string]bool
}

// say adds a sentence and what it rests on.
func (a *answer) say(sure analysis.Confidence, on Basis, format string, args ...any) {
	a.claims = append(a.claims, Claim{fmt.Sprintf(format, args...), on})
	a.sure = max(a.sure, sure)
}

// need adds what would answer the question, once.
func (a *answer) need(text string) {
	if a.needed == nil {
		a.needed = map[string]bool{}
	}
	if !a.needed[text] {
		a.needed[text] = true
		a.needs = append(a.needs, text)
	}
}

// What is needed is told by sentences with these words in them.
const (
	snapshotNow = "a snapshot taken now: "
	couldNot    = " could not look: "
)

// answers are the questions to which more is said than what analyses found, by
// their numbers.
var answers = map[int]func(*subject, *answer){
	1: (*subject).compromised, 2: (*subject).when, 3: (*subject).entered, 4: (*subject).factors, 5: (*subject).means, 6: (*subject).others,
	7: (*subject).messages, 10: (*subject).payments, 11: (*subject).warned, 12: (*subject).left, 14: (*subject).contained, 16: (*subject).uncovered, 17: (*subject).noticed,
	18: (*subject).concerned, 19: (*subject).insured, 20: (*subject).innocent, 21: (*subject).next, 22: (*subject).repeated,
}

// answer answers one question.
func (s *subject) answer(q *questionRow) Question {
	var a answer
	if say := answers[q.number]; say != nil {
		say(s, &a)
	}
	looked, missed := s.look(q, &a)
	for _, r := range s.requests {
		if slices.Contains(q.exports, r.Export) {
			a.need(r.needed())
		}
	}
	for _, kinds := range q.state {
		if kind, _, _ := strings.Cut(kinds, "|"); !s.snapshot(kinds) {
			a.need(snapshotNow + kind)
		}
	}
	s.limits(q, &a)
	a.needs = append(a.needs, missed...)
	out := Question{Number: q.number, Account: s.account, Text: q.text, State: Answered, Confidence: a.sure.String(), Needs: a.needs}
	nobody := len(s.actors) == 0 && len(q.exports) > 0 // it asks about actors, and nobody is one
	switch {
	case len(a.claims) == 0 && (len(a.needs) > 0 || nobody || len(looked) == 0):
		out.State, out.Confidence = Open, ""
	case len(a.needs) > 0 || nobody:
		out.State = Partly
	}
	absent := func(text string) { a.claims = []Claim{{text, s.absence(q, looked)}} }
	switch {
	case len(a.claims) > 0:
	case len(s.actors) == 0:
		absent(noActor)
	case out.State == Open && len(a.needs) > 0:
		absent("Open: needs " + strings.Join(a.needs, "; ") + ".")
	case out.State == Open:
		absent("Open: nothing in the evidence read tells.")
	default:
		out.Confidence = analysis.Likely.String()
		absent(fmt.Sprintf("Nothing in the records read, which cover the time of the acts, meets the criteria of %s.", list(looked)))
	}
	whole := claim(a.claims...)
	out.Answer, out.Claims = whole.Text, a.claims
	for i := range out.Claims {
		if c := &out.Claims[i]; len(c.Rows) > 0 {
			c.Origins = nil // the rows lead to them
		}
	}
	slices.SortFunc(whole.Origins, timeline.Origin.Compare)
	out.Origins = slices.Compact(whole.Origins)
	return out
}

// noActor is the answer to a question about actors where nobody is one.
const noActor = "Open: no actor is in band act or review in the evidence read, which is no statement about what it does not hold."

// absence is what a sentence rests on that says of nothing that it is there:
// what coverage says of the exports that would tell, and how the analyses ended
// that looked.
func (s *subject) absence(q *questionRow, looked []string) Basis {
	var b Basis
	if r, rows := s.coverage(); r != nil {
		source := column(r, "Source")
		for _, name := range q.exports {
			if slices.ContainsFunc(rows, func(row *analysis.Row) bool { return row.Cells[source].String() == name }) {
				b.Counted = append(b.Counted, filter(coverageName, "Source", name))
			}
		}
	}
	if len(b.Counted) == 0 {
		b = counted(coverageName)
	}
	for _, name := range looked {
		b.Counted = append(b.Counted, filter(methodologyName, "Analysis", name))
	}
	return b
}

// look says what the analyses of a question found, and gives the names of those
// that looked, and what kept others from looking.
func (s *subject) look(q *questionRow, a *answer) (looked, missed []string) {
	for _, name := range q.analyses {
		r, rows := s.about(name)
		switch {
		case r == nil:
			missed = append(missed, name+" was not run")
		case r.Finding == nil:
			missed = append(missed, name+couldNot+r.Reason)
		default:
			looked = append(looked, name)
			if len(rows) > 0 {
				sayFound(r, rows, a)
			}
		}
	}
	return looked, missed
}

// mostValues is how many values a sentence names; the sheet of the analysis has
// all.
const mostValues = 5

// sayFound says in a sentence what rows of an analysis show.
func sayFound(r *analysis.Result, rows []*analysis.Row, a *answer) {
	worst, sure := analysis.Info, analysis.Unsure
	var origins []timeline.Origin
	var first, last time.Time
	var named []string
	column := slices.IndexFunc(r.Analyzer.Columns, func(c analysis.Column) bool {
		return c.Kind == analysis.Text && slices.Contains(r.Analyzer.Key, c.Name)
	})
	for _, row := range rows {
		worst, sure = max(worst, row.Severity), max(sure, row.Confidence)
		origins = append(origins, row.Origins...)
		if !row.First.IsZero() && (first.IsZero() || row.First.Before(first)) {
			first = row.First
		}
		if row.Last.After(last) {
			last = row.Last
		}
		if column >= 0 {
			if value := row.Cells[column].String(); value != "" && !slices.Contains(named, value) {
				named = append(named, value)
			}
		}
	}
	text := fmt.Sprintf("%s (%s): %s, the gravest %s%s", r.Analyzer.Title, r.Analyzer.Name, plural(len(rows), "suspicious row"), worst, between(first, last))
	if len(named) > 0 {
		text += ": " + someOf(named)
	}
	a.say(sure, Basis{Rows: rows, Origins: origins}, "%s.", text)
}

// someOf names the first of some values and counts the others.
func someOf(values []string) string {
	if n := len(values) - mostValues; n > 0 {
		return strings.Join(values[:mostValues], "; ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(values, "; ")
}

// between writes a span of time.
func between(first, last time.Time) string {
	switch {
	case first.IsZero():
		return ""
	case first.Equal(last):
		return ", at " + cite.Stamp(first)
	}
	return ", from " + cite.Stamp(first) + " to " + cite.Stamp(last)
}

// snapshot reports whether the evidence has rows of state of one of some kinds,
// with bars between them.
func (s *subject) snapshot(kinds string) bool {
	return slices.ContainsFunc(s.c.Timeline.Context(), func(c timeline.Context) bool {
		kind, _, _ := strings.Cut(c.Kind, " (")
		return slices.Contains(strings.Split(kinds, "|"), kind)
	})
}

// limits adds what coverage says of the time of the acts and of the exports
// that a question turns on: gaps, cut exports and throttled records.
func (s *subject) limits(q *questionRow, a *answer) {
	r, rows := s.coverage()
	if r == nil {
		return
	}
	kind, source, note := column(r, "Kind"), column(r, "Source"), column(r, "Note")
	for _, row := range rows {
		if slices.Contains([]string{"gap", "cut", "throttled"}, row.Cells[kind].String()) && slices.Contains(q.exports, row.Cells[source].String()) {
			a.need(fmt.Sprintf("%s, %s: %s", row.Cells[source], row.Cells[kind], row.Cells[note]))
		}
	}
}

// coverage are the rows of coverage about the subject's time and mailbox, or of
// no time and mailbox.
func (s *subject) coverage() (*analysis.Result, []*analysis.Row) {
	for _, r := range s.c.Results {
		if r.Analyzer.Name != coverage || r.Finding == nil {
			continue
		}
		var rows []*analysis.Row
		for i := range r.Finding.Rows {
			row := &r.Finding.Rows[i]
			outside := !row.First.IsZero() && !s.first.IsZero() && (row.First.After(s.last) || row.Last.Before(s.first))
			other := row.Mailbox != "" && s.account != "" && !strings.EqualFold(row.Mailbox, s.account)
			if !outside && !other {
				rows = append(rows, row)
			}
		}
		return r, rows
	}
	return nil, nil
}

// column is the place of a column of an analysis. Columns of the suite are
// known by name.
func column(r *analysis.Result, name string) int {
	return slices.IndexFunc(r.Analyzer.Columns, func(c analysis.Column) bool { return c.Name == name })
}
