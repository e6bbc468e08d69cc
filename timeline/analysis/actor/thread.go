package actor

import (
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// HidSoon is how soon after writing a thread is hidden if the one belongs to
// the other; a rule of Azure-Sentinel takes 12 minutes.
var HidSoon = &analysis.Threshold{Name: "fraud-mail.hidden_minutes", Value: 15, Doc: "minutes after writing within which a message of the thread is deleted or moved to hide it"}

// A threadKey names a thread of an actor: messages of one subject, answers and
// forwards included.
type threadKey struct {
	actor   *Actor
	subject string
}

// A ThreadIndex holds what actors opened and hid, by thread, and to whom the
// messages of a message id went.
type ThreadIndex struct {
	t        *timeline.Timeline
	opened   map[threadKey]int   // first row
	hidden   map[threadKey][]int // rows in time order
	messages *mail.MessageIndex
	number   map[uint32]int32 // message by folded message id
}

// Threads are what actors opened and hid, by thread.
var Threads = &analysis.Fact[*ThreadIndex]{
	Name:  "threads",
	Needs: []analysis.Need{analysis.Operations, mail.Messages, Actors},
	Make:  followThreads,
}

func followThreads(p *analysis.Pass) *ThreadIndex {
	t := p.Timeline
	th := &ThreadIndex{t: t, opened: map[threadKey]int{}, hidden: map[threadKey][]int{}, messages: mail.Messages.Of(p), number: map[uint32]int32{}}
	classes := analysis.Operations.Of(p)
	for row, a := range Actors.Of(p).Rows() {
		subject := mail.BareSubject(t.Text(timeline.ColSubject, row))
		if subject == "" || t.Outcome(row) == timeline.Failure {
			continue
		}
		k := threadKey{a, subject}
		switch classes[t.Code(timeline.ColOperation, row)] {
		case analysis.ClassRead, analysis.ClassOpen, analysis.ClassAccess:
			if _, ok := th.opened[k]; !ok {
				th.opened[k] = row
			}
		case analysis.ClassDelete, analysis.ClassMove:
			th.hidden[k] = append(th.hidden[k], row)
		}
	}
	for i := range th.messages.Messages {
		if id := t.Folded(timeline.ColMessageID, th.messages.Messages[i].Rows[0]); id != 0 {
			th.number[id] = int32(i)
		}
	}
	return th
}

// OpenedBefore says what of the thread the actor opened before writing.
func (th *ThreadIndex) OpenedBefore(s *Written, subject string) string {
	row, ok := th.opened[threadKey{s.Actor, subject}]
	if !ok || subject == "" || row >= s.Rows[0] {
		return ""
	}
	return cite.Quote(th.t.Text(timeline.ColSubject, row)) + " " + cite.Stamp(th.t.Time(row))
}

// HidAfter reports whether the actor deleted or moved a message of the thread
// within a span after writing.
func (th *ThreadIndex) HidAfter(s *Written, subject string, span time.Duration) bool {
	rows := th.hidden[threadKey{s.Actor, subject}]
	i, _ := slices.BinarySearch(rows, s.Rows[0])
	return i < len(rows) && th.t.Time(rows[i]).Sub(th.t.Time(s.Rows[0])) <= span
}

// message is the message as transport recorded it; nil if it did not.
func (th *ThreadIndex) message(s *Written) *mail.Message {
	i, ok := th.number[th.t.Folded(timeline.ColMessageID, s.Rows[len(s.Rows)-1])]
	if !ok || !s.Sent {
		return nil
	}
	return &th.messages.Messages[i]
}

// Traced are the recipients of a message by other records of it.
func (th *ThreadIndex) Traced(s *Written) string {
	if l := th.message(s); l != nil {
		return strings.Join(th.messages.To(l), ";")
	}
	return ""
}

// Recipients are the addresses to which a message went, by the record of its
// sending and by those that transport made of it; none if no record tells.
func (th *ThreadIndex) Recipients(s *Written) []string {
	posted, _ := s.Posted(th.t)
	to := mail.Addresses(posted)
	if l := th.message(s); l != nil {
		to = append(to, th.messages.To(l)...)
	}
	slices.Sort(to)
	return slices.Compact(to)
}

// WithTransport are the records of writing and sending a message, with those
// that transport made of it.
func (th *ThreadIndex) WithTransport(s *Written) []int {
	rows := slices.Clone(s.Rows)
	if l := th.message(s); l != nil {
		rows = append(rows, l.Rows...)
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}
