package report

import (
	"fmt"
	"strings"
	"time"
)

// questions answers what a report must answer of the case.
func (m *pageMaker) questions(all []Question) {
	ofCase := all[:len(questionRows())]
	told, open := openTogether(ofCase)
	s := m.questionTableOf(told)
	s.Title = "Questions"
	s.Intro = []string{
		"What an examiner, counsel, an insurer and a regulator ask, of the case as a whole. An answer is what the evidence shows; an open question names what would answer it. “No” is never said where the evidence can't show it.",
	}
	section := m.add("questions", s, "")
	section.Cards = true
	if open != "" {
		section.claims = []Claim{{open, counted(coverageName)}}
	}
	if requests := Requests(m.Case); len(requests) > 0 {
		m.inner("requests", requestTable(requests), "the workbook's sheet "+requestsName)
	}
}

// questionsByAccount answers the same of each account where the answer is another.
func (m *pageMaker) questionsByAccount(all []Question) {
	put := len(questionRows())
	ofCase, own := all[:put], all[put:]
	if len(own) == 0 {
		return
	}
	s := Sheet{Title: "Questions by account", Intro: []string{"The questions of the case, put to each account that an actor worth a review used, the worst first. Answers that are those of the case are not told again."}}
	if more := len(own)/put - m.Stories; more > 0 {
		own = own[:m.Stories*put]
		s.Intro = append(s.Intro, "The workbook's sheet "+questionsName+" has the answers for "+plural(more, "further account")+".")
	}
	m.add("questions-by-account", s, "")
	for n := 1; len(own) > 0; own = own[put:] {
		m.inner(fmt.Sprintf("questions%d", n), m.questionsOf(own[:put], ofCase), "").Cards = true
		n++
	}
}

// requestTable is what to ask for, in days.
func requestTable(requests []Request) Sheet {
	s := Sheet{Title: "To ask for", Intro: []string{"Exports that would answer more, and how long they are kept. Days are of UTC."}}
	s.Columns = []Column{
		{Name: "Account", Doc: "The account that it is about."},
		{Name: "Export", Doc: "What to ask for."},
		{Name: "Days", Doc: "The days of which it is asked for."},
		{Name: "First day expires", Doc: "The day on which its oldest part does, by the shortest term."},
		{Name: "All of it is gone", Doc: "The day from which on nothing of it is left, by the longest term."},
	}
	day := func(t time.Time) Cell {
		if t.IsZero() {
			return text("no term")
		}
		return text(t.Format(time.DateOnly))
	}
	rows := make([][]Cell, len(requests))
	for i := range requests {
		r := &requests[i]
		rows[i] = []Cell{text(r.Account), text(r.Name), text(r.span()), day(r.Expires), day(r.Gone)}
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// openTogether takes out the open questions that have one answer, the lack of an
// actor, with a sentence that names them.
func openTogether(questions []Question) (told []Question, line string) {
	var named []string
	for _, q := range questions {
		if q.State == Open && q.Answer == noActor {
			named = append(named, fmt.Sprintf("%d. %s", q.Number, q.Text))
		} else {
			told = append(told, q)
		}
	}
	if len(named) > 0 {
		line = noActor + " This is the answer to the following questions; the workbook's sheet " + questionsName + " says what would tell more. " + strings.Join(named, " ")
	}
	return told, line
}

// questionsOf are those about an account whose answers are not those of the
// case.
func (m *pageMaker) questionsOf(own, ofCase []Question) Sheet {
	var other []Question
	var same []string
	for i, q := range own {
		c := &ofCase[i]
		switch needs := strings.Join(q.Needs, "; "); {
		case q.Answer == c.Answer && q.State == c.State && q.Confidence == c.Confidence && needs == strings.Join(c.Needs, "; "):
			same = append(same, number(q.Number))
			continue
		case q.Answer == c.Answer:
			q.Claims = instead("As for the case.", q.Claims)
		}
		other = append(other, q)
	}
	var s Sheet
	if len(other) > 0 {
		s = m.questionTableOf(other)
	}
	s.Title = own[0].Account
	if len(same) > 0 {
		s.Intro = []string{"Answered as for the case: " + list(same) + "."}
	}
	return s
}

// mostNeeds of a question are named: a case of many mailboxes has many gaps.
const mostNeeds = 8

// questionTableOf lays out questions. What an open one needs is its answer.
func (m *pageMaker) questionTableOf(questions []Question) Sheet {
	s := Sheet{Count: len(questions)}
	s.Columns = []Column{
		{Name: "No.", Doc: "Number of the question."},
		{Name: "Question", Doc: "The question."},
		{Name: "State", Doc: "Whether it is answered, partly answered or open, and how sure the evidence makes the answer."},
		{Name: "Answer", Doc: "What the evidence shows.", Wrap: true},
		{Name: "Limits, and what would tell more", Doc: "What would answer it, or more of it.", Wrap: true},
		{Name: "Records", Doc: "What the answer rests on."},
	}
	exportOf := exportsNeeded(Requests(m.Case))
	s.Rows = func(yield func([]Cell) bool) {
		for i := range questions {
			q := &questions[i]
			short := shortNeeds(q.Needs, exportOf)
			state, needs := string(q.State), strings.Join(short[:min(len(short), mostNeeds)], "; ")
			if more := len(short) - mostNeeds; more > 0 {
				needs += fmt.Sprintf("; and %d more in the findings as data", more)
			}
			if q.Confidence != "" {
				state += ", " + q.Confidence + " confidence"
			}
			if q.State == Open {
				needs = ""
			}
			if !yield([]Cell{count(q.Number), text(q.Text), text(state), text(shownAnswer(m.index.toldAll(q.Claims))), text(needs), citing(q.Origins...)}) {
				return
			}
		}
	}
	return s
}
