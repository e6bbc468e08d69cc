package actor

import (
	"maps"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
)

// A Certainty says how sure it is that an actor had a message.
type Certainty string

// Certainties, the surest first.
const (
	// Proved is a record of the actor's that names the message: mail access to
	// single messages, a view, an opened attachment, a request that reads it.
	Proved Certainty = "proved"
	// Presumed is a message of a folder or mailbox that the actor's client
	// copied.
	Presumed Certainty = "presumed"
	// Blind is a span in which the service recorded no access to single
	// messages, while the actor was active in the mailbox. It names no message.
	Blind Certainty = "blind"
)

// An Exposure is one message of one mailbox that an actor in band act or review
// had, or a span in which nothing can be told. Only acts that did not fail
// count, and no message counts twice in a mailbox.
type Exposure struct {
	Mailbox   string // as first written
	Message   string // internet message id in angle brackets; the item id where no record gives one; empty if blind
	Certainty Certainty
	Folder    string // in which the records saw it last; empty if they do not say

	// What the evidence tells of the message; empty where it tells nothing.
	Subject, Sender         string
	Recipients, Attachments []string // sorted
	// JoinedFrom names the records that these were taken from, where the
	// records of the access do not state them: "MessageTrace: sender, subject".
	JoinedFrom string

	Actor       *Actor    // the first who had it
	First, Last time.Time // of the access; a record of mail access stands for the minutes before it as well
	Bytes       int64     // that requests to read it were answered with
	Origins     []timeline.Origin

	box    *Box
	names  []messageName
	rows   []int // of the access, and of what was joined
	merged bool  // it is part of another
	cells  joinedCells
	extra  []timeline.Origin // rows of context
}

// A Box is what actors in band act or review did in one mailbox.
type Box struct {
	Mailbox string // as first written
	Actors  []*Actor

	exposed     []*Exposure
	copies      map[string][]copied // by folder
	blind       []span
	acts        []int // of actors, in time order
	lists       []int // that list messages without naming them
	nameless    int   // accesses that records count without naming the message
	requests    int   // that read a message which records of mail access name
	recorded    int   // records of mail access, by anyone
	inPeriod    int   // of these, those of the time of the actors
	first, last int64 // of the actors in it
}

// An ExposedSet is all exposures, by mailbox, time and message.
type ExposedSet struct {
	All   []*Exposure
	Boxes []*Box // mailboxes that actors in band act or review reached, by name
}

// bindMinutes is from Microsoft Learn: accesses within two minutes are one
// record.
var bindMinutes = &analysis.Point{Name: "exposure.bind_minutes", Value: 2, Doc: "minutes before a record of mail access in which the accesses lie that it tells of"}

// BlindHours is from Microsoft Learn: throttling lasts 24 hours.
var BlindHours = &analysis.Point{Name: "mail-access.blind_hours", Value: 24, Doc: "hours after a throttled record in which single messages are not recorded"}

// Exposures are the messages that actors in band act or review had. What the
// owner's own clients copy does not count, nor does what failed.
var Exposures = &analysis.Fact[*ExposedSet]{
	Name:   "exposures",
	Needs:  []analysis.Need{analysis.Operations, Actors},
	Points: []*analysis.Point{bindMinutes, BlindHours},
	Make:   findExposures,
	None:   func(*analysis.Pass) *ExposedSet { return &ExposedSet{} },
}

func findExposures(p *analysis.Pass) *ExposedSet {
	x := newExposer(p)
	if len(x.boxes) == 0 {
		return &ExposedSet{}
	}
	x.readActs()
	x.readAccess()
	x.readRequests()
	x.presume()
	x.blind()
	x.join()
	return x.set()
}

// An exposer gathers exposures.
type exposer struct {
	p       *analysis.Pass
	t       *timeline.Timeline
	classes []string
	access  []bool // operations that are mail access, by code
	email   []bool // operations that are rows of Defender's table of mail
	copies  []bool // clients that copy mail by themselves, by code of ColClientRaw
	boxes   map[string]*Box
	byCode  []*Box // by code of ColMailbox
	byUser  []*Box // by code of ColUser
	senders []*Box // that were copied from, by code of ColSender
	book    exposedBook

	binds, requests []int // rows of actors
	told            []bind
}

// opMailAccess is the operation of mail access.
const opMailAccess = "MailItemsAccessed"

func newExposer(p *analysis.Pass) *exposer {
	t := p.Timeline
	x := &exposer{
		p: p, t: t, classes: analysis.Operations.Of(p), boxes: map[string]*Box{}, book: exposedBook{},
		access: codes(t, timeline.ColOperation, func(op string) bool { return strings.EqualFold(op, opMailAccess) }),
		email:  codes(t, timeline.ColOperation, func(op string) bool { return op == opEmail }),
		copies: codes(t, timeline.ColClientRaw, func(raw string) bool { _, sync := p.Reference.ClientClass(raw); return sync }),
		byCode: make([]*Box, t.Cardinality(timeline.ColMailbox)), byUser: make([]*Box, t.Cardinality(timeline.ColUser)),
	}
	for _, who := range Actors.Of(p).Actors {
		if who.Band == BandListed {
			continue
		}
		for _, name := range who.Mailboxes {
			box := x.boxes[strings.ToLower(name)]
			if box == nil {
				box = &Box{Mailbox: name}
				x.boxes[strings.ToLower(name)] = box
			}
			box.Actors = append(box.Actors, who)
		}
	}
	if len(x.boxes) == 0 {
		return x
	}
	for c, boxes := range map[timeline.Col][]*Box{timeline.ColMailbox: x.byCode, timeline.ColUser: x.byUser} {
		for code := range boxes {
			boxes[code] = x.boxes[strings.ToLower(t.Value(c, uint32(code)))]
		}
	}
	return x
}

// boxOf is the mailbox that a record is about: its own, else its user's.
func (x *exposer) boxOf(row int) *Box {
	if code := x.t.Code(timeline.ColMailbox, row); code != 0 {
		return x.byCode[code]
	}
	return x.byUser[x.t.Code(timeline.ColUser, row)]
}

// readActs sorts the actors' acts by what they say of messages.
func (x *exposer) readActs() {
	t := x.t
	for row, who := range Actors.Of(x.p).Rows() {
		box := x.boxOf(row)
		if box == nil || who.Band == BandListed || t.Outcome(row) > timeline.Success {
			continue
		}
		class := x.classes[t.Code(timeline.ColOperation, row)]
		if x.transport(row, class) {
			continue // it names who got the message
		}
		at := timeline.UnixNano(t, row)
		if len(box.acts) == 0 {
			box.first = at
		}
		box.last = at
		box.acts = append(box.acts, row)
		switch {
		case t.Has(row, timeline.Sync):
			x.binds = append(x.binds, row) // it names the folders
		case x.access[t.Code(timeline.ColOperation, row)]:
			x.binds = append(x.binds, row)
		case t.Code(timeline.ColRequest, row) != 0:
			x.request(box, row)
		case class == analysis.ClassSearch:
			if t.Code(timeline.ColQuery, row) != 0 && t.IsAct(row) && !strings.Contains(t.Text(timeline.ColOperation, row), suggestions) {
				box.lists = append(box.lists, row)
			}
		case class == analysis.ClassAccess && !x.names(row):
			box.lists = append(box.lists, row)
		case shows(class, t.Text(timeline.ColOperation, row)):
			x.proved(box, row, who, t.Text(timeline.ColMessageID, row), t.Text(timeline.ColItemID, row), t.Text(timeline.ColFolder, row), 0)
		}
		if x.copiesAll(row, class) {
			scope := wholeMailbox
			if t.Text(timeline.ColClient, row) == logon.ClientPOP {
				scope = folderArriving // POP knows no other
			}
			box.copy(scope, row, who)
		}
	}
	maps.DeleteFunc(x.boxes, func(_ string, box *Box) bool { return len(box.acts) == 0 })
}

// transport reports whether a record tells of the way of a message.
func (x *exposer) transport(row int, class string) bool {
	return class == analysis.ClassTrace || class == analysis.ClassDelivery || class == analysis.ClassMessage || x.email[x.t.Code(timeline.ColOperation, row)]
}

// suggestions is in the names of operations that record a query while it is typed.
const suggestions = "Suggestion"

// names reports whether a record names a message.
func (x *exposer) names(row int) bool {
	return x.t.Code(timeline.ColMessageID, row) != 0 || x.t.Code(timeline.ColItemID, row) != 0
}

// shows reports whether an operation shows a message or its attachment to whom
// it is done by. Marking a message does not.
func shows(class, op string) bool {
	switch class {
	case analysis.ClassRead:
		return !strings.HasPrefix(op, "Mark")
	case analysis.ClassOpen, analysis.ClassExfil, analysis.ClassAccess:
		return true
	}
	return false
}

// proved notes that a record of an actor names a message, as of an access up to
// some time before it.
func (x *exposer) proved(box *Box, row int, who *Actor, id, item, folder string, before time.Duration) *Exposure {
	e := x.book.at(box, id, item)
	if e == nil {
		box.nameless++
		return nil
	}
	if e.Certainty != Proved {
		e.Certainty, e.Actor, e.First, e.Last, e.rows = Proved, nil, time.Time{}, time.Time{}, nil
	}
	at := x.t.Time(row)
	e.see(who, at.Add(-before), at)
	e.rows = append(e.rows, row)
	if folder != "" {
		e.Folder = folder
	}
	return e
}

// see widens the span of an exposure.
func (e *Exposure) see(who *Actor, from, to time.Time) {
	if e.Actor == nil || from.Before(e.First) {
		e.Actor, e.First = who, from
	}
	if to.After(e.Last) {
		e.Last = to
	}
}

// merge adds what another exposure of the same message knows.
func (e *Exposure) merge(other *Exposure) {
	if other.Certainty == Proved && e.Certainty != Proved {
		e.Certainty, e.Actor, e.First, e.Last, e.rows = Proved, other.Actor, other.First, other.Last, nil
	}
	if other.Certainty == e.Certainty && other.Actor != nil {
		e.see(other.Actor, other.First, other.Last)
		e.rows = append(e.rows, other.rows...)
	}
	e.Bytes += other.Bytes
	if e.Folder == "" {
		e.Folder = other.Folder
	}
	if !strings.HasPrefix(e.Message, "<") {
		e.Message = other.Message
	}
}

// readAccess reads the messages and folders that records of mail access list.
func (x *exposer) readAccess() {
	type listed struct {
		messages []timeline.Message
		nameless int
	}
	t, by, before := x.t, Actors.Of(x.p), time.Duration(bindMinutes.Value*float64(time.Minute))
	timeline.EachWide(t, x.binds, timeline.WideMessages|timeline.WideDetails, func(_ int, w timeline.WideValues) listed {
		l := listed{messages: ownMessages(w.Messages)}
		l.nameless = max(0, operationCount(w.Details)-len(l.messages))
		return l
	}, func(row int, l listed) {
		box := x.boxOf(row)
		who, _ := by.At(row)
		if t.Has(row, timeline.Sync) {
			folders := []string{t.Text(timeline.ColFolder, row)}
			for _, m := range l.messages {
				folders = append(folders, m.Folder)
			}
			x.copyFolders(box, row, who, folders)
			return
		}
		if len(l.messages) == 0 && x.names(row) {
			l.messages = []timeline.Message{{MessageID: t.Text(timeline.ColMessageID, row), ItemID: t.Text(timeline.ColItemID, row)}}
			l.nameless = max(0, l.nameless-1)
		}
		for _, m := range l.messages {
			folder := m.Folder
			if folder == "" {
				folder = t.Text(timeline.ColFolder, row)
			}
			x.proved(box, row, who, m.MessageID, m.ItemID, folder, before)
		}
		box.nameless += l.nameless
		x.told = append(x.told, bind{row: row, messages: len(l.messages)})
	})
}

// set is what was gathered, in order.
func (x *exposer) set() *ExposedSet {
	s := &ExposedSet{}
	for _, box := range x.boxes {
		s.Boxes = append(s.Boxes, box)
	}
	slices.SortFunc(s.Boxes, func(a, b *Box) int { return strings.Compare(strings.ToLower(a.Mailbox), strings.ToLower(b.Mailbox)) })
	for _, box := range s.Boxes {
		box.exposed = slices.DeleteFunc(box.exposed, func(e *Exposure) bool { return e.merged })
		for _, e := range box.exposed {
			slices.Sort(e.rows)
			e.Origins = append(cite.Origins(x.t, slices.Compact(e.rows)), e.extra...)
			slices.SortFunc(e.Origins, timeline.Origin.Compare)
			e.Origins = slices.Compact(e.Origins)
		}
		slices.SortStableFunc(box.exposed, func(a, b *Exposure) int {
			if c := a.First.Compare(b.First); c != 0 {
				return c
			}
			return strings.Compare(mail.BareID(a.Message), mail.BareID(b.Message))
		})
		s.All = append(s.All, box.exposed...)
	}
	return s
}
