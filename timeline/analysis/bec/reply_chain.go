package bec

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var replyChain = &analysis.Analyzer{
	Name:  "reply-chain",
	Title: "Reply chains",
	Doc:   explain("reply-chain"),
	Columns: []analysis.Column{
		{Name: "Subject", Doc: "subject of the message that joined", Kind: analysis.Text},
		{Name: "Sender", Doc: "its sender", Kind: analysis.Text},
		{Name: "Recipients", Doc: "its recipients", Kind: analysis.List},
		{Name: "Joined by", Doc: "what makes it part of the conversation", Kind: analysis.Text},
		{Name: "Took part before", Doc: "domains outside the tenant that had part in the conversation", Kind: analysis.List},
		{Name: "Began", Doc: "first message of the conversation on record, with its record", Kind: analysis.Text},
		{Name: "Reasons", Doc: "what speaks against the message", Kind: analysis.Text, Wrap: true},
		{Name: "Message ID", Doc: "internet message id", Kind: analysis.Text},
	},
	Key:        []string{"Message ID", "Joined by"},
	Needs:      []analysis.Need{mail.Domains, mail.Headers, mail.Messages, mail.Reputation},
	Points:     []*analysis.Point{subjectNumber, subjectLetters, mail.PaymentWeight},
	Version:    1,
	Techniques: []string{"T1566", "T1656"},
	References: []string{"RFC 5322 section 3.6.4 (References, In-Reply-To)"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Run:        runReplyChain,
}

var (
	// subjectNumber is how many digits make a subject one of its kind: orders
	// and invoices have as many, dates in words have fewer.
	subjectNumber = &analysis.Point{Name: "reply-chain.subject_digits", Value: 4, Doc: "digits in a row that make a subject one of its kind"}
	// subjectLetters is how long a subject must be that has no number.
	subjectLetters = &analysis.Point{Name: "reply-chain.subject_letters", Value: 24, Doc: "characters that make a subject without such a number one of its kind"}
)

// addedToSubject parts a subject from what an answer added to it.
const addedToSubject = " - "

// A conversation is what is known of messages that belong together.
type conversation struct {
	began   *mail.Message
	domains map[string]bool // registered, outside the tenant
	own     map[string]bool // addresses of the tenant
	parties cite.Sample     // the first of domains
}

// A latecomer is a message that joined a conversation, and how.
type latecomer struct {
	message *mail.Message
	by      string
	to      *conversation
}

func runReplyChain(p *analysis.Pass) (*analysis.Finding, error) {
	messages := mail.Messages.Of(p)
	if len(messages.Messages) == 0 {
		return nil, analysis.Skip("no record of mail: conversations cannot be followed")
	}
	c := newConversations(p)
	f := &analysis.Finding{}
	newcomers := 0
	for i := range messages.Messages {
		late := c.follow(&messages.Messages[i])
		if len(late) == 0 {
			continue
		}
		newcomers++
		if r, ok := late[0].finding(p, messages); ok {
			f.Rows = append(f.Rows, r)
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s in %s; %s from a domain that had no part in the conversation, %d with signs against them.",
		cite.Counted(len(messages.Messages), "message"), cite.Counted(len(c.bySubject)+len(c.byID), "conversation"), cite.Counted(newcomers, "answer"), cite.Accusing(f.Rows))
	return f, nil
}

// conversations follow the messages in time order.
type conversations struct {
	p         *analysis.Pass
	t         *timeline.Timeline
	messages  *mail.MessageIndex
	uses      *mail.DomainIndex
	byID      map[uint32]*conversation // by code of the conversation column
	bySubject map[string]*conversation
	byMessage map[string]*mail.Message // messages by message id in lower case, where any answers another
	answers   map[string][]string      // message ids that a message answers, by its own
}

func newConversations(p *analysis.Pass) *conversations {
	c := &conversations{
		p: p, t: p.Timeline, messages: mail.Messages.Of(p), uses: mail.Domains.Of(p), byID: map[uint32]*conversation{}, bySubject: map[string]*conversation{},
		byMessage: map[string]*mail.Message{}, answers: map[string][]string{},
	}
	for _, m := range mail.Headers.Of(p) {
		ids := strings.Fields(strings.ToLower(m.Headers.Get("References") + " " + m.Headers.Get("In-Reply-To")))
		if len(ids) > 0 && m.MessageID != "" {
			c.answers[strings.ToLower(m.MessageID)] = ids[:min(len(ids), mail.MaxTried)]
		}
	}
	return c
}

// follow takes a message into its conversations and returns those that it
// joined as a stranger, the surest first.
func (c *conversations) follow(l *mail.Message) []latecomer {
	var hits []latecomer
	to := c.messages.To(l)
	sender := c.uses.Use(l.Sender)
	outside := sender != nil && !sender.Own && !sender.Cleared && l.Timed
	check := func(k *conversation, by string, common bool) {
		if k == nil || !outside || len(k.domains) == 0 || k.domains[sender.Name] {
			return
		}
		if !common || slices.ContainsFunc(to, func(a string) bool { return k.own[a] }) {
			hits = append(hits, latecomer{l, by, k})
		}
	}
	id := ""
	if len(c.answers) > 0 {
		id = strings.ToLower(c.t.Text(timeline.ColMessageID, l.Rows[0]))
	}
	if answered := c.answers[id]; len(answered) > 0 {
		k := &conversation{}
		for _, a := range answered {
			if earlier := c.byMessage[a]; earlier != nil {
				c.add(k, earlier)
			}
		}
		if k.began != nil {
			check(k, "References", false)
		}
	}
	if code := c.t.Code(timeline.ColConversation, l.Rows[0]); code != 0 {
		k := c.byID[code]
		check(k, "conversation id", false)
		if k == nil {
			k = &conversation{}
			c.byID[code] = k
		}
		c.add(k, l)
	}
	folded := strings.ToLower(strings.TrimSpace(l.Subject))
	if subject := mail.BareSubject(folded); ownKind(subject) {
		k := c.bySubject[subject]
		if i := strings.LastIndex(subject, addedToSubject); k == nil && i > 0 && ownKind(subject[:i]) {
			k = c.bySubject[subject[:i]]
		}
		if subject != folded {
			check(k, "subject", true)
		}
		if k == nil {
			k = &conversation{}
		}
		c.bySubject[subject] = k
		c.add(k, l)
	}
	if id != "" && c.byMessage[id] == nil {
		c.byMessage[id] = l
	}
	return hits
}

// add takes the parties of a message into a conversation.
func (c *conversations) add(k *conversation, l *mail.Message) {
	if k.began == nil {
		k.began = l
	}
	c.addParty(k, l.Sender)
	for _, a := range c.messages.To(l) {
		c.addParty(k, a)
	}
}

func (c *conversations) addParty(k *conversation, address string) {
	switch d := c.uses.Use(address); {
	case d == nil:
	case d.Own:
		if k.own == nil {
			k.own = map[string]bool{}
		}
		k.own[address] = true
	case !k.domains[d.Name]:
		if k.domains == nil {
			k.domains = map[string]bool{}
		}
		k.domains[d.Name] = true
		k.parties.Add(d.Name)
	}
}

// ownKind reports whether a subject is one of its kind.
func ownKind(subject string) bool {
	digits, enough := 0, subjectNumber.Int()
	for _, r := range subject {
		if r < '0' || r > '9' {
			digits = 0
			continue
		}
		if digits++; digits >= enough {
			return true
		}
	}
	return utf8.RuneCountInString(subject) >= subjectLetters.Int()
}

// finding is the row of a message that joined; false if nothing about it is
// worth telling.
func (j *latecomer) finding(p *analysis.Pass, messages *mail.MessageIndex) (analysis.Row, bool) {
	t, read := p.Timeline, mail.Reputation.Of(p)
	var reasons []string
	severity := analysis.Info
	sure := analysis.Likely
	look := read.Resembling(j.message.Sender)
	words := mail.PaymentWords(p, []string{j.message.Subject})
	switch {
	case look != nil && (look.Of.Own || j.to.domains[look.Of.Name]):
		severity, sure = analysis.High, analysis.Firm
		reasons = append(reasons, "its domain resembles that of a party to the conversation, "+look.Of.Name)
	case !read.Stranger(j.message):
		return analysis.Row{}, false
	default:
		reasons = append(reasons, "first contact with the sender")
		if len(words) > 0 {
			severity = analysis.Low
		}
	}
	if len(words) > 0 {
		reasons = append(reasons, "words of payments: "+cite.Join(words))
	}
	elsewhere, failed := read.ReplyTo(j.message), read.Unauthenticated(j.message)
	if elsewhere != "" {
		reasons = append(reasons, "answers go to another domain, "+elsewhere)
	}
	if failed {
		reasons = append(reasons, "its authentication failed")
	}
	if severity == analysis.Low && (elsewhere != "" || failed) {
		severity = analysis.Medium
	}
	r := cite.Citing(t, j.message.Rows)
	r.Severity, r.Confidence, r.User = severity, sure, ""
	if j.by == "subject" && look == nil {
		r.Confidence = analysis.Unsure
	}
	parties := slices.DeleteFunc(slices.Clone(j.to.parties.Values), func(d string) bool { return mail.Under(mail.DomainOf(j.message.Sender), d) })
	began := cite.Stamp(timeline.Instant(j.to.began.At)) + " (" + t.Origin(j.to.began.Rows[0]).String() + ")"
	r.Cells = cite.Cells(
		j.message.Subject, j.message.Sender, messages.To(j.message), j.by, parties, began, strings.Join(reasons, "; "), cite.FirstText(t, timeline.ColMessageID, j.message.Rows),
	)
	return r, true
}
