package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
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
	var names []string
	for _, who := range suspects(c) {
		names = append(names, who.User)
	}
	naming := namings(c.Timeline, names)
	for _, who := range suspects(c) {
		s := actorSubject(c, who)
		s.ask(who.User, naming)
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

// actorSubject is an actor under all its accounts.
func actorSubject(c *Case, who *actor.Actor) *subject {
	place := slices.Index(actor.Actors.From(c.Conclusion).Actors, who)
	s := &subject{c: c}
	s.take(who, place, actor.Acts.From(c.Conclusion)[place])
	return s
}

func (s *subject) entryLine() string {
	var logon string
	if who := s.actors[0]; len(who.Logons) > 0 {
		logon = fmt.Sprintf("first logon %s (%s)", cite.Stamp(s.c.Timeline.Time(who.Logons[0])), s.c.Timeline.Origin(who.Logons[0]))
	}
	if logon == "" {
		return "not told by the evidence read"
	}
	return logon + "; how is not told by the evidence read"
}

func (s *subject) windowLine() string {
	if s.first.IsZero() {
		return "no act has a time"
	}
	return cite.Stamp(s.first) + " to " + cite.Stamp(s.last) + ", first and last act on record"
}

func (s *subject) reachedLine() string {
	counts := map[actor.Phase]int{}
	failed := 0
	for _, a := range s.acts {
		if a.Failed {
			failed++
			continue
		}
		counts[a.Phase]++
	}
	var words []string
	for _, p := range actor.Phases {
		if counts[p] > 0 {
			words = append(words, fmt.Sprintf("%s %d", p, counts[p]))
		}
	}
	text := many(len(s.actors[0].Mailboxes), "mailbox", "mailboxes") + "; acts by phase: " + strings.Join(words, ", ")
	if failed > 0 {
		text += fmt.Sprintf("; %d failed", failed)
	}
	return text
}

func (s *subject) standingLine() string { return "cannot be told without snapshots" }

// nextLine is what to ask for first: what expires first.
func (s *subject) nextLine() string {
	if len(s.requests) == 0 {
		return "the evidence read covers the time of the acts: go through the questions of the report"
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
