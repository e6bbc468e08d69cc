package bec

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// A letter is one message as the transport and the mailboxes recorded it: the
// records of its delivery, its sending and its trace.
type letter struct {
	rows    []int // in time order
	sender  string
	subject string
	at      int64 // first record, nanoseconds
	timed   bool
}

// A post is all letters of the evidence, by their first record.
type post struct {
	t          *timeline.Timeline
	letters    []letter
	senders    []string   // address by code of the sender column
	recipients [][]string // addresses by code of the recipients column
}

type postKey struct{}

// postOf gathers the letters once. Records with the same message id are one
// letter, whosever mailbox they are of; one without an id stands alone.
func postOf(p *analysis.Pass) *post {
	return analysis.Once(p, postKey{}, func() *post {
		t := p.Timeline
		m := &post{
			t:       t,
			senders: make([]string, t.Cardinality(timeline.ColSender)), recipients: make([][]string, t.Cardinality(timeline.ColRecipients)),
		}
		for code := range m.senders {
			m.senders[code] = address(t.Value(timeline.ColSender, uint32(code)))
		}
		for code := range m.recipients {
			m.recipients[code] = addresses(t.Value(timeline.ColRecipients, uint32(code)))
		}
		number := make([]int32, t.Cardinality(timeline.ColMessageID)) // 1-based letter by folded id
		var of []int32
		var rows []int
		for row, class := range analysis.RowsOf(p, analysis.ClassDelivery, analysis.ClassSend, analysis.ClassTrace, analysis.ClassMessage) {
			if class == analysis.ClassSend && !sends(t, row) {
				continue // a reply's record bears the id of the message answered
			}
			id := t.Folded(timeline.ColMessageID, row)
			if id == 0 || number[id] == 0 {
				at, timed := t.Nanos(row)
				m.letters = append(m.letters, letter{at: at, timed: timed})
				number[id] = int32(len(m.letters))
			}
			of = append(of, number[id]-1)
			rows = append(rows, row)
		}
		m.share(rows, of)
		return m
	})
}

// share gives each letter its rows, in one array for all.
func (m *post) share(rows []int, of []int32) {
	ends := make([]int, len(m.letters)+1)
	for _, l := range of {
		ends[l+1]++
	}
	for l := range m.letters {
		ends[l+1] += ends[l]
	}
	shared := make([]int, len(rows))
	next := slices.Clone(ends)
	for i, row := range rows {
		shared[next[of[i]]] = row
		next[of[i]]++
	}
	for i := range m.letters {
		l := &m.letters[i]
		l.rows = shared[ends[i]:ends[i+1]:ends[i+1]]
		l.subject = cite.FirstText(m.t, timeline.ColSubject, l.rows)
		for _, row := range l.rows {
			if l.sender = m.senders[m.t.Code(timeline.ColSender, row)]; l.sender != "" {
				break
			}
		}
	}
}

// to are the recipients of a letter, each once, in the order of its records.
func (m *post) to(l *letter) []string {
	first := m.recipients[m.t.Code(timeline.ColRecipients, l.rows[0])]
	if len(l.rows) == 1 {
		return first
	}
	var all []string
	seen := map[string]bool{}
	last := uint32(0)
	for _, row := range l.rows {
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

type mailsKey struct{}

// mailsOf are the messages with headers, which are read from the evidence once.
func mailsOf(p *analysis.Pass) []*mail {
	return analysis.Once(p, mailsKey{}, func() []*mail { return mails(p) })
}

// addresses are the mail addresses in a list parted by semicolons or commas,
// each once.
func addresses(list string) []string {
	var all []string
	for _, text := range listParts(list) {
		if a := address(text); strings.Contains(a, "@") {
			all = append(all, a)
		}
	}
	if len(all) > 1 {
		slices.Sort(all)
		all = slices.Compact(all)
	}
	return all
}
