package actor

import (
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// A Removal is one act of an actor by which a message or a rule went out of
// sight: all its records, and what the actor did with the message before.
type Removal struct {
	Rows     []int
	Kind     RemovalKind
	Actor    *Actor
	Basis    string
	Hard     bool // deleted for good
	Messages []timeline.Message
	Viewed   time.Time // when the actor viewed it last before; zero if not on record
	Sent     time.Time // when the actor sent it; zero if not on record
	Notice   []reference.Term
}

// A RemovalKind says how something went out of sight.
type RemovalKind uint8

// Kinds of removals.
const (
	RemovalMove RemovalKind = iota
	RemovalDelete
	RemovalUnread
	RemovalRule
)

// noRemoval is the kind of operations that remove nothing.
const noRemoval = -1

// A RemovalSet is what actors removed.
type RemovalSet struct {
	All     []*Removal // in the order of their first record
	Records int        // of such acts, by anyone
}

// Removals are the removals of all actors.
var Removals = &analysis.Fact[*RemovalSet]{
	Name:   "removals",
	Needs:  []analysis.Need{analysis.Operations, Actors},
	Points: []*analysis.Point{oneActSeconds},
	Make:   findRemovals,
}

// oneActSeconds is how far apart the records of one act on one message lie: the
// service writes them in the same second, the client seconds later.
var oneActSeconds = &analysis.Point{Name: "cover-up.one_act_seconds", Value: 10, Doc: "seconds within which records of one actor about one message are one act"}

func findRemovals(p *analysis.Pass) *RemovalSet {
	type key struct {
		actor   *Actor
		unread  bool
		message mail.MessageKey
	}
	t := p.Timeline
	by := Actors.Of(p)
	kinds := removalKinds(p)
	oneAct := time.Duration(oneActSeconds.Int()) * time.Second
	set := &RemovalSet{}
	pasts := map[*Actor]*past{}
	open := map[key]*Removal{}
	for row, class := range analysis.RowsOf(p, analysis.ClassRead, analysis.ClassSend, analysis.ClassDelete, analysis.ClassMove, analysis.ClassRule) {
		kind := kinds[t.Code(timeline.ColOperation, row)]
		if kind != noRemoval {
			set.Records++
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
		if kind == noRemoval {
			before.note(t, row, class)
			continue
		}
		m, named := movedMessage(t, row)
		k := key{a, RemovalKind(kind) == RemovalUnread, m}
		r := open[k]
		if r == nil || !named || !mail.Follows(t, r.Rows, row, oneAct) {
			r = &Removal{Actor: a, Basis: basis, Kind: RemovalKind(kind)}
			open[k] = r
			set.All = append(set.All, r)
		}
		r.add(p, row, RemovalKind(kind), before)
	}
	return set
}

// Operations with a sense of their own here.
const (
	opUnread     = "MarkAsUnread"
	opHardDelete = "HardDelete"
)

// techniqueTidy is the ATT&CK id of the operations that clear traces in a
// mailbox.
const techniqueTidy = "T1070.008"

// removalKinds is the kind of removal of each operation, or noRemoval.
func removalKinds(p *analysis.Pass) []int8 {
	classes := analysis.Operations.Of(p)
	kinds := make([]int8, len(classes))
	for code, class := range classes {
		op := p.Timeline.Value(timeline.ColOperation, uint32(code))
		kinds[code] = noRemoval
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

// A past is what an actor did with messages up to a moment: by message id or,
// without one, by item id.
type past struct {
	viewed, sent map[string]time.Time
	subjects     map[string]time.Time // sent, where the record names no id
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

// add takes another record of the removal.
func (r *Removal) add(p *analysis.Pass, row int, kind RemovalKind, before *past) {
	t := p.Timeline
	r.Rows = append(r.Rows, row)
	if kind == RemovalDelete {
		r.Kind = RemovalDelete
	}
	op := t.Text(timeline.ColOperation, row)
	r.Hard = r.Hard || strings.EqualFold(op, opHardDelete)
	messages := []timeline.Message{{MessageID: t.Text(timeline.ColMessageID, row), ItemID: t.Text(timeline.ColItemID, row), Subject: t.Text(timeline.ColSubject, row)}}
	listed, details := t.Messages(row), t.PlainDetails(row)
	r.Hard = r.Hard || strings.EqualFold(details["DeleteType"], opHardDelete)
	if len(listed) > 0 {
		messages = listed
	}
	for _, m := range messages {
		if len(r.Rows) == 1 {
			r.Messages = append(r.Messages, m)
			r.Notice = append(r.Notice, p.Reference.SuppressTerms(m.Subject)...)
		}
		for _, id := range []string{m.MessageID, m.ItemID, t.Text(timeline.ColTarget, row)} {
			r.Viewed = later(r.Viewed, before.viewed[id])
			r.Sent = later(r.Sent, before.sent[id])
		}
		if m.MessageID == "" && m.Subject != "" && strings.Contains(strings.ToLower(t.Text(timeline.ColFolder, row)), "sent") {
			r.Sent = later(r.Sent, before.subjects[mail.BareSubject(m.Subject)])
		}
	}
}

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
