package mail

import (
	"iter"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// A Message is one mail as the transport and the mailboxes recorded it: the
// records of its delivery, its sending and its trace.
type Message struct {
	Rows    []int // in time order
	Sender  string
	Subject string
	At      int64 // first record, nanoseconds
	Timed   bool
}

// A MessageIndex holds all messages of the evidence, by their first record.
type MessageIndex struct {
	t          *timeline.Timeline
	Messages   []Message
	senders    []string   // address by code of the sender column
	recipients [][]string // addresses by code of the recipients column
}

// Messages are gathered once. Records with the same message id are one message,
// whichever mailbox they belong to; a record without an id stands alone.
var Messages = &analysis.Fact[*MessageIndex]{
	Name:  "messages",
	Needs: []analysis.Need{analysis.Operations},
	Make:  gatherMessages,
}

func gatherMessages(p *analysis.Pass) *MessageIndex {
	t := p.Timeline
	m := &MessageIndex{
		t:       t,
		senders: make([]string, t.Cardinality(timeline.ColSender)), recipients: make([][]string, t.Cardinality(timeline.ColRecipients)),
	}
	for code := range m.senders {
		m.senders[code] = Address(t.Value(timeline.ColSender, uint32(code)))
	}
	for code := range m.recipients {
		m.recipients[code] = Addresses(t.Value(timeline.ColRecipients, uint32(code)))
	}
	number := make([]int32, t.Cardinality(timeline.ColMessageID)) // 1-based message by folded id
	messages := int32(0)
	var of []int32
	var rows []int
	for row, class := range analysis.RowsOf(p, analysis.ClassDelivery, analysis.ClassSend, analysis.ClassTrace, analysis.ClassMessage) {
		if class == analysis.ClassSend && (!Sends(t, row) || t.Code(timeline.ColRequest, row) != 0) {
			continue // a reply's record bears the id of the message answered, a request no message's
		}
		id := t.Folded(timeline.ColMessageID, row)
		if id == 0 || number[id] == 0 {
			messages++
			number[id] = messages
		}
		of = append(of, number[id]-1)
		rows = append(rows, row)
	}
	m.Messages = make([]Message, messages)
	m.share(rows, of)
	return m
}

// share gives each message its rows, in one array for all.
func (m *MessageIndex) share(rows []int, of []int32) {
	ends := make([]int, len(m.Messages)+1)
	for _, l := range of {
		ends[l+1]++
	}
	for l := range m.Messages {
		ends[l+1] += ends[l]
	}
	shared := make([]int, len(rows))
	next := slices.Clone(ends)
	for i, row := range rows {
		shared[next[of[i]]] = row
		next[of[i]]++
	}
	for i := range m.Messages {
		l := &m.Messages[i]
		l.Rows = shared[ends[i]:ends[i+1]:ends[i+1]]
		l.At, l.Timed = m.t.Nanos(l.Rows[0])
		l.Subject = cite.FirstText(m.t, timeline.ColSubject, l.Rows)
		for _, row := range l.Rows {
			if l.Sender = m.senders[m.t.Code(timeline.ColSender, row)]; l.Sender != "" {
				break
			}
		}
	}
}

// To are the recipients of a message, each once, in the order of its records.
func (m *MessageIndex) To(l *Message) []string {
	first := m.recipients[m.t.Code(timeline.ColRecipients, l.Rows[0])]
	if len(l.Rows) == 1 {
		return first
	}
	var all []string
	seen := map[string]bool{}
	last := uint32(0)
	for _, row := range l.Rows {
		code := m.t.Code(timeline.ColRecipients, row)
		if code == last {
			continue
		}
		last = code
		for _, a := range m.recipients[code] {
			if !seen[a] {
				seen[a] = true
				all = append(all, a)
			}
		}
	}
	return all
}

// Headers are the messages with headers, which are read from the evidence once.
var Headers = &analysis.Fact[[]*Header]{
	Name:  "headers",
	Needs: []analysis.Need{analysis.Operations},
	Make:  findHeaders,
}

// Addresses are the mail addresses in a list parted by semicolons or commas,
// each once.
func Addresses(list string) []string {
	var all []string
	for _, text := range ListParts(list) {
		if a := Address(text); strings.Contains(a, "@") {
			all = append(all, a)
		}
	}
	if len(all) > 1 {
		slices.Sort(all)
		all = slices.Compact(all)
	}
	return all
}

// opMailAccess is the operation of mail access.
const opMailAccess = "MailItemsAccessed"

// AccessRows yields the rows of mail access and of requests that read messages,
// in time order.
func AccessRows(p *analysis.Pass) iter.Seq[int] {
	t := p.Timeline
	wanted := make([]bool, t.Cardinality(timeline.ColOperation))
	for code := range wanted {
		wanted[code] = strings.EqualFold(t.Value(timeline.ColOperation, uint32(code)), opMailAccess)
	}
	return func(yield func(int) bool) {
		for row := range analysis.RowsOf(p, analysis.ClassAccess) {
			if (wanted[t.Code(timeline.ColOperation, row)] || t.Code(timeline.ColRequest, row) != 0) && !yield(row) {
				return
			}
		}
	}
}

// Endings of the operations that begin and end a record of reading.
const (
	StartSuffix = "Start"
	EndSuffix   = "End"
)

// OpLink is the operation of a click on a link in a message.
const OpLink = "LinkClicked"

// From is who sent a message: its sender, else the user or mailbox of a record
// of sending.
func (m *MessageIndex) From(l *Message) string {
	if l.Sender != "" {
		return l.Sender
	}
	for _, row := range l.Rows {
		if !Sends(m.t, row) {
			continue
		}
		for _, c := range []timeline.Col{timeline.ColUser, timeline.ColMailbox} {
			if s := m.t.Text(c, row); strings.Contains(s, "@") {
				return strings.ToLower(s)
			}
		}
	}
	return ""
}

// Reached are the addresses that a message reached: its recipients, and the
// mailboxes that recorded its delivery.
func (m *MessageIndex) Reached(l *Message) []string {
	to := slices.Clone(m.To(l))
	for _, row := range l.Rows {
		if box := strings.ToLower(m.t.Text(timeline.ColMailbox, row)); box != "" && box != l.Sender {
			to = append(to, box)
		}
	}
	slices.Sort(to)
	return slices.Compact(to)
}

// Sends reports whether a record is of sending, not of writing: MessageSent,
// Send, SendAs, SendOnBehalf, RemoteSend, and requests to send, reply or
// forward.
func Sends(t *timeline.Timeline, row int) bool {
	if request := t.Text(timeline.ColRequest, row); request != "" {
		parts := timeline.ParseRequest(request).Parts
		act := strings.ToLower(strings.Join(parts[max(0, len(parts)-1):], ""))
		return strings.HasPrefix(act, "send") || strings.HasPrefix(act, "reply") || act == "forward"
	}
	op := t.Text(timeline.ColOperation, row)
	return strings.HasPrefix(op, "Send") || strings.HasSuffix(op, "Send") || strings.HasSuffix(op, "Sent")
}

// BareSubject is a subject without the marks of answers and forwards, folded.
func BareSubject(subject string) string {
	subject = strings.ToLower(strings.TrimSpace(subject))
	for {
		mark, rest, ok := strings.Cut(subject, ":")
		if !ok || len(mark) > 4 || len(mark) < 2 || strings.Contains(mark, " ") {
			return subject
		}
		subject = strings.TrimSpace(rest)
	}
}

// Follows reports whether a row comes at most span after the last of rows.
func Follows(t *timeline.Timeline, rows []int, row int, span time.Duration) bool {
	pause := t.Time(row).Sub(t.Time(rows[len(rows)-1]))
	return pause >= 0 && pause <= span
}

// Answered is the word for an answer to a message, and whether the operation
// is one.
func Answered(op string) (word string, ok bool) {
	switch {
	case strings.HasPrefix(op, "Reply"):
		return "replied to", true
	case strings.HasPrefix(op, "Forward"):
		return "forwarded", true
	}
	return "", false
}
