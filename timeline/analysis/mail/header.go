package mail

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// A Header is a message of which the headers are known: all records of it.
type Header struct {
	Origins   []timeline.Origin
	Headers   HeaderLines
	MessageID string
	Sender    string // address of From
	ReplyTo   string // address of Reply-To, empty without one
	Subject   string
	Mailbox   string
	At        time.Time // when it was received; zero if not known
}

// findHeaders finds the messages with headers, by the origin of their first
// record: messages in the evidence themselves, and those that were fetched for
// activities. Records of one message id are one message if their headers agree.
func findHeaders(p *analysis.Pass) []*Header {
	t := p.Timeline
	received := sync.OnceValue(func() map[string]time.Time { return deliveries(t) })
	var all []*Header
	same := map[string]*Header{}
	keep := func(m *Header) {
		m.complete()
		if m.At.IsZero() {
			m.At = received()[strings.ToLower(m.MessageID)]
		}
		key := ""
		if m.MessageID != "" {
			key = strings.ToLower(m.MessageID) + "\x00" + m.Headers.Get(authHeader) + "\x00" + m.Sender
			if first := same[key]; first != nil {
				first.Origins = append(first.Origins, m.Origins...)
				return
			}
			same[key] = m
		}
		all = append(all, m)
	}
	for i := range t.Context() {
		c := &t.Context()[i]
		text := c.Get("headers")
		if c.Kind != timeline.MessageContext || text == "" {
			continue
		}
		m := &Header{
			Origins: []timeline.Origin{c.Origin}, Headers: readHeaders(text), MessageID: c.Get(timeline.ColMessageID.String()),
			Sender: Address(c.Get(timeline.ColSender.String())), ReplyTo: Address(firstAddress(c.Get("reply_to"))),
			Subject: c.Get(timeline.ColSubject.String()), Mailbox: c.Owner,
		}
		if at, err := time.Parse(time.RFC3339, c.Get("received")); err == nil {
			m.At = at.UTC()
		}
		keep(m)
	}
	var rows []int
	for row := range analysis.RowsOf(p, analysis.ClassMessage) {
		rows = append(rows, row)
	}
	timeline.EachWide(t, rows, timeline.WideDetails, func(_ int, w timeline.WideValues) HeaderLines {
		return headersOf(w.Details)
	}, func(row int, h HeaderLines) {
		if len(h) == 0 {
			return
		}
		keep(&Header{
			Origins: []timeline.Origin{t.Origin(row)}, Headers: h, MessageID: t.Text(timeline.ColMessageID, row),
			Sender: Address(t.Text(timeline.ColSender, row)), Subject: t.Text(timeline.ColSubject, row),
			Mailbox: t.Text(timeline.ColMailbox, row), At: t.Time(row),
		})
	})
	slices.SortStableFunc(all, func(a, b *Header) int { return a.Origins[0].Compare(b.Origins[0]) })
	return all
}

// complete takes from the headers what the record did not say itself.
func (m *Header) complete() {
	m.MessageID = cmp.Or(m.MessageID, m.Headers.Get("Message-ID"))
	m.Subject = cmp.Or(m.Subject, m.Headers.Get("Subject"))
	m.Sender = cmp.Or(m.Sender, Address(m.Headers.Get("From")))
	m.ReplyTo = cmp.Or(m.ReplyTo, Address(firstAddress(m.Headers.Get("Reply-To"))))
}

// firstAddress is the first of a list of addresses.
func firstAddress(list string) string {
	if i := strings.IndexByte(list, '>'); i >= 0 {
		return list[:i+1]
	}
	if i := strings.IndexAny(list, ";,"); i >= 0 {
		return list[:i]
	}
	return list
}

// headersOf reads the headers in a message's details: {"headers":[[name,value],…]}.
func headersOf(details string) HeaderLines {
	var d struct{ Headers [][]string }
	if details == "" || json.Unmarshal([]byte(details), &d) != nil {
		return nil
	}
	var h HeaderLines
	for _, pair := range d.Headers {
		if len(pair) == 2 {
			h = append(h, timeline.Pair{Name: pair[0], Value: pair[1]})
		}
	}
	return h
}

// deliveries is when each message id, in lower case, is first on record.
func deliveries(t *timeline.Timeline) map[string]time.Time {
	first := map[string]time.Time{}
	seen := make([]bool, t.Cardinality(timeline.ColMessageID))
	for row := range t.Timed() {
		code := t.Code(timeline.ColMessageID, row)
		if code == 0 || seen[code] {
			continue
		}
		seen[code] = true
		key := strings.ToLower(t.Value(timeline.ColMessageID, code))
		if _, ok := first[key]; !ok {
			first[key] = t.Time(row)
		}
	}
	return first
}

// reasons are what speaks against a message beside its authentication.
func (m *Header) reasons(p *analysis.Pass, c *ContactBook, like map[string]bool) []string {
	var reasons []string
	if from, to := DomainOf(m.Sender), DomainOf(m.ReplyTo); from != "" && to != "" && !Under(from, to) && !Under(to, from) {
		reasons = append(reasons, "answers go to another domain, "+to)
	}
	if !m.At.IsZero() {
		if isNew, known := c.NewAt(m.Sender, m.At.UnixNano()); known && isNew {
			reasons = append(reasons, "first contact with the sender")
		}
	}
	for _, a := range [...]string{m.Sender, m.ReplyTo} {
		if InDomains(like, DomainOf(a)) {
			reasons = append(reasons, "the domain resembles a known one")
			break
		}
	}
	if words := PaymentWords(p, []string{m.Subject}); len(words) > 0 {
		reasons = append(reasons, "words of payments in the subject: "+cite.Join(words))
	}
	return reasons
}
