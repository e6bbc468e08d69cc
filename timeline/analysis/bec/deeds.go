package bec

import (
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// A deed is one act of an actor by which a message or a rule went out of
// sight: all its records, and what the actor did with the message before.
type deed struct {
	rows     []int
	kind     deedKind
	actor    *actor
	basis    string
	hard     bool // deleted for good
	messages []timeline.Message
	viewed   time.Time // when the actor viewed it last before; zero if not on record
	sent     time.Time // when the actor sent it; zero if not on record
	notice   []reference.Term
}

type deedKind uint8

const (
	deedMove deedKind = iota
	deedDelete
	deedUnread
	deedRule
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

// deeds are the acts of all actors in the order of their first record, and how
// many records of such acts there are by anybody.
func deeds(p *analysis.Pass) (all []*deed, records int) {
	type key struct {
		actor   *actor
		unread  bool
		message mail.MessageKey
	}
	t := p.Timeline
	by := actors(p)
	kinds := deedKinds(p)
	pasts := map[*actor]*past{}
	open := map[key]*deed{}
	for row, class := range analysis.RowsOf(p, analysis.ClassRead, analysis.ClassSend, analysis.ClassDelete, analysis.ClassMove, analysis.ClassRule) {
		kind := kinds[t.Code(timeline.ColOperation, row)]
		if kind >= 0 {
			records++
		}
		a, basis := by.at(row)
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
		k := key{a, deedKind(kind) == deedUnread, m}
		d := open[k]
		if d == nil || !named || !mail.Follows(t, d.rows, row, oneAct) {
			d = &deed{actor: a, basis: basis, kind: deedKind(kind)}
			open[k] = d
			all = append(all, d)
		}
		d.add(p, row, deedKind(kind), before)
	}
	return all, records
}

// deedKinds is the kind of deed of each operation, -1 for none.
func deedKinds(p *analysis.Pass) []int8 {
	classes := analysis.OperationClasses(p)
	kinds := make([]int8, len(classes))
	for code, class := range classes {
		op := p.Timeline.Value(timeline.ColOperation, uint32(code))
		kinds[code] = -1
		switch {
		case class == analysis.ClassDelete:
			kinds[code] = int8(deedDelete)
		case class == analysis.ClassMove:
			kinds[code] = int8(deedMove)
		case strings.EqualFold(op, opUnread):
			kinds[code] = int8(deedUnread)
		case class == analysis.ClassRule && p.Reference.Technique(op) == techniqueTidy:
			kinds[code] = int8(deedRule)
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
			m.Id = old
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
func (d *deed) add(p *analysis.Pass, row int, kind deedKind, before *past) {
	t := p.Timeline
	d.rows = append(d.rows, row)
	if kind == deedDelete {
		d.kind = deedDelete
	}
	op := t.Text(timeline.ColOperation, row)
	d.hard = d.hard || strings.EqualFold(op, opHardDelete)
	messages := []timeline.Message{{MessageID: t.Text(timeline.ColMessageID, row), ItemID: t.Text(timeline.ColItemID, row), Subject: t.Text(timeline.ColSubject, row)}}
	listed, details := timeline.MessagesAndDetails(t, row)
	d.hard = d.hard || strings.EqualFold(details["DeleteType"], opHardDelete)
	if len(listed) > 0 {
		messages = listed
	}
	for _, m := range messages {
		if len(d.rows) == 1 {
			d.messages = append(d.messages, m)
			d.notice = append(d.notice, p.Reference.SuppressTerms(m.Subject)...)
		}
		for _, id := range []string{m.MessageID, m.ItemID, t.Text(timeline.ColTarget, row)} {
			d.viewed = later(d.viewed, before.viewed[id])
			d.sent = later(d.sent, before.sent[id])
		}
		if m.MessageID == "" && m.Subject != "" && strings.Contains(strings.ToLower(t.Text(timeline.ColFolder, row)), "sent") {
			d.sent = later(d.sent, before.subjects[mail.BareSubject(m.Subject)])
		}
	}
}
