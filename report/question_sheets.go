package report

import "strings"

// questionsSheet answers what a report must answer, for the case and for each
// account.
func questionsSheet(x *index) Sheet {
	s := Sheet{Name: questionsName, Title: "Questions", Tab: "0072B2", Intro: []string{
		"What an examiner, counsel, an insurer and a regulator ask. An answer is what the evidence shows; an open question names what would answer it. “No” is never said where the evidence can't show it.",
	}}
	s.Intro = append(s.Intro, failureLines(x.c)...)
	s.Columns = []Column{
		{Name: "Number", Doc: "Number of the question."},
		{Name: "Account", Doc: "The account that it is about; empty if it is the case."},
		{Name: "Question", Doc: "The question.", Width: 36, Wrap: true},
		{Name: "State", Doc: "answered, partly or open."},
		{Name: "Confidence", Doc: "How sure the evidence makes the answer."},
		{Name: "Answer", Doc: "What the evidence shows; after each sentence, in brackets, what it rests on: actors, suspicious rows by their number in the findings register, rows of a sheet that have these texts, or records.", Width: 80, Wrap: true},
		{Name: "Needs", Doc: "What would answer it, or more of it.", Width: 56, Wrap: true},
		recordColumns[0],
	}
	var rows [][]Cell
	for _, q := range Questions(x.c) {
		rows = append(rows, []Cell{
			count(q.Number), text(q.Account), text(q.Text), text(string(q.State)), text(q.Confidence), text(shownAnswer(x.toldAll(q.Claims))), text(shownAnswer(strings.Join(q.Needs, "; "))), x.recordCell(q.Origins),
		})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// mostAnswer keeps an answer readable, and a cell within what a sheet can hold.
const mostAnswer = 4000

// shownAnswer is an answer as the sheet shows it.
func shownAnswer(s string) string {
	letters := []rune(s)
	if len(letters) <= mostAnswer {
		return s
	}
	return string(letters[:mostAnswer]) + " … (all of it is in the findings as data)"
}

// requestsSheet says what to ask for, and when it expires.
func requestsSheet(x *index) Sheet {
	s := Sheet{Name: requestsName, Title: "To ask for", Tab: "0072B2", Intro: []string{
		"Exports that would answer more, with the day on which what is asked for begins to expire and the day from which on nothing of it is left.",
	}}
	s.Columns = []Column{
		{Name: "Account", Doc: "The account that it is about."},
		{Name: "Export", Doc: "What to ask for."},
		{Name: "From (UTC)", Doc: "First day of what is asked for.", Width: 17.5},
		{Name: "To (UTC)", Doc: "Last day of it.", Width: 17.5},
		{Name: "Expires (UTC)", Doc: "The day on which its oldest part does, by the shortest term.", Width: 17.5},
		{Name: "Gone (UTC)", Doc: "The day from which on nothing of it is left, by the longest term.", Width: 17.5},
		{Name: "In words", Doc: "The same as a sentence.", Width: 70, Wrap: true},
	}
	var rows [][]Cell
	for _, r := range Requests(x.c) {
		rows = append(rows, []Cell{text(r.Account), text(r.Name), moment(r.From), moment(r.To), moment(r.Expires), moment(r.Gone), text(r.Text)})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}
