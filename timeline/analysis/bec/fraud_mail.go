package bec

import (
	"fmt"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var fraudMail = &analysis.Analyzer{
	Name:  "fraud-mail",
	Title: "Fraud mail",
	Doc:   explain("fraud-mail"),
	Columns: []analysis.Column{
		{Name: "Subject", Doc: "subject of the message, of an answer that of the original where only that is known", Kind: analysis.Text},
		{Name: "Recipients", Doc: "recipients of the message", Kind: analysis.Text},
		{Name: "Attachments", Doc: "its attachments", Kind: analysis.Text},
		{Name: "Reasons", Doc: "what makes it consistent with payment fraud", Kind: analysis.Text, Wrap: true},
		{Name: "Opened before", Doc: "messages of the same thread that the actor opened before, with the first time", Kind: analysis.Text},
		{Name: "Message ID", Doc: "internet message id", Kind: analysis.Text},
		{Name: "Operations", Doc: "the records' own words", Kind: analysis.List},
		{Name: "Actor", Doc: "why the actor is suspicious, and how the message was attributed to it", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyMailbox, "Subject", "Message ID"},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, mail.Lookalikes, actor.Actors, actor.Threads, actor.WrittenMessages},
	Thresholds: []*analysis.Threshold{actor.HidSoon},
	Points:     []*analysis.Point{mail.PaymentWeight},
	Version:    3,
	Techniques: []string{"T1534", "T1566.003", "T1657"},
	References: []string{"Azure-Sentinel f50a26d7 (send, rule and move within 12 minutes)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Acts:       runFraudMail,
}

func runFraudMail(p *analysis.Pass) (*analysis.Finding, error) {
	written := actor.WrittenMessages.Of(p)
	if !written.Recorded {
		return nil, analysis.Skip("no record of writing or sending: the exports hold none, which does not mean that nothing was sent")
	}
	th := actor.Threads.Of(p)
	domains, soon := mail.SuspectDomains(p), p.Minutes(actor.HidSoon)
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	for _, s := range written.All {
		if r, ok := fraudRow(p, s, th, domains, soon); ok {
			f.Rows = append(f.Rows, r)
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s written by a suspicious actor; %d consistent with payment fraud.", cite.Counted(len(written.All), "message"), len(f.Rows))
	return f, nil
}

// fraudRow judges a message that an actor wrote.
func fraudRow(p *analysis.Pass, s *actor.Written, th *actor.ThreadIndex, domains map[string]bool, soon time.Duration) (analysis.Row, bool) {
	t := p.Timeline
	subject := s.Text(t, timeline.ColSubject, cite.FirstText)
	recipients, attachments := s.Posted(t)
	if recipients == "" {
		recipients = th.Traced(s)
	}
	var reasons []string
	grave := false
	if words := mail.PaymentWords(p, []string{subject, attachments}); len(words) > 0 {
		reasons = append(reasons, "words of payments: "+cite.Join(words))
		grave = mail.BankWords(p, subject) || mail.BankWords(p, attachments)
	}
	involved := append(mail.Addresses(recipients), mail.Address(cite.FirstText(t, timeline.ColSender, s.Rows)))
	for _, a := range involved {
		if d := mail.DomainOf(a); mail.InDomains(domains, d) {
			reasons = append(reasons, "a correspondent at a domain that resembles a known one: "+d)
			grave = true
			break
		}
	}
	before := th.OpenedBefore(s, mail.BareSubject(subject))
	if th.HidAfter(s, mail.BareSubject(subject), soon) {
		reasons = append(reasons, fmt.Sprintf("a message of the thread was deleted or moved within %g minutes afterwards", soon.Minutes()))
		grave = grave || len(reasons) > 1
	}
	if len(reasons) == 0 {
		return analysis.Row{}, false
	}
	r := actor.CiteActor(t, s.Actor, th.WithTransport(s))
	to := analysis.High
	if grave {
		to = analysis.Critical
	}
	_, answers := mail.Answered(t.Text(timeline.ColOperation, s.Rows[0]))
	switch {
	case actor.Failed(t, s.Rows):
		to = analysis.Info
		reasons = append(reasons, "the operation failed")
	case !s.Sent && !answers:
		to = analysis.Low
		reasons = append(reasons, "its sending is not on record")
	}
	r.Severity, r.Confidence = actor.Raised(s.Actor, to), actor.Confidence(s.Basis)
	r.Cells = cite.Cells(
		subject, recipients, attachments, strings.Join(reasons, "; "), before,
		s.Text(t, timeline.ColMessageID, cite.FirstText), cite.Operations(t, s.Rows), actor.Attributed(s.Actor, s.Basis),
	)
	return r, true
}
