package report

import (
	"slices"
	"strings"
)

// questionsSheet answers what a report must answer, for the case and for each
// account.
func questionsSheet(x *index) Sheet {
	s := Sheet{Name: questionsName, Title: "Questions", Tab: "0072B2", Intro: []string{
		"What an examiner, counsel, an insurer and a regulator ask. An answer is what the evidence shows; an open question names what would answer it. “No” is never said where the evidence can't show it. An account has an answer of its own where it differs from the answer for the case. The sheet To ask for has the accounts and the days of the exports that are needed.",
	}}
	s.Intro = append(s.Intro, failureLines(x.c)...)
	s.Columns = []Column{
		{Name: "Number", Doc: "Number of the question."},
		{Name: "Question", Doc: "The question; it begins with the account if it is about one.", Width: 36, Wrap: true, Fixed: true},
		{Name: "State", Doc: "answered, partly or open."},
		{Name: "Confidence", Doc: "How sure the evidence makes the answer."},
		{Name: "Answer", Doc: "What the evidence shows; after each sentence, in brackets, what it rests on: actors, suspicious rows by their number in the findings register, rows of a sheet that have these texts, or records.", Width: 100, Wrap: true, Fixed: true},
		{Name: "Needs", Doc: "What would answer it, or more of it.", Width: 70, Wrap: true, Fixed: true},
		recordColumns[0],
		{Name: "Account", Doc: "The account that it is about; empty if it is the case.", Screen: true},
	}
	exportOf := exportsNeeded(Requests(x.c))
	ofCase := map[int][2]string{} // answer and needs, by question
	var rows [][]Cell
	for _, q := range Questions(x.c) {
		short, said := shownAnswer(strings.Join(shortNeeds(q.Needs, exportOf), "; ")), q.Claims
		if q.State == Open && short != "" {
			said = instead("Open: see what it needs.", said)
		}
		words := claim(said...).Text
		if same := ofCase[q.Number]; q.Account == "" {
			ofCase[q.Number] = [2]string{words, short}
		} else if same[0] == words {
			if same[1] == short {
				continue
			}
			said = instead("As for the case.", said)
		}
		answer := shownAnswer(x.toldAll(said))
		asked := q.Text
		if q.Account != "" {
			asked = q.Account + ": " + asked
		}
		rows = append(rows, []Cell{
			count(q.Number), text(asked), text(string(q.State)), text(q.Confidence), text(answer), text(short), x.recordCell(q.Origins), text(q.Account),
		})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	withoutEmpty(&s)
	return s
}

// shortNeeds names what is needed without what other sheets say of it: exports
// without accounts and days, and what has the same reason together. exportOf
// are the names of exports as exportsNeeded gives them.
func shortNeeds(needs []string, exportOf map[string]string) []string {
	var exports, snapshots, others []string
	analyses := map[string][]string{} // by why they could not look
	for _, need := range needs {
		if name, ok := exportOf[need]; ok {
			exports = append(exports, name)
		} else if kind, ok := strings.CutPrefix(need, snapshotNow); ok {
			snapshots = append(snapshots, kind)
		} else if name, reason, ok := strings.Cut(need, couldNot); !ok {
			others = append(others, need)
		} else {
			if analyses[reason] == nil {
				others = append(others, couldNot+reason)
			}
			analyses[reason] = append(analyses[reason], name)
		}
	}
	for i, other := range others {
		if reason, ok := strings.CutPrefix(other, couldNot); ok {
			others[i] = list(analyses[reason]) + other
		}
	}
	if len(snapshots) > 0 {
		others = append([]string{"snapshots taken now: " + list(snapshots)}, others...)
	}
	if len(exports) > 0 {
		slices.Sort(exports)
		others = append([]string{"exports: " + list(slices.Compact(exports))}, others...)
	}
	return others
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
