package bec

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A mail is a message of which the headers are known: all records of it.
type mail struct {
	origins   []timeline.Origin
	headers   headers
	messageID string
	sender    string // address of From
	replyTo   string // address of Reply-To, empty without one
	subject   string
	mailbox   string
	at        time.Time // when it was received; zero if not known
}

// mails are the messages with headers, by the origin of their first record:
// mails themselves, and messages that were fetched for activities. Records of
// one message id are one mail if their headers say the same.
func mails(p *analysis.Pass) []*mail {
	t := p.Timeline
	received := deliveries(t)
	var all []*mail
	same := map[string]*mail{}
	keep := func(m *mail) {
		m.complete()
		if m.at.IsZero() {
			m.at = received[strings.ToLower(m.messageID)]
		}
		key := ""
		if m.messageID != "" {
			key = strings.ToLower(m.messageID) + "\x00" + m.headers.get(authHeader) + "\x00" + m.sender
			if first := same[key]; first != nil {
				first.origins = append(first.origins, m.origins...)
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
		m := &mail{
			origins: []timeline.Origin{c.Origin}, headers: readHeaders(text), messageID: c.Get(timeline.ColMessageID.String()),
			sender: address(c.Get(timeline.ColSender.String())), replyTo: address(firstAddress(c.Get("reply_to"))),
			subject: c.Get(timeline.ColSubject.String()), mailbox: c.Owner,
		}
		if at, err := time.Parse(time.RFC3339, c.Get("received")); err == nil {
			m.at = at.UTC()
		}
		keep(m)
	}
	var rows []int
	for row := range analysis.RowsOf(p, analysis.ClassMessage) {
		rows = append(rows, row)
	}
	timeline.Reread(t, rows, timeline.WideDetails, func(_ int, ev *timeline.Event) headers {
		return headersOf(ev.Details)
	}, func(row int, h headers, _ error) {
		if len(h) == 0 {
			return
		}
		keep(&mail{
			origins: []timeline.Origin{t.Origin(row)}, headers: h, messageID: t.Text(timeline.ColMessageID, row),
			sender: address(t.Text(timeline.ColSender, row)), subject: t.Text(timeline.ColSubject, row),
			mailbox: t.Text(timeline.ColMailbox, row), at: t.Time(row),
		})
	})
	slices.SortStableFunc(all, func(a, b *mail) int { return a.origins[0].Compare(b.origins[0]) })
	return all
}

// complete takes from the headers what the record did not say itself.
func (m *mail) complete() {
	m.messageID = cmp.Or(m.messageID, m.headers.get("Message-ID"))
	m.subject = cmp.Or(m.subject, m.headers.get("Subject"))
	m.sender = cmp.Or(m.sender, address(m.headers.get("From")))
	m.replyTo = cmp.Or(m.replyTo, address(firstAddress(m.headers.get("Reply-To"))))
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

// headersOf reads the headers in a mail's details: {"headers":[[name,value],…]}.
func headersOf(details string) headers {
	var d struct{ Headers [][]string }
	if details == "" || json.Unmarshal([]byte(details), &d) != nil {
		return nil
	}
	var h headers
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
