package actor

import (
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// oneAct is how far apart the records of one act on one message lie: the
// service writes them in the same second, the client seconds later.
const oneAct = 10 * time.Second

// AfterSending is how soon a sender who hides his message deletes it, and
// AfterViewing how soon a reader marks it unread again (catalogue M17).
var AfterSending = &analysis.Threshold{Name: "cover-up.after_sending_minutes", Value: 15, Doc: "minutes after sending within which deleting the message is high"}

var AfterViewing = &analysis.Threshold{Name: "cover-up.after_viewing_minutes", Value: 60, Doc: "minutes after viewing within which marking unread is high"}

// A deed is one act of an actor by which a message or a rule went out of
// sight: all its records, and what the actor did with the message before.
type Removal struct {
	Rows     []int
	Kind     deedKind
	Actor    *Actor
	Basis    string
	Hard     bool // deleted for good
	Messages []timeline.Message
	Viewed   time.Time // when the actor viewed it last before; zero if not on record
	Sent     time.Time // when the actor sent it; zero if not on record
	Notice   []reference.Term
}

type deedKind uint8

const (
	RemovalMove deedKind = iota
	RemovalDelete
	RemovalUnread
	RemovalRule
)

// Operations with a sense of their own here.
const (
	opUnread     = "MarkAsUnread"
	opHardDelete = "HardDelete"
)

// techniqueTidy is of the operations that remove what an intruder left behind.
const techniqueTidy = "T1070.008"

// A past is what an actor did with messages up to a moment: by message id or,
// without one, by item id.
type past struct {
	viewed, sent map[string]time.Time
	subjects     map[string]time.Time // sent, where the record names no id
}

// Removals are the acts of all actors in the order of their first record, and how
// many records of such acts there are by anybody.
func Removals(p *analysis.Pass) (all []*Removal, records int) {
	type key struct {
		actor   *Actor
		unread  bool
		message mail.MessageKey
	}
	t := p.Timeline
	by := Actors.Of(p)
	kinds := deedKinds(p)
	pasts := map[*Actor]*past{}
	open := map[key]*Removal{}
	for row, class := range analysis.RowsOf(p, analysis.ClassRead, analysis.ClassSend, analysis.ClassDelete, analysis.ClassMove, analysis.ClassRule) {
		kind := kinds[t.Code(timeline.ColOperation, row)]
		if kind >= 0 {
			records++
		}
		a, basis := by.At(row)
		if a == nil {
			continue
		}
		before := pasts[a]
		if before == nil {
			before = &past{map[string]time.Time{}, map[string]time.Time{}, map[string]time.Time{}}
			pasts[a] = before
		}
		if kind < 0 {
			before.note(t, row, class)
			continue
		}
		m, named := movedMessage(t, row)
		k := key{a, deedKind(kind) == RemovalUnread, m}
		d := open[k]
		if d == nil || !named || !mail.Follows(t, d.Rows, row, oneAct) {
			d = &Removal{Actor: a, Basis: basis, Kind: deedKind(kind)}
			open[k] = d
			all = append(all, d)
		}
		d.add(p, row, deedKind(kind), before)
	}
	return all, records
}

// deedKinds is the kind of deed of each operation, -1 for none.
func deedKinds(p *analysis.Pass) []int8 {
	classes := analysis.Operations.Of(p)
	kinds := make([]int8, len(classes))
	for code, class := range classes {
		op := p.Timeline.Value(timeline.ColOperation, uint32(code))
		kinds[code] = -1
		switch {
		case class == analysis.ClassDelete:
			kinds[code] = int8(RemovalDelete)
		case class == analysis.ClassMove:
			kinds[code] = int8(RemovalMove)
		case strings.EqualFold(op, opUnread):
			kinds[code] = int8(RemovalUnread)
		case class == analysis.ClassRule && p.Reference.Technique(op) == techniqueTidy:
			kinds[code] = int8(RemovalRule)
		}
	}
	return kinds
}

// movedMessage is the message of a record, by its id before the move where the
// record has a new one.
func movedMessage(t *timeline.Timeline, row int) (mail.MessageKey, bool) {
	m, ok := mail.MessageOf(t, row)
	if ok && m.Item {
		if old, known := t.Find(timeline.ColItemID, t.Text(timeline.ColTarget, row)); known && old != 0 {
			m.ID = old
		}
	}
	return m, ok
}

// note takes in that the actor viewed or sent a message.
func (b *past) note(t *timeline.Timeline, row int, class string) {
	at := t.Time(row)
	into := b.viewed
	switch {
	case class != analysis.ClassSend && !strings.HasSuffix(t.Text(timeline.ColOperation, row), mail.StartSuffix):
		return // marked as read, or the end of a view
	case class == analysis.ClassSend && !mail.Sends(t, row), t.Outcome(row) == timeline.Failure:
		return
	case class == analysis.ClassSend:
		into = b.sent
		if subject := mail.BareSubject(t.Text(timeline.ColSubject, row)); subject != "" {
			b.subjects[subject] = at
		}
	}
	for _, c := range []timeline.Col{timeline.ColMessageID, timeline.ColItemID} {
		if id := t.Text(c, row); id != "" {
			into[id] = at
		}
	}
}

// add takes another record of the deed.
func (d *Removal) add(p *analysis.Pass, row int, kind deedKind, before *past) {
	t := p.Timeline
	d.Rows = append(d.Rows, row)
	if kind == RemovalDelete {
		d.Kind = RemovalDelete
	}
	op := t.Text(timeline.ColOperation, row)
	d.Hard = d.Hard || strings.EqualFold(op, opHardDelete)
	messages := []timeline.Message{{MessageID: t.Text(timeline.ColMessageID, row), ItemID: t.Text(timeline.ColItemID, row), Subject: t.Text(timeline.ColSubject, row)}}
	listed, details := t.Messages(row), t.PlainDetails(row)
	d.Hard = d.Hard || strings.EqualFold(details["DeleteType"], opHardDelete)
	if len(listed) > 0 {
		messages = listed
	}
	for _, m := range messages {
		if len(d.Rows) == 1 {
			d.Messages = append(d.Messages, m)
			d.Notice = append(d.Notice, p.Reference.SuppressTerms(m.Subject)...)
		}
		for _, id := range []string{m.MessageID, m.ItemID, t.Text(timeline.ColTarget, row)} {
			d.Viewed = later(d.Viewed, before.viewed[id])
			d.Sent = later(d.Sent, before.sent[id])
		}
		if m.MessageID == "" && m.Subject != "" && strings.Contains(strings.ToLower(t.Text(timeline.ColFolder, row)), "sent") {
			d.Sent = later(d.Sent, before.subjects[mail.BareSubject(m.Subject)])
		}
	}
}
