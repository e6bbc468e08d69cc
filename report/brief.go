package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline/analysis/actor"
)

// A Brief is an actor in six lines: what an examiner wants to know before
// opening a report.
type Brief struct {
	Rank                                          int
	ID                                            string
	Who, Entry, Window, Reached, Standing, NextIs string
}

// Lines are the six lines, each with its label.
func (b *Brief) Lines() [6][2]string {
	return [...][2]string{{"who", b.Who}, {"got in", b.Entry}, {"window", b.Window}, {"reached", b.Reached}, {"still works", b.Standing}, {"next step", b.NextIs}}
}

// Briefs are the actors in band act or review, the heaviest first, without
// those that the examiner held for benign; listed counts those in
// band listed.
func Briefs(c *Case) (briefs []Brief, listed int) {
	for _, s := range actorSubjects(c) {
		who := s.actors[0]
		briefs = append(briefs, Brief{
			Rank: who.Rank, ID: who.ID,
			Who:      fmt.Sprintf("%s under the account of %s: band %s, %g points; %s", who.ID, who.User, who.Band, who.Score, who.Grounds()),
			Entry:    s.entryLine(),
			Window:   s.windowLine(),
			Reached:  s.reachedLine(),
			Standing: s.standingLine(),
			NextIs:   s.nextLine(),
		})
	}
	for _, who := range actor.Actors.From(c.Conclusion).Actors {
		if who.Band == actor.BandListed {
			listed++
		}
	}
	return briefs, listed
}

// actorSubjects are the suspects, each under all its accounts, with what is to be
// asked for.
func actorSubjects(c *Case) []*subject {
	var names []string
	for _, who := range suspects(c) {
		names = append(names, who.User)
	}
	naming := namings(c.Timeline, names)
	var list []*subject
	for _, who := range suspects(c) {
		place := slices.Index(actor.Actors.From(c.Conclusion).Actors, who)
		s := &subject{inquiry: &inquiry{c: c}}
		s.take(who, place, actor.Acts.From(c.Conclusion)[place])
		s.settle()
		s.ask(who.User, naming)
		list = append(list, s)
	}
	return list
}

func (s *subject) entryLine() string {
	entries := actor.Entries.From(s.c.Conclusion)[s.places[0]]
	if len(entries) == 0 {
		return "not told by the evidence read"
	}
	text := entries[0].Text
	if n := len(entries) - 1; n > 0 {
		text += fmt.Sprintf(" Entered as well: %s.", plural(n, "account"))
	}
	return text
}

func (s *subject) windowLine() string { return actor.Windows.From(s.c.Conclusion)[s.places[0]].Text }

// reachedLine sums up the mailboxes and the acts.
func (s *subject) reachedLine() string {
	var boxes []string
	all := actor.ExposedMailboxes.From(s.c.Conclusion)
	for i := range all {
		if m := &all[i]; slices.Contains(m.Actors, s.actors[0]) {
			boxes = append(boxes, fmt.Sprintf("%s: %s", m.Mailbox, extent(m)))
		}
	}
	done, byPhase, _ := tally(s.acts)
	acts := plural(done, "act")
	if done > 0 {
		acts += ": " + byPhase
	}
	return someOf(append(boxes, acts))
}

// standingLine is what works at the end of the evidence, and of what that
// cannot be told.
func (s *subject) standingLine() string {
	var works, untold []string
	all := s.made()
	for _, st := range all {
		switch st.State {
		case actor.StandingWorks:
			works = append(works, standingName(st))
		case actor.StandingUntold:
			untold = append(untold, standingName(st))
		}
	}
	var words []string
	if len(works) > 0 {
		words = append(words, someOf(works)+", at the end of the evidence")
	}
	if len(untold) > 0 {
		words = append(words, "cannot be told without snapshots: "+someOf(untold))
	}
	if len(words) == 0 {
		return fmt.Sprintf("no record shows anything put in place that still works (%d removed)", len(all))
	}
	return strings.Join(words, "; ")
}

// nextLine is what to end, else what to ask for: what expires first.
func (s *subject) nextLine() string {
	for _, st := range s.made() {
		if st.State == actor.StandingWorks {
			return "end what still works, first " + standingName(st)
		}
	}
	if len(s.requests) == 0 {
		return "go through the questions of the report: the evidence read covers the time of the acts"
	}
	first := slices.MinFunc(s.requests, func(a, b Request) int { return expiry(&a).Compare(expiry(&b)) })
	return "ask for the " + first.Text
}

// expiry orders requests: what has no term comes last.
func expiry(r *Request) time.Time {
	if r.Expires.IsZero() {
		return time.Unix(1<<40, 0)
	}
	return r.Expires
}
