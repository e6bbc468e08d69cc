package report

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// An inquiry is all questions of a case with their answers. What is asked of
// each of many accounts is looked up here, where all of them are gone through
// at once.
type inquiry struct {
	c         *Case
	subjects  []*subject // the case, then the accounts
	byAccount map[string]*subject
	bearers   map[timeline.Origin][]*subject // whose acts a record tells of
	touched   map[*actor.Actor][]touch
	signsBy   map[*actor.Actor]map[string][]*analysis.Row // by account in lower case
	found     map[string]map[*subject][]*analysis.Row     // by analysis
	exposed   map[*subject][]*actor.Exposure

	indicatorsOf, paymentsOf, warningsOf map[*subject][]int // by place

	questions []Question
}

// A touch is the first act of an actor under or in an account or mailbox.
type touch struct {
	name   string
	origin timeline.Origin
}

// newInquiry asks all questions.
func newInquiry(c *Case) *inquiry {
	whole := &subject{}
	q := &inquiry{
		c: c, subjects: []*subject{whole}, byAccount: map[string]*subject{}, bearers: map[timeline.Origin][]*subject{},
		touched: map[*actor.Actor][]touch{}, signsBy: map[*actor.Actor]map[string][]*analysis.Row{}, found: map[string]map[*subject][]*analysis.Row{}, exposed: map[*subject][]*actor.Exposure{},
	}
	whole.inquiry = q
	acts := actor.Acts.From(c.Conclusion)
	for _, who := range suspects(c) {
		place := slices.Index(actor.Actors.From(c.Conclusion).Actors, who)
		whole.take(who, place, acts[place])
		q.touched[who] = touches(c.Timeline, acts[place])
		q.signsBy[who] = signsByAccount(who)
		byAccount := byAccount(acts[place])
		for _, name := range accountsOf(who, acts[place]) {
			key := strings.ToLower(name)
			if q.byAccount[key] == nil {
				q.byAccount[key] = &subject{inquiry: q, account: name}
				q.subjects = append(q.subjects, q.byAccount[key])
			}
			q.byAccount[key].take(who, place, byAccount[key])
		}
	}
	for _, s := range q.subjects {
		s.settle()
		for _, a := range s.acts {
			for _, row := range a.Rows {
				o := c.Timeline.Origin(row)
				if list := q.bearers[o]; len(list) == 0 || list[len(list)-1] != s {
					q.bearers[o] = append(list, s)
				}
			}
		}
	}
	q.assign()
	var names []string
	for _, s := range q.subjects[1:] {
		names = append(names, s.account)
	}
	naming := namings(c.Timeline, names)
	for _, s := range q.subjects[1:] {
		s.ask(s.account, naming)
		whole.requests = append(whole.requests, s.requests...)
	}
	for _, s := range q.subjects {
		for i := range questionRows() {
			q.questions = append(q.questions, s.answer(&questionRows()[i]))
		}
	}
	return q
}

// assign finds whose the indicators, payments, people to warn and exposed
// messages are.
func (q *inquiry) assign() {
	indicators := actor.Indicators.From(q.c.Conclusion)
	q.indicatorsOf = q.resting(len(indicators), func(i int) []timeline.Origin { return indicators[i].Origins })
	payments := actor.Payments.From(q.c.Conclusion)
	q.paymentsOf = q.resting(len(payments), func(i int) []timeline.Origin { return payments[i].Origins })
	people := actor.Warnings.From(q.c.Conclusion).People
	q.warningsOf = q.resting(len(people), func(i int) []timeline.Origin { return people[i].Origins })
	q.paymentsOf[q.subjects[0]], q.warningsOf[q.subjects[0]] = upTo(len(payments)), upTo(len(people))
	for _, e := range actor.Exposures.From(q.c.Conclusion).All {
		for _, s := range [...]*subject{q.subjects[0], q.byAccount[strings.ToLower(e.Mailbox)]} {
			if s != nil && slices.Contains(s.actors, e.Actor) {
				q.exposed[s] = append(q.exposed[s], e)
			}
		}
	}
}

// resting are the places of those of n things that rest on a record of a
// subject's acts, by the subject.
func (q *inquiry) resting(n int, origins func(i int) []timeline.Origin) map[*subject][]int {
	of := map[*subject][]int{}
	for i := range n {
		for _, o := range origins(i) {
			for _, s := range q.bearers[o] {
				if list := of[s]; len(list) == 0 || list[len(list)-1] != i {
					of[s] = append(list, i)
				}
			}
		}
	}
	return of
}

// upTo is the places of n things.
func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// about is the result of an analysis, nil if it was not asked for, and the
// suspicious rows that name the subject or rest on a record of its actors.
func (s *subject) about(name string) (*analysis.Result, []*analysis.Row) {
	i := slices.IndexFunc(s.c.Results, func(r *analysis.Result) bool { return r.Analyzer.Name == name })
	switch {
	case i < 0:
		return nil, nil
	case s.c.Results[i].Finding == nil:
		return s.c.Results[i], nil
	}
	if s.found[name] == nil {
		s.found[name] = s.concerning(s.c.Results[i].Finding)
	}
	return s.c.Results[i], s.found[name][s]
}

// concerning are the suspicious rows of a finding by the subjects that they are
// about.
func (q *inquiry) concerning(f *analysis.Finding) map[*subject][]*analysis.Row {
	of := map[*subject][]*analysis.Row{}
	for i := range f.Rows {
		row := &f.Rows[i]
		if !row.Suspicious() {
			continue
		}
		add := func(s *subject) {
			if list := of[s]; s != nil && (len(list) == 0 || list[len(list)-1] != row) {
				of[s] = append(list, row)
			}
		}
		add(q.subjects[0])
		add(q.byAccount[strings.ToLower(row.User)])
		add(q.byAccount[strings.ToLower(row.Mailbox)])
		for _, o := range row.Origins {
			for _, s := range q.bearers[o] {
				add(s)
			}
		}
	}
	return of
}

// byAccount are acts by the user's and the mailbox's name in lower case.
func byAccount(acts []actor.Act) map[string][]actor.Act {
	of := map[string][]actor.Act{}
	for _, a := range acts {
		user, mailbox := strings.ToLower(a.User), strings.ToLower(a.Mailbox)
		of[user] = append(of[user], a)
		if mailbox != user {
			of[mailbox] = append(of[mailbox], a)
		}
	}
	return of
}

// signsByAccount are the suspicious rows that an actor rests on, by the user's
// and the mailbox's name in lower case.
func signsByAccount(who *actor.Actor) map[string][]*analysis.Row {
	of := map[string][]*analysis.Row{}
	for _, row := range signsOf(who) {
		user, mailbox := strings.ToLower(row.User), strings.ToLower(row.Mailbox)
		of[user] = append(of[user], row)
		if mailbox != user {
			of[mailbox] = append(of[mailbox], row)
		}
	}
	return of
}

// touches are the accounts and mailboxes that acts which did not fail were done
// under or in, by name.
func touches(t *timeline.Timeline, acts []actor.Act) []touch {
	var list []touch
	seen := map[string]bool{}
	for _, a := range acts {
		for _, name := range [...]string{a.User, a.Mailbox} {
			key := strings.ToLower(name)
			if a.Failed || seen[key] || !strings.Contains(name, "@") {
				continue
			}
			seen[key] = true
			list = append(list, touch{name, t.Origin(a.Rows[0])})
		}
	}
	slices.SortFunc(list, func(a, b touch) int { return strings.Compare(a.name, b.name) })
	return list
}

// accountsOf are the accounts that an actor used: its own, and those under
// which an act did not fail.
func accountsOf(who *actor.Actor, acts []actor.Act) []string {
	names := []string{who.User}
	seen := map[string]bool{strings.ToLower(who.User): true}
	for _, a := range acts {
		if key := strings.ToLower(a.User); !a.Failed && !seen[key] && strings.Contains(a.User, "@") {
			seen[key] = true
			names = append(names, a.User)
		}
	}
	slices.SortFunc(names[1:], strings.Compare)
	return names
}
