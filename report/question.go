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
	Claims     []Claim // the sentences of the answer
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
func Questions(c *Case) []Question { return c.inquiry().questions }

// Requests are what is to be asked for, by account in the order of Questions.
func Requests(c *Case) []Request { return c.inquiry().subjects[0].requests }

// A subject is what questions are about: the case, or an account.
type subject struct {
	*inquiry
	account     string // empty for the case
	actors      []*actor.Actor
	places      []int       // of actors in the attribution
	acts        []actor.Act // of them under the account, in time order
	first, last time.Time   // of the acts that did not fail, else of all
	requests    []Request
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

// take adds an actor with its acts.
func (s *subject) take(who *actor.Actor, place int, acts []actor.Act) {
	s.actors, s.places = append(s.actors, who), append(s.places, place)
	s.acts = append(s.acts, acts...)
}

// settle puts the acts in order and learns when they were.
func (s *subject) settle() {
	slices.SortStableFunc(s.acts, func(a, b actor.Act) int { return a.At.Compare(b.At) })
	all := !slices.ContainsFunc(s.acts, func(a actor.Act) bool { return !a.Failed })
	for _, a := range s.acts {
		if !a.At.IsZero() && (all || !a.Failed) {
			if s.first.IsZero() {
				s.first = a.At
			}
			s.last = a.At
		}
	}
}

type questionDoc struct {
	Number     int        `json:"number"`
	Account    string     `json:"account"`
	Question   string     `json:"question"`
	Answer     string     `json:"answer"`
	State      string     `json:"state"`
	Confidence string     `json:"confidence"`
	Needs      []string   `json:"needs"`
	Origins    []string   `json:"origins"`
	Claims     []claimDoc `json:"claims"`
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
		d.value(questionDoc{q.Number, q.Account, q.Text, q.Answer, string(q.State), q.Confidence, some(q.Needs), originTexts(q.Origins), claimDocs(q.Claims)})
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
