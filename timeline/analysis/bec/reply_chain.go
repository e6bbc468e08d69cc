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
	began  *mail.Message
	first  []*mail.Domain        // outside of the tenant
	others map[*mail.Domain]bool // the others
	last   int32                 // its last message, + 1
	read   int32                 // the last whose addresses are in own, + 1
	own    map[string]bool       // addresses of the tenant
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
		late := c.follow(int32(i))
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
		cite.Counted(len(messages.Messages), "message"), cite.Counted(len(c.bySubject)+c.identified, "conversation"), cite.Counted(newcomers, "answer"), cite.Accusing(f.Rows))
	return f, nil
}

// conversations follow the messages in time order.
type conversations struct {
	t          *timeline.Timeline
	messages   *mail.MessageIndex
	uses       *mail.DomainIndex
	byID       []*conversation // by code of the conversation column
	identified int             // how many of them there are
	bySubject  map[string]*conversation
	subjects   []subject                // by code of the subject column
	earlier    []int32                  // by message: the one before it in the conversation of its subject, + 1
	byMessage  map[string]*mail.Message // messages by message id in lower case, where any answers another
	answers    map[string][]string      // message ids that a message answers, by its own
	outside    []*mail.Domain           // those of the message that is followed
}

// A subject is what the text of one says of its messages.
type subject struct {
	read    bool
	answers bool          // it bears the mark of an answer or a forward
	of      *conversation // nil if others may have the same subject by chance
}

func newConversations(p *analysis.Pass) *conversations {
	t, messages := p.Timeline, mail.Messages.Of(p)
	c := &conversations{
		t: t, messages: messages, uses: mail.Domains.Of(p),
		byID: make([]*conversation, t.Cardinality(timeline.ColConversation)), bySubject: map[string]*conversation{},
		subjects: make([]subject, t.Cardinality(timeline.ColSubject)), earlier: make([]int32, len(messages.Messages)),
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
func (c *conversations) follow(number int32) []latecomer {
	var hits []latecomer
	l := &c.messages.Messages[number]
	to := c.messages.To(l)
	sender := c.uses.Use(l.Sender)
	stranger := sender != nil && !sender.Own && !sender.Cleared && l.Timed
	joins := func(k *conversation) bool { return stranger && len(k.first) > 0 && !k.has(sender) }
	id := ""
	if len(c.answers) > 0 {
		id = strings.ToLower(c.t.Text(timeline.ColMessageID, l.Rows[0]))
	}
	if answered := c.answers[id]; len(answered) > 0 {
		k := &conversation{}
		for _, a := range answered {
			if earlier := c.byMessage[a]; earlier != nil {
				k.add(earlier, c.outsiders(earlier, c.uses.Use(earlier.Sender)))
			}
		}
		if joins(k) {
			hits = append(hits, latecomer{l, "References", k})
		}
	}
	outside := c.outsiders(l, sender)
	if code := c.t.Code(timeline.ColConversation, l.Rows[0]); code != 0 {
		k := c.byID[code]
		if k == nil {
			k = &conversation{}
			c.byID[code] = k
			c.identified++
		}
		if joins(k) {
			hits = append(hits, latecomer{l, "conversation id", k})
		}
		k.add(l, outside)
	}
	if s := c.subject(l); s.of != nil {
		k := s.of
		if s.answers && joins(k) && slices.ContainsFunc(to, c.own(k)) {
			hits = append(hits, latecomer{l, "subject", k})
		}
		k.add(l, outside)
		c.earlier[number], k.last = k.last, number+1
	}
	if id != "" && c.byMessage[id] == nil {
		c.byMessage[id] = l
	}
	return hits
}

// subject is what the subject of a message says of it. The first message with a
// subject takes part in the conversation that this adds to, if there is one.
func (c *conversations) subject(l *mail.Message) *subject {
	var code uint32
	for _, row := range l.Rows {
		if code = c.t.Code(timeline.ColSubject, row); code != 0 {
			break
		}
	}
	s := &c.subjects[code]
	if s.read {
		return s
	}
	s.read = true
	folded := strings.ToLower(strings.TrimSpace(l.Subject))
	bare := mail.BareSubject(folded)
	if !ownKind(bare) {
		return s
	}
	s.answers = bare != folded
	if s.of = c.bySubject[bare]; s.of != nil {
		return s
	}
	if i := strings.LastIndex(bare, addedToSubject); i > 0 && ownKind(bare[:i]) {
		s.of = c.bySubject[bare[:i]]
	}
	if s.of == nil {
		s.of = &conversation{}
	}
	c.bySubject[bare] = s.of
	return s
}

// outsiders are the domains outside of the tenant that a message is from or to,
// until they are asked for again. Its sender's domain is known.
func (c *conversations) outsiders(l *mail.Message, sender *mail.Domain) []*mail.Domain {
	c.outside = c.outside[:0]
	take := func(d *mail.Domain) {
		if d != nil && !d.Own {
			c.outside = append(c.outside, d)
		}
	}
	take(sender)
	for _, a := range c.messages.To(l) {
		take(c.uses.Use(a))
	}
	return c.outside
}

// own tells the tenant's addresses in the conversation of a subject from
// others. Few conversations are asked for them.
func (c *conversations) own(k *conversation) func(address string) bool {
	if k.own == nil {
		k.own = map[string]bool{}
	}
	for n := k.last; n != k.read; n = c.earlier[n-1] {
		l := &c.messages.Messages[n-1]
		for _, a := range append([]string{l.Sender}, c.messages.To(l)...) {
			if d := c.uses.Use(a); d != nil && d.Own {
				k.own[a] = true
			}
		}
	}
	k.read = k.last
	return func(address string) bool { return k.own[address] }
}

// add takes a message into a conversation, with the domains outside of the
// tenant that it is from or to.
func (k *conversation) add(l *mail.Message, outside []*mail.Domain) {
	if k.began == nil {
		k.began = l
	}
	for _, d := range outside {
		switch {
		case k.has(d):
		case len(k.first) < cite.Sampled:
			k.first = append(k.first, d)
		default:
			if k.others == nil {
				k.others = map[*mail.Domain]bool{}
			}
			k.others[d] = true
		}
	}
}

// has reports whether a domain has part in a conversation.
func (k *conversation) has(d *mail.Domain) bool { return slices.Contains(k.first, d) || k.others[d] }

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
	case look != nil && (look.Of.Own || j.to.has(look.Of)):
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
	var parties []string
	for _, d := range j.to.first {
		if !mail.Under(mail.DomainOf(j.message.Sender), d.Name) {
			parties = append(parties, d.Name)
		}
	}
	began := cite.Stamp(timeline.Instant(j.to.began.At)) + " (" + t.Origin(j.to.began.Rows[0]).String() + ")"
	r.Cells = cite.Cells(
		j.message.Subject, j.message.Sender, messages.To(j.message), j.by, parties, began, strings.Join(reasons, "; "), cite.FirstText(t, timeline.ColMessageID, j.message.Rows),
	)
	return r, true
}
