package bec

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var sentByActor = &analysis.Analyzer{
	Name:  "sent-by-actor",
	Title: "Sent by the actor",
	Doc: analysis.Doc{
		Question: "What was written, replied to, forwarded or sent by a suspicious actor?",
		Method: "Every record of writing or sending in the sittings of a suspicious actor is reported; the records of one message (reply or new message, and its sending within 30 minutes) are one row that cites each of them. " +
			"A sending recorded by the transport service belongs to the actor as inferred if it follows his last record of writing in the mailbox within 5 minutes and nobody else wrote there in between. " +
			"A message sent, replied to or forwarded is high, no more than the actor's logons allow; one of which only the writing is on record is low. A sending that failed only informs.",
		Limits: "A record of a reply or a forward holds the id of the message that was answered, not of the answer: subject and correspondents in the row are the original's. " +
			"The text of a message is in no record. Messages that the actor sent by other means than the mailbox are not here. Messages deleted before the export are.",
		Innocent: "The owner writing while the actor's session is open, where the record tells neither session nor address; such acts are marked as inferred.",
		Confirm:  "The message in Sent Items, in the recipient's mailbox or in the message trace; the owner's account.",
	},
	Columns: []analysis.Column{
		{Name: "Act", Doc: "what was done, in words", Kind: analysis.Text},
		{Name: "Subject", Doc: "subject; of a reply or forward that of the original where only that is known", Kind: analysis.Text},
		{Name: "Recipients", Doc: "recipients of the message sent", Kind: analysis.Text},
		{Name: "Attachments", Doc: "attachments of the message sent", Kind: analysis.Text},
		{Name: "Message ID", Doc: "internet message id of the message sent, else of the original", Kind: analysis.Text},
		{Name: "Operations", Doc: "the records' own words", Kind: analysis.Text},
		{Name: "Actor", Doc: "why the actor is suspicious, and how the act was attributed to it", Kind: analysis.Prose},
	},
	Needs:      analysis.Accusers,
	Version:    2,
	Techniques: []string{"T1534", "T1566.003"},
	References: []string{"CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)", "Azure-Sentinel f50a26d7"},
	Settings:   []string{"thresholds"},
	Thresholds: []analysis.Threshold{
		{Name: "sent-by-actor.transport_minutes", Value: handover.Minutes(), Doc: "minutes after writing within which a sending by the transport service is the writer's"},
		{Name: "sent-by-actor.composing_minutes", Value: composing.Minutes(), Doc: "minutes between beginning and sending one message"},
	},
	Run: runSentByActor,
}

const (
	// composing is how long after the first record of writing a sending still
	// belongs to it: as long as a sitting's pause.
	composing = 30 * time.Minute
	// handover is how long transport takes to record a sending: it does so in
	// seconds, minutes under load.
	handover = 5 * time.Minute
)

// A sending is one message that was written: the records of writing it and of
// its sending.
type sending struct {
	rows  []int
	sent  bool
	actor *actor
	basis string
}

// text is what the last record of a message has in a column, else any of them.
func (s *sending) text(t *timeline.Timeline, c timeline.Col, read func(*timeline.Timeline, timeline.Col, []int) string) string {
	return cmp.Or(read(t, c, s.last()), read(t, c, s.rows))
}

// last is the last record of a message.
func (s *sending) last() []int { return s.rows[len(s.rows)-1:] }

// posted is what only the sending itself tells: recipients and attachments.
func (s *sending) posted(t *timeline.Timeline) (recipients, attachments string) {
	if !s.sent {
		return "", ""
	}
	return cite.InferredText(t, timeline.ColRecipients, s.last()), cite.InferredText(t, timeline.ColAttachments, s.last())
}

func runSentByActor(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	all, any := sendings(p)
	if !any {
		return nil, analysis.Skip("no record of writing or sending: the exports hold none, which does not mean that nothing was sent")
	}
	f := &analysis.Finding{Notes: attributionNotes(p)}
	sent := 0
	for _, s := range all {
		if s.sent {
			sent++
		}
		f.Rows = append(f.Rows, sendingRow(t, s))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s written by a suspicious actor; the sending of %d is on record.", cite.Counted(len(all), "message"), sent)
	return f, nil
}

// sendings are the messages that actors wrote, in the order of their first
// record, and whether there is any record of writing at all.
func sendings(p *analysis.Pass) (all []*sending, any bool) {
	t := p.Timeline
	by := actors(p)
	type desk struct {
		open  []*sending // written, not yet sent; the latest last
		wrote *sending   // the last message written in the mailbox; nil if by nobody suspicious
	}
	desks := map[uint32]*desk{}
	transported := analysis.Minutes(p, "sent-by-actor.transport_minutes")
	pause := analysis.Minutes(p, "sent-by-actor.composing_minutes")
	for row, class := range analysis.RowsOf(p, analysis.ClassSend, analysis.ClassDraft) {
		any = true
		box := t.Folded(timeline.ColMailbox, row)
		d := desks[box]
		if d == nil {
			d = &desk{}
			desks[box] = d
		}
		a, basis := by.at(row)
		transport := a == nil && t.Has(row, timeline.Service)
		switch {
		case transport && class == analysis.ClassSend && d.wrote != nil && mail.Follows(t, d.wrote.rows, row, transported):
			d.wrote.rows = append(d.wrote.rows, row)
			d.wrote.sent = true
			if !strings.Contains(d.wrote.basis, inferred) {
				d.wrote.basis += "; the transport's record of the sending follows at once (" + inferred + ")"
			}
		case transport:
		case a == nil:
			d.wrote = nil
		default:
			s := &sending{actor: a, basis: basis}
			if mail.Sends(t, row) {
				if i := written(t, d.open, a, row, pause); i >= 0 {
					s = d.open[i]
					d.open = append(d.open[:i], d.open[i+1:]...)
				}
				s.sent = s.sent || t.Outcome(row) != timeline.Failure
			} else {
				d.open = append(d.open, s)
				if len(d.open) > maxOpen {
					d.open = d.open[1:]
				}
			}
			if len(s.rows) == 0 {
				all = append(all, s)
			}
			s.rows = append(s.rows, row)
			d.wrote = s
		}
	}
	return all, any
}

// maxOpen bounds how many messages can be in the making at once: nobody writes
// more, and a hostile record must not cost quadratic time.
const maxOpen = 32

// inferred is the word with which a basis says that it is one.
const inferred = "inferred"

// written finds the message in the making that a sending ends: the latest of
// the actor's with the same message or subject, else the latest whose subject
// is not known.
func written(t *timeline.Timeline, open []*sending, a *actor, row int, pause time.Duration) int {
	subject := mail.BareSubject(t.Text(timeline.ColSubject, row))
	latest := -1
	for i := len(open) - 1; i >= 0; i-- {
		s := open[i]
		if s.actor != a || !mail.Follows(t, s.rows, row, pause) {
			continue
		}
		so := mail.BareSubject(cite.FirstText(t, timeline.ColSubject, s.rows))
		if so != "" && so == subject {
			return i
		}
		if latest < 0 && (so == "" || subject == "") {
			latest = i
		}
	}
	return latest
}

func sendingRow(t *timeline.Timeline, s *sending) analysis.Row {
	r := citingActor(t, s.actor, s.rows)
	op := t.Text(timeline.ColOperation, s.rows[0])
	to, answers := mail.Answered(op)
	switch {
	case failed(t, s.rows):
	case s.sent || answers:
		r.Severity = raised(s.actor, analysis.High)
	default:
		r.Severity = analysis.Low
	}
	r.Confidence = confidence(s.basis)
	subject := s.text(t, timeline.ColSubject, cite.InferredText)
	act := "wrote a message"
	switch {
	case answers:
		act = to + " "
		if original := cite.FirstText(t, timeline.ColSubject, s.rows[:1]); original != "" {
			act += "the message " + strings.TrimSpace(cite.Quote(original)+" "+from(cite.FirstText(t, timeline.ColSender, s.rows[:1])))
		} else {
			act += "a message that the exports do not describe"
		}
	case s.sent:
		act = "sent a message"
	}
	switch {
	case failed(t, s.rows):
		act += "; the operation failed"
	case answers && !s.sent:
		act += "; its sending is not on record"
	}
	id := s.text(t, timeline.ColMessageID, cite.FirstText)
	recipients, attachments := s.posted(t)
	r.Cells = []string{act, subject, recipients, attachments, id, cite.List(cite.Operations(t, s.rows)), attributed(s.actor, s.basis)}
	return r
}

func from(sender string) string {
	if sender == "" {
		return ""
	}
	return "from " + sender
}
