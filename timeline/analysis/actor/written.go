package actor

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// A Written is one message that was written: the records of writing it and of
// its sending.
type Written struct {
	Rows  []int
	Sent  bool
	Actor *Actor
	Basis string
}

// Text is what the last record of a message has in a column, else any of them.
func (s *Written) Text(t *timeline.Timeline, c timeline.Col, read func(*timeline.Timeline, timeline.Col, []int) string) string {
	return cmp.Or(read(t, c, s.last()), read(t, c, s.Rows))
}

// last is the last record of a message.
func (s *Written) last() []int { return s.Rows[len(s.Rows)-1:] }

// Posted is what only the sending itself states: recipients and attachments.
func (s *Written) Posted(t *timeline.Timeline) (recipients, attachments string) {
	if !s.Sent {
		return "", ""
	}
	return cite.InferredText(t, timeline.ColRecipients, s.last()), cite.InferredText(t, timeline.ColAttachments, s.last())
}

// A WrittenSet is what actors wrote.
type WrittenSet struct {
	All      []*Written // in the order of their first record
	Recorded bool       // whether any record of writing is on record, by anyone
}

// WrittenMessages are the messages that actors wrote.
var WrittenMessages = &analysis.Fact[*WrittenSet]{
	Name:       "written messages",
	Needs:      []analysis.Need{analysis.Operations, Actors},
	Thresholds: []*analysis.Threshold{composing, handover},
	Make:       findWritten,
}

// composing is how long after the first record of writing a sending still
// belongs to it: as long as a sitting's pause.
var composing = &analysis.Threshold{Name: "sent-by-actor.composing_minutes", Value: 30, Doc: "minutes between beginning and sending one message"}

// handover is how long transport takes to record a sending: it does so in
// seconds, minutes under load.
var handover = &analysis.Threshold{Name: "sent-by-actor.transport_minutes", Value: 5, Doc: "minutes after writing within which a sending by the transport service is the writer's"}

// maxOpen bounds how many messages can be in the making at once: no one writes
// more, and a hostile record must not cost quadratic time.
const maxOpen = 32

// inferred is the word with which a basis says that it is one.
const inferred = "inferred"

func findWritten(p *analysis.Pass) *WrittenSet {
	t := p.Timeline
	by := Actors.Of(p)
	type desk struct {
		open  []*Written // written, not yet sent; the latest last
		wrote *Written   // the last message written in the mailbox; nil if by no actor
	}
	set := &WrittenSet{}
	desks := map[uint32]*desk{}
	transported := p.Minutes(handover)
	pause := p.Minutes(composing)
	for row, class := range analysis.RowsOf(p, analysis.ClassSend, analysis.ClassDraft) {
		set.Recorded = true
		box := t.Folded(timeline.ColMailbox, row)
		d := desks[box]
		if d == nil {
			d = &desk{}
			desks[box] = d
		}
		a, basis := by.At(row)
		transport := a == nil && t.Has(row, timeline.Service)
		switch {
		case d.wrote.toldBy(t, row, a, transported):
			d.wrote.Rows = append(d.wrote.Rows, row)
		case transport && class == analysis.ClassSend && d.wrote != nil && mail.Follows(t, d.wrote.Rows, row, transported):
			d.wrote.Rows = append(d.wrote.Rows, row)
			d.wrote.Sent = true
			if !strings.Contains(d.wrote.Basis, inferred) {
				d.wrote.Basis += "; the transport's record of the sending follows at once (" + inferred + ")"
			}
		case transport:
		case a == nil:
			d.wrote = nil
		default:
			s := &Written{Actor: a, Basis: basis}
			if mail.Sends(t, row) {
				if i := unsent(t, d.open, a, row, pause); i >= 0 {
					s = d.open[i]
					d.open = append(d.open[:i], d.open[i+1:]...)
				}
				s.Sent = s.Sent || t.Outcome(row) != timeline.Failure
			} else {
				d.open = append(d.open, s)
				if len(d.open) > maxOpen {
					d.open = d.open[1:]
				}
			}
			if len(s.Rows) == 0 {
				set.All = append(set.All, s)
			}
			s.Rows = append(s.Rows, row)
			d.wrote = s
		}
	}
	return set
}

// toldBy reports whether a record tells of the sending of a message that an
// actor has just sent: a request what the mailbox recorded, or the reverse.
func (s *Written) toldBy(t *timeline.Timeline, row int, a *Actor, span time.Duration) bool {
	if s == nil || a == nil || s.Actor != a || !s.Sent || !mail.Sends(t, row) || !mail.Follows(t, s.Rows, row, span) {
		return false
	}
	request := t.Code(timeline.ColRequest, row) != 0
	return !slices.ContainsFunc(s.Rows, func(told int) bool {
		return mail.Sends(t, told) && (t.Code(timeline.ColRequest, told) != 0) == request
	})
}

// unsent finds the message in the making that a sending ends: the latest of
// the actor's with the same message or subject, else the latest whose subject
// is not known.
func unsent(t *timeline.Timeline, open []*Written, a *Actor, row int, pause time.Duration) int {
	subject := mail.BareSubject(t.Text(timeline.ColSubject, row))
	latest := -1
	for i := len(open) - 1; i >= 0; i-- {
		s := open[i]
		if s.Actor != a || !mail.Follows(t, s.Rows, row, pause) {
			continue
		}
		so := mail.BareSubject(cite.FirstText(t, timeline.ColSubject, s.Rows))
		if so != "" && so == subject {
			return i
		}
		if latest < 0 && (so == "" || subject == "") {
			latest = i
		}
	}
	return latest
}

// WrittenByActor reports whether a record of a message is an actor's act.
func WrittenByActor(p *analysis.Pass, m *mail.Message) bool {
	return slices.ContainsFunc(m.Rows, func(row int) bool { a, _ := Actors.Of(p).At(row); return a != nil })
}
