package bec

import (
	"fmt"
	"strconv"

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
	Version:    1,
	Techniques: []string{"T1657"},
	References: []string{"FBI, Business Email Compromise: The $55 Billion Scam (I-091124-PSA)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Acts:       runBankDetails,
}

// Points of a message about bank details. A resembling domain or an intruder
// settle it; a first contact alone is every new supplier.
const (
	bankLookalike = 6
	bankActor     = 6
	bankStranger  = 2
	bankReplyTo   = 2
	bankFailed    = 2
	bankFreeMail  = 1
	bankLow       = 3
	bankMedium    = 4
	bankHigh      = 6
)

func runBankDetails(p *analysis.Pass) (*analysis.Finding, error) {
	post := mail.Messages.Of(p)
	if len(post.Letters) == 0 {
		return nil, analysis.Skip("no record of mail: messages about bank details cannot be looked for")
	}
	t, read := p.Timeline, mail.Reputation.Of(p)
	terms := mail.NewTermsByCode(p)
	f := &analysis.Finding{}
	type group struct {
		first, last, messages int
		terms                 cite.Sample
	}
	quiet := map[string]*group{}
	var order []string
	about := 0
	for i := range post.Letters {
		l := &post.Letters[i]
		intruder := false
		if read.Contacts.Own(l.Sender) || l.Sender == "" {
			if intruder = actor.WrittenByActor(p, l); !intruder {
				continue
			}
		}
		words := terms.Of(t, l)
		if len(words) == 0 {
			continue
		}
		about++
		s := bankSigns(p, read, l, intruder)
		if s.Points() >= bankLow && !read.Contacts.Cleared(l.Sender) {
			f.Rows = append(f.Rows, bankRow(p, post, l, words, s))
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
	accused := len(f.Rows)
	for _, domain := range order {
		g := quiet[domain]
		r := cite.Informing(t, g.first, g.last)
		r.User, r.Mailbox, r.IPs, r.Sessions = "", "", nil, nil
		r.Cells = cite.Cells("", domain, nil, "", g.terms.Values, g.messages, nil, "less than "+strconv.Itoa(bankLow)+" points speak against them", "")
		f.Rows = append(f.Rows, r)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s; %d from outside or by a suspicious actor speak of bank details; %d accused.", cite.Counted(len(post.Letters), "message"), about, accused)
	return f, nil
}

// bankSigns are what speaks against a message about bank details.
func bankSigns(p *analysis.Pass, read *mail.SenderSigns, l *mail.Message, byActor bool) cite.Score {
	var s cite.Score
	if look := read.Resembling(l.Sender); look != nil {
		s = append(s, cite.Point{Points: bankLookalike, Text: "the sender's domain resembles " + look.Of.Name})
	}
	s.Add(byActor, bankActor, "sent by a suspicious actor in the tenant")
	s.Add(!byActor && read.Stranger(l), bankStranger, "first contact with the sender")
	to := read.ReplyTo(l)
	s.Add(to != "", bankReplyTo, "answers go to another domain, "+to)
	s.Add(read.Unauthenticated(l), bankFailed, "its authentication failed")
	s.Add(!byActor && p.Reference.FreeMail(l.Sender), bankFreeMail, "an address that anybody can have")
	return s
}

func bankRow(p *analysis.Pass, post *mail.MessageIndex, l *mail.Message, words []string, s cite.Score) analysis.Row {
	t := p.Timeline
	r := cite.Citing(t, l.Rows)
	r.User, r.Confidence = "", analysis.Likely
	switch n := s.Points(); {
	case n >= bankHigh:
		r.Severity = analysis.High
	case n >= bankMedium:
		r.Severity = analysis.Medium
	default:
		r.Severity = analysis.Low
	}
	for _, row := range l.Rows {
		if a, _ := actor.Actors.Of(p).At(row); a != nil {
			r.User = a.User
			r.Severity = actor.Raised(a, r.Severity)
			break
		}
	}
	r.Cells = cite.Cells(
		l.Subject, l.Sender, post.To(l), cite.FirstText(t, timeline.ColAttachments, l.Rows), words, 1,
		s.Points(), s.String(), cite.FirstText(t, timeline.ColMessageID, l.Rows),
	)
	return r
}
