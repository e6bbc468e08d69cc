package bec

import (
	"fmt"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var bankDetails = &analysis.Analyzer{
	Name:  "bank-details",
	Title: "Bank details",
	Doc:   explain("bank-details"),
	Columns: []analysis.Column{
		{Name: "Subject", Doc: "subject of the message", Kind: analysis.Text},
		{Name: "Sender", Doc: "its sender; the domain where messages are counted", Kind: analysis.Text},
		{Name: "Recipients", Doc: "its recipients", Kind: analysis.List},
		{Name: "Attachments", Doc: "attachments as the record names them", Kind: analysis.Text},
		{Name: "Terms", Doc: "terms of bank details that it holds", Kind: analysis.List},
		{Name: "Messages", Doc: "messages in the row", Kind: analysis.Count},
		{Name: "Points", Doc: "sum of what speaks against the message", Kind: analysis.Count},
		{Name: "Reasons", Doc: "what speaks against it, with points", Kind: analysis.Text, Wrap: true},
		{Name: "Message ID", Doc: "internet message id", Kind: analysis.Text},
	},
	Key:        []string{analysis.KeyMailbox, "Sender", "Message ID"},
	Needs:      []analysis.Need{mail.Messages, mail.Reputation, actor.Actors},
	Thresholds: bankBands.Thresholds(),
	Points:     []*analysis.Point{bankLookalike, bankSister, bankActor, bankStranger, bankReplyTo, bankFailed, bankFreeMail},
	Version:    3,
	Techniques: []string{"T1657"},
	References: []string{"FBI, Business Email Compromise: The $55 Billion Scam (I-091124-PSA)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Acts:       runBankDetails,
}

// Points of a message about bank details. A resembling domain or a suspicious
// actor settles it; a first contact alone is every new supplier.
var (
	bankLookalike = &analysis.Point{Name: "bank-details.lookalike", Value: 6, Doc: "the sender's domain resembles a known one"}
	bankSister    = &analysis.Point{Name: "bank-details.sister", Value: 1, Doc: "the sender's domain resembles a known one, and mail goes both ways over weeks as with a sister domain"}
	bankActor     = &analysis.Point{Name: "bank-details.actor", Value: 6, Doc: "a suspicious actor sent it from inside the tenant"}
	bankStranger  = &analysis.Point{Name: "bank-details.first_contact", Value: 2, Doc: "first contact with the sender"}
	bankReplyTo   = &analysis.Point{Name: "bank-details.reply_to", Value: 2, Doc: "answers go to another domain"}
	bankFailed    = &analysis.Point{Name: "bank-details.authentication", Value: 2, Doc: "its authentication failed"}
	bankFreeMail  = &analysis.Point{Name: "bank-details.free_mail", Value: 1, Doc: "the address is of a kind that anyone can open"}
)

// bankBands are the points of a message about bank details.
var bankBands = cite.Bands{
	Low:    &analysis.Threshold{Name: "bank-details.low_points", Value: 3, Doc: "points from which on a message about bank details is low"},
	Medium: &analysis.Threshold{Name: "bank-details.medium_points", Value: 4, Doc: "points from which on a message about bank details is medium"},
	High:   &analysis.Threshold{Name: "bank-details.high_points", Value: 6, Doc: "points from which on a message about bank details is high"},
}

func runBankDetails(p *analysis.Pass) (*analysis.Finding, error) {
	messages := mail.Messages.Of(p)
	if len(messages.Messages) == 0 {
		return nil, analysis.Skip("no record of mail: messages about bank details cannot be looked for")
	}
	t, read := p.Timeline, mail.Reputation.Of(p)
	terms := mail.NewBankTerms(p)
	f := &analysis.Finding{}
	type group struct {
		first, last, messages int
		terms                 cite.Sample
	}
	quiet := map[string]*group{}
	var order []string
	about, scale := 0, bankBands.Of(p)
	for i := range messages.Messages {
		l := &messages.Messages[i]
		byActor := false
		if read.Contacts.Own(l.Sender) || l.Sender == "" {
			if byActor = actor.WrittenByActor(p, l); !byActor {
				continue
			}
		}
		words := terms.Of(l)
		if len(words) == 0 {
			continue
		}
		about++
		s := bankSigns(p, read, l, byActor)
		if severity := scale.Severity(s.Points()); severity > analysis.Info && !read.Contacts.Cleared(l.Sender) {
			f.Rows = append(f.Rows, bankRow(p, messages, l, words, s, severity))
			continue
		}
		domain := mail.DomainOf(l.Sender)
		g := quiet[domain]
		if g == nil {
			g = &group{first: l.Rows[0]}
			quiet[domain] = g
			order = append(order, domain)
		}
		g.last = l.Rows[0]
		g.messages++
		for _, w := range words {
			g.terms.Add(w)
		}
	}
	signs := len(f.Rows)
	for _, domain := range order {
		g := quiet[domain]
		r := cite.Informing(t, g.first, g.last)
		r.User, r.Mailbox, r.IPs, r.Sessions = "", "", nil, nil
		r.Cells = cite.Cells("", domain, nil, "", g.terms.Values, g.messages, nil, fmt.Sprintf("less than %g points speak against them", scale.Low), "")
		f.Rows = append(f.Rows, r)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s; %d from outside or by a suspicious actor speak of bank details; %d of them with reason to doubt their origin.", cite.Counted(len(messages.Messages), "message"), about, signs)
	return f, nil
}

// bankSigns are what speaks against a message about bank details.
func bankSigns(p *analysis.Pass, read *mail.SenderSigns, l *mail.Message, byActor bool) cite.Score {
	var s cite.Score
	if look := read.Resembling(l.Sender); look != nil {
		s.Add(true, bankLookalike, "the sender's domain resembles "+look.Of.Name)
	}
	if look := read.Sister(l.Sender); look != nil {
		s.Add(true, bankSister, "the sender's domain resembles "+look.Of.Name+"; mail goes both ways over weeks, as with a sister domain")
	}
	s.Add(byActor, bankActor, "sent by a suspicious actor in the tenant")
	s.Add(!byActor && read.Stranger(l), bankStranger, "first contact with the sender")
	to := read.ReplyTo(l)
	s.Add(to != "", bankReplyTo, "answers go to another domain, "+to)
	s.Add(read.Unauthenticated(l), bankFailed, "its authentication failed")
	s.Add(!byActor && p.Reference.FreeMail(l.Sender), bankFreeMail, "an address that anyone can open")
	return s
}

func bankRow(p *analysis.Pass, messages *mail.MessageIndex, l *mail.Message, words []string, s cite.Score, severity analysis.Severity) analysis.Row {
	t := p.Timeline
	r := cite.Citing(t, l.Rows)
	r.User, r.Severity, r.Confidence = "", severity, analysis.Likely
	for _, row := range l.Rows {
		if a, _ := actor.Actors.Of(p).At(row); a != nil {
			r.User = a.User
			r.Severity = actor.Raised(a, r.Severity)
			break
		}
	}
	r.Cells = cite.Cells(
		l.Subject, messages.From(l), messages.To(l), cite.FirstText(t, timeline.ColAttachments, l.Rows), words, 1,
		s.Points(), s.String(), cite.FirstText(t, timeline.ColMessageID, l.Rows),
	)
	return r
}
