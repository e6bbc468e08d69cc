package actor

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// A Payment is a message that asks for a payment or gives account details, which
// an actor in band act or review wrote, or which came from a domain that
// resembles a known one. It says no more than the evidence shows of the text:
// mostly the subject alone.
type Payment struct {
	Message    string // internet message id in angle brackets; empty if no record gives one
	Subject    string
	Thread     string // the subject without the marks of answers, in lower case
	Sender     string
	Recipients []string // sorted
	At         time.Time
	Actor      *Actor // who wrote it; nil if it came from outside
	Resembles  string // the domain that the sender's resembles; empty if an actor wrote it
	Terms      []string
	Amounts    []Amount
	// From are the account numbers that others stated in the thread before, To
	// those that the message states. Both are checked by their digits; empty
	// where no text on file states any.
	From, To []BankAccount
	// Seen is what the text was read from: "subject", "body of Mail API JSON" ….
	Seen    []string
	Origins []timeline.Origin
}

// Payments are the payment requests of actors and lookalikes, in time order.
var Payments = &analysis.Fact[[]Payment]{
	Name:   "payments",
	Needs:  []analysis.Need{analysis.Operations, mail.Messages, mail.Lookalikes, Actors, WrittenMessages, Threads},
	Points: []*analysis.Point{mail.PaymentWeight},
	Make:   findPayments,
}

// A shownText is a text of a message that the evidence shows.
type shownText struct {
	text, from string
	origin     timeline.Origin
}

func findPayments(p *analysis.Pass) []Payment {
	t := p.Timeline
	threads, messages := Threads.Of(p), mail.Messages.Of(p)
	suspect := map[string]string{} // domain of a sender, to what it resembles
	for _, l := range mail.Lookalikes.Of(p) {
		if l.Severity > analysis.Info {
			suspect[l.Domain.Name] = l.Of.Name
		}
	}
	var list []Payment
	written := map[*mail.Message]bool{}
	for _, s := range WrittenMessages.Of(p).All {
		if s.Actor.Band == BandListed || Failed(t, s.Rows) {
			continue
		}
		one := Payment{
			Subject: s.Text(t, timeline.ColSubject, cite.InferredText), Actor: s.Actor, Sender: strings.ToLower(s.Actor.User),
			Recipients: threads.Recipients(s), At: t.Time(s.Rows[len(s.Rows)-1]),
		}
		if s.Sent {
			one.Message = bracketed(t.Text(timeline.ColMessageID, s.Rows[len(s.Rows)-1]))
		}
		if m := threads.message(s); m != nil {
			written[m] = true
			one.Sender = cmp.Or(m.Sender, one.Sender)
		}
		one.Origins = cite.Origins(t, threads.WithTransport(s))
		list = append(list, one)
	}
	if len(suspect) > 0 {
		for i := range messages.Messages {
			m := &messages.Messages[i]
			of := resembled(suspect, m.Sender)
			if of == "" || written[m] {
				continue
			}
			list = append(list, Payment{
				Message: bracketed(cite.FirstText(t, timeline.ColMessageID, m.Rows)), Subject: m.Subject, Sender: m.Sender,
				Recipients: slices.Sorted(slices.Values(messages.To(m))), At: t.Time(m.Rows[0]), Resembles: of, Origins: cite.Origins(t, m.Rows),
			})
		}
	}
	if len(list) == 0 {
		return nil
	}
	texts := readTexts(p, list)
	amounts := newAmountReader(p)
	kept := list[:0]
	for _, one := range list {
		if one.read(p, texts, amounts) {
			kept = append(kept, one)
		}
	}
	slices.SortStableFunc(kept, func(a, b Payment) int { return a.At.Compare(b.At) })
	return kept
}

// resembled is what the domain of a sender, or one above it, resembles.
func resembled(suspect map[string]string, sender string) string {
	for domain := mail.DomainOf(sender); domain != ""; {
		if of := suspect[domain]; of != "" {
			return of
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return ""
}

// bracketed is an internet message id in angle brackets.
func bracketed(id string) string {
	if id = strings.Trim(strings.TrimSpace(id), "<>"); id == "" {
		return ""
	}
	return "<" + id + ">"
}

// threadTexts are the texts that the evidence shows of messages, by bare
// message id, and by thread the messages of others that have some.
type threadTexts struct {
	of     map[string][]shownText
	thread map[string][]toldMessage
}

// A toldMessage is a message of a thread of which the evidence shows a text.
type toldMessage struct {
	id string // bare
	at time.Time
}

// readTexts finds the texts of the messages and of their threads.
func readTexts(p *analysis.Pass, list []Payment) *threadTexts {
	t := p.Timeline
	texts := &threadTexts{map[string][]shownText{}, map[string][]toldMessage{}}
	threads, asked := map[string]bool{}, map[string]bool{}
	for i := range list {
		asked[mail.BareID(list[i].Message)] = list[i].Message != ""
		list[i].Thread = mail.BareSubject(list[i].Subject)
		threads[list[i].Thread] = list[i].Thread != ""
	}
	add := func(id, subject string, at time.Time, s shownText) {
		thread := mail.BareSubject(subject)
		if id = mail.BareID(id); id == "" || s.text == "" || !threads[thread] && !asked[id] {
			return
		}
		if len(texts.of[id]) == 0 && !asked[id] {
			texts.thread[thread] = append(texts.thread[thread], toldMessage{id, at})
		}
		texts.of[id] = append(texts.of[id], s)
	}
	for i := range t.Context() {
		c := &t.Context()[i]
		if c.Kind != timeline.MessageContext {
			continue
		}
		at, _ := time.Parse(time.RFC3339, cmp.Or(c.Get("received"), c.Get("sent")))
		from := "message metadata"
		if s := t.SourceOf(c.Origin.Evidence); s != nil && s.Layout != "" {
			from = s.Layout
		}
		add(c.Get(timeline.ColMessageID.String()), c.Get(timeline.ColSubject.String()), at,
			shownText{plainText(cmp.Or(c.Get("body"), c.Get("body_preview"))), "body in " + from, c.Origin})
	}
	var mails []int
	for row := range analysis.RowsOf(p, analysis.ClassMessage) {
		if threads[mail.BareSubject(t.Text(timeline.ColSubject, row))] || asked[mail.BareID(t.Text(timeline.ColMessageID, row))] {
			mails = append(mails, row)
		}
	}
	timeline.EachWide(t, mails, timeline.WideDetails, func(_ int, w timeline.WideValues) string {
		var d struct{ Text string }
		if json.Unmarshal([]byte(w.Details), &d) != nil {
			return ""
		}
		return plainText(d.Text)
	}, func(row int, text string) {
		add(t.Text(timeline.ColMessageID, row), t.Text(timeline.ColSubject, row), t.Time(row), shownText{text, "body of the mail", t.Origin(row)})
	})
	return texts
}

// plainText is a text without the marks of HTML.
func plainText(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	inside := false
	for _, r := range s {
		switch {
		case r == '<':
			inside = true
			b.WriteByte(' ')
		case r == '>' && inside:
			inside = false
		case !inside:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// read takes what the texts of a message say of a payment, and reports whether
// they say anything.
func (one *Payment) read(p *analysis.Pass, texts *threadTexts, amounts *amountReader) bool {
	shown := append([]shownText{{text: one.Subject, from: "subject"}}, texts.of[mail.BareID(one.Message)]...)
	var words []string
	for _, s := range shown {
		words = append(words, s.text)
		one.To = append(one.To, bankAccounts(s.text)...)
		one.Amounts = append(one.Amounts, amounts.in(s.text)...)
		if !slices.Contains(one.Seen, s.from) {
			one.Seen = append(one.Seen, s.from)
		}
		if s.origin != (timeline.Origin{}) {
			one.Origins = append(one.Origins, s.origin)
		}
	}
	one.Terms = mail.PaymentWords(p, words)
	one.To, one.Amounts = distinct(one.To), distinct(one.Amounts)
	for _, m := range texts.thread[one.Thread] {
		if !m.at.Before(one.At) {
			continue
		}
		for _, s := range texts.of[m.id] {
			if found := bankAccounts(s.text); len(found) > 0 {
				one.From = append(one.From, found...)
				one.Origins = append(one.Origins, s.origin)
			}
		}
	}
	one.From = slices.DeleteFunc(distinct(one.From), func(a BankAccount) bool { return slices.Contains(one.To, a) })
	slices.SortFunc(one.Origins, timeline.Origin.Compare)
	one.Origins = slices.Compact(one.Origins)
	return len(one.Terms) > 0 || len(one.To) > 0
}

// distinct are the values of a list, each once, in its order.
func distinct[T comparable](list []T) []T {
	var out []T
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
