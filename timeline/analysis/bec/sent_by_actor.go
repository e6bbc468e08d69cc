package bec

import (
	"fmt"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var sentByActor = &analysis.Analyzer{
	Name:  "sent-by-actor",
	Title: "Sent by the actor",
	Doc:   explain("sent-by-actor"),
	Columns: []analysis.Column{
		{Name: "Act", Doc: "what was done, in words", Kind: analysis.Text},
		{Name: "Subject", Doc: "subject; of a reply or forward that of the original where only that is known", Kind: analysis.Text},
		{Name: "Recipients", Doc: "recipients of the message sent", Kind: analysis.Text},
		{Name: "Attachments", Doc: "attachments of the message sent", Kind: analysis.Text},
		{Name: "Message ID", Doc: "internet message id of the message sent, else of the original", Kind: analysis.Text},
		{Name: "Operations", Doc: "the records' own words", Kind: analysis.List},
		{Name: "Actor", Doc: "why the actor is suspicious, and how the act was attributed to it", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyMailbox, "Act", "Message ID", "Subject"},
	Needs:      []analysis.Need{analysis.Signs, actor.Actors, actor.WrittenMessages},
	Version:    4,
	Techniques: []string{"T1534", "T1566.003"},
	References: []string{"CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)", "Azure-Sentinel f50a26d7"},
	Settings:   []string{"thresholds"},
	Acts:       runSentByActor,
}

func runSentByActor(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	written := actor.WrittenMessages.Of(p)
	if !written.Recorded {
		return nil, analysis.Skip("no record of writing or sending: the exports hold none, which does not mean that nothing was sent")
	}
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	sent := 0
	for _, s := range written.All {
		if s.Sent {
			sent++
		}
		f.Rows = append(f.Rows, sendingRow(t, s))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s written by a suspicious actor; the sending of %d is on record.", cite.Counted(len(written.All), "message"), sent)
	return f, nil
}

func sendingRow(t *timeline.Timeline, s *actor.Written) analysis.Row {
	r := actor.CiteActor(t, s.Actor, s.Rows)
	op := t.Text(timeline.ColOperation, s.Rows[0])
	to, answers := mail.Answered(op)
	switch {
	case actor.Failed(t, s.Rows):
	case s.Sent || answers:
		r.Severity = actor.Raised(s.Actor, analysis.High)
	default:
		r.Severity = analysis.Low
	}
	r.Confidence = actor.Confidence(s.Basis)
	subject := s.Text(t, timeline.ColSubject, cite.InferredText)
	act := "wrote a message"
	switch {
	case answers:
		act = to + " "
		if original := cite.FirstText(t, timeline.ColSubject, s.Rows[:1]); original != "" {
			act += "the message " + strings.TrimSpace(cite.Quote(original)+" "+from(cite.FirstText(t, timeline.ColSender, s.Rows[:1])))
		} else {
			act += "a message that the exports do not describe"
		}
	case s.Sent:
		act = "sent a message"
	}
	switch {
	case actor.Failed(t, s.Rows):
		act += "; the operation failed"
	case answers && !s.Sent:
		act += "; its sending is not on record"
	}
	id := s.Text(t, timeline.ColMessageID, cite.FirstText)
	recipients, attachments := s.Posted(t)
	r.Cells = cite.Cells(act, subject, recipients, attachments, id, cite.Operations(t, s.Rows), actor.Attributed(s.Actor, s.Basis))
	return r
}

func from(sender string) string {
	if sender == "" {
		return ""
	}
	return "from " + sender
}
