package report

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// A Question is one of those that a report must answer, with what the evidence
// says to it. An absence is only ever one of what was read: where records of
// the time are missing, the question is open.
type Question struct {
	Number     int
	Account    string // empty if it is about the case
	Text       string
	Answer     string
	State      QuestionState
	Confidence string   // low, medium or high; empty if open
	Needs      []string // what would answer it, or more of it
	Origins    []timeline.Origin
}

// A QuestionState says how far a question is answered.
type QuestionState string

// States of questions.
const (
	Answered QuestionState = "answered"
	Partly   QuestionState = "partly"
	Open     QuestionState = "open"
)

//go:embed questions.csv
var questionTable string

// A questionRow is a row of the table of questions.
type questionRow struct {
	number   int
	text     string
	analyses []string // whose rows answer it
	exports  []string // that would tell
	state    []string // kinds of snapshots that would tell, by how they begin
}

var questionRows = sync.OnceValue(func() []questionRow {
	var list []questionRow
	for _, r := range table("questions", questionTable) {
		n, err := strconv.Atoi(r[0])
		if err != nil {
			panic("questions: " + err.Error())
		}
		list = append(list, questionRow{n, r[1], parts(r[2]), parts(r[3]), parts(r[4])})
	}
	return list
})

func parts(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, ";")
}

// Questions are those of the case, then those of each account that an actor in
// band act or review used, the worst first.
func Questions(c *Case) []Question {
	var all []Question
	for _, s := range subjects(c) {
		for i := range questionRows() {
			all = append(all, s.answer(&questionRows()[i]))
		}
	}
	return all
}

// Requests are what is to be asked for, by account in the order of Questions.
func Requests(c *Case) []Request {
	var all []Request
	for _, s := range subjects(c)[1:] {
		all = append(all, s.requests...)
	}
	return all
}

// A subject is what questions are about: the case, or an account.
type subject struct {
	c           *Case
	account     string // empty for the case
	actors      []*actor.Actor
	places      []int       // of actors in the attribution
	acts        []actor.Act // of them under the account, in time order
	first, last time.Time   // of the acts that did not fail, else of all
	requests    []Request
	records     map[timeline.Origin]bool // of the acts
	found       map[string]*aboutSubject // by analysis
}

// An aboutSubject is what an analysis found about a subject.
type aboutSubject struct {
	result *analysis.Result // nil if it was not asked for
	rows   []*analysis.Row
}

// subjects are the case and the accounts.
func subjects(c *Case) []*subject {
	whole := &subject{c: c}
	list := []*subject{whole}
	byName := map[string]*subject{}
	acts := actor.Acts.From(c.Conclusion)
	for _, who := range suspects(c) {
		place := slices.Index(actor.Actors.From(c.Conclusion).Actors, who)
		whole.take(who, place, acts[place])
		for _, name := range accountsOf(who, acts[place]) {
			key := strings.ToLower(name)
			s := byName[key]
			if s == nil {
				s = &subject{c: c, account: name}
				byName[key] = s
				list = append(list, s)
			}
			s.take(who, place, slices.DeleteFunc(slices.Clone(acts[place]), func(a actor.Act) bool {
				return !strings.EqualFold(a.User, name) && !strings.EqualFold(a.Mailbox, name)
			}))
		}
	}
	var names []string
	for _, s := range list[1:] {
		names = append(names, s.account)
	}
	naming := namings(c.Timeline, names)
	for _, s := range list[1:] {
		s.ask(s.account, naming)
		whole.requests = append(whole.requests, s.requests...)
	}
	return list
}

// ask finds what is to be asked for about an account.
func (s *subject) ask(account string, naming map[string]map[*timeline.Source]bool) {
	deleted := slices.ContainsFunc(s.acts, func(a actor.Act) bool { return a.Phase == actor.CoverUp && !a.Failed })
	s.requests = requestsFor(s.c, account, s.first, s.last, deleted, naming[strings.ToLower(account)])
}

// suspects are the actors in band act or review, the heaviest first, without
// those that the examiner held for benign.
func suspects(c *Case) []*actor.Actor {
	var list []*actor.Actor
	for _, who := range actor.Actors.From(c.Conclusion).Actors {
		if r := c.Settings.Reviewed(who.ID); who.Band != actor.BandListed && (r == nil || r.State != analysis.Benign) {
			list = append(list, who)
		}
	}
	return list
}

// accountsOf are the accounts that an actor used: its own, and those under
// which an act did not fail.
func accountsOf(who *actor.Actor, acts []actor.Act) []string {
	names := []string{who.User}
	for _, a := range acts {
		if !a.Failed && strings.Contains(a.User, "@") && !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, a.User) }) {
			names = append(names, a.User)
		}
	}
	slices.SortFunc(names[1:], strings.Compare)
	return names
}

// take adds an actor with its acts.
func (s *subject) take(who *actor.Actor, place int, acts []actor.Act) {
	s.actors, s.places = append(s.actors, who), append(s.places, place)
	s.acts = append(s.acts, acts...)
	slices.SortStableFunc(s.acts, func(a, b actor.Act) int { return a.At.Compare(b.At) })
	s.first, s.last = time.Time{}, time.Time{}
	all := !slices.ContainsFunc(s.acts, func(a actor.Act) bool { return !a.Failed })
	if s.records == nil {
		s.records = map[timeline.Origin]bool{}
	}
	for _, a := range s.acts {
		for _, row := range a.Rows {
			s.records[s.c.Timeline.Origin(row)] = true
		}
		if !a.At.IsZero() && (all || !a.Failed) {
			if s.first.IsZero() {
				s.first = a.At
			}
			s.last = a.At
		}
	}
}

// about is what an analysis found about the subject.
func (s *subject) about(name string) *aboutSubject {
	if s.found == nil {
		s.found = map[string]*aboutSubject{}
	}
	if s.found[name] == nil {
		s.found[name] = s.search(name)
	}
	return s.found[name]
}

// search finds the suspicious rows of an analysis that are about the subject:
// they name it, or rest on a record of its actors.
func (s *subject) search(name string) *aboutSubject {
	i := slices.IndexFunc(s.c.Results, func(r *analysis.Result) bool { return r.Analyzer.Name == name })
	if i < 0 {
		return &aboutSubject{}
	}
	found := &aboutSubject{result: s.c.Results[i]}
	if found.result.Finding == nil {
		return found
	}
	for i := range found.result.Finding.Rows {
		row := &found.result.Finding.Rows[i]
		if !row.Suspicious() {
			continue
		}
		named := s.account == "" || strings.EqualFold(row.User, s.account) || strings.EqualFold(row.Mailbox, s.account)
		if named || slices.ContainsFunc(row.Origins, func(o timeline.Origin) bool { return s.records[o] }) {
			found.rows = append(found.rows, row)
		}
	}
	return found
}

type questionDoc struct {
	Number     int      `json:"number"`
	Account    string   `json:"account"`
	Question   string   `json:"question"`
	Answer     string   `json:"answer"`
	State      string   `json:"state"`
	Confidence string   `json:"confidence"`
	Needs      []string `json:"needs"`
	Origins    []string `json:"origins"`
}

type requestDoc struct {
	Account string  `json:"account"`
	Export  string  `json:"export"`
	From    *string `json:"from"`
	To      *string `json:"to"`
	Kept    []int   `json:"kept_days"`
	Expires *string `json:"expires"`
	Gone    *string `json:"gone"`
	Text    string  `json:"text"`
}

func writeQuestions(d *jsonWriter, c *Case) {
	questions, requests := Questions(c), Requests(c)
	d.list("questions", len(questions), func(i int) {
		q := &questions[i]
		d.value(questionDoc{q.Number, q.Account, q.Text, q.Answer, string(q.State), q.Confidence, some(q.Needs), originTexts(q.Origins)})
	})
	d.list("requests", len(requests), func(i int) {
		r := &requests[i]
		kept := r.Kept
		if kept == nil {
			kept = []int{}
		}
		d.value(requestDoc{r.Account, r.Export, timeText(r.From), timeText(r.To), kept, timeText(r.Expires), timeText(r.Gone), r.Text})
	})
}
