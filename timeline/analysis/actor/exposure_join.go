package actor

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
)

// What a message's cells may be taken from, the best first: the record of the
// access itself, then those that transport and the mailbox made of the message,
// then what the examiner fetched.
const (
	fromAccess = iota
	fromDelivery
	fromTrace
	fromEmail
	fromSending
	fromItems // lists of messages that were deleted or moved
	fromMail
	fromContext
	fromNothing
)

// The cells of a message that are joined.
const (
	joinSubject = iota
	joinSender
	joinAttachments
	joinRecipients // of several records: a trace has a row for each
	numJoined
)

var joinNames = [numJoined]string{"subject", "sender", "attachments", "recipients"}

// A joinedCell is a cell with what it was taken from.
type joinedCell struct {
	rank   int
	value  string
	from   string // name of the records; empty of the access itself
	origin timeline.Origin
}

// joinedCells are the cells of one message: one of each name, but as many
// lists of recipients as records give.
type joinedCells struct {
	one        [joinRecipients]joinedCell
	recipients map[string]joinedCell // by address
}

// offer takes a cell if nothing better is known.
func (c *joinedCells) offer(name int, cell joinedCell) {
	if cell.value == "" {
		return
	}
	if name == joinRecipients {
		for _, a := range mail.Addresses(cell.value) {
			if had, ok := c.recipients[a]; !ok || cell.rank < had.rank {
				if c.recipients == nil {
					c.recipients = map[string]joinedCell{}
				}
				c.recipients[a] = cell
			}
		}
		return
	}
	if had := &c.one[name]; had.value == "" || cell.rank < had.rank {
		*had = cell
	}
}

// join gives the messages what other records tell of them, by message id.
func (x *exposer) join() {
	wanted := map[string][]*Exposure{}
	for _, box := range x.boxes {
		for _, e := range box.exposed {
			if !e.merged && e.Certainty != Blind {
				x.ownCells(e)
				wanted[mail.BareID(e.Message)] = append(wanted[mail.BareID(e.Message)], e)
			}
		}
	}
	if len(wanted) == 0 {
		return
	}
	x.joinRows(wanted)
	x.joinContext(wanted)
	for _, list := range wanted {
		for _, e := range list {
			e.settle()
		}
	}
}

// ownCells takes what the records of an access state themselves, and what the
// timeline joined to them by the item.
func (x *exposer) ownCells(e *Exposure) {
	if e.Certainty != Proved {
		return
	}
	for _, row := range e.rows {
		if x.binding(row) {
			continue // its cells may be those of one of several messages
		}
		for name, c := range [numJoined]timeline.Col{timeline.ColSubject, timeline.ColSender, timeline.ColAttachments, timeline.ColRecipients} {
			cell := joinedCell{rank: fromAccess, value: x.t.Text(c, row), origin: x.t.Origin(row)}
			if x.t.Inferred(c, row) {
				cell.rank, cell.from = fromNothing, "records of the item"
			}
			e.cells.offer(name, cell)
		}
	}
}

// binding reports whether a row is a record of mail access.
func (x *exposer) binding(row int) bool { return x.access[x.t.Code(timeline.ColOperation, row)] }

// joinRows reads the records that name the messages.
func (x *exposer) joinRows(wanted map[string][]*Exposure) {
	t := x.t
	byCode := make([][]*Exposure, t.Cardinality(timeline.ColMessageID))
	for code := 1; code < len(byCode); code++ {
		byCode[code] = wanted[mail.BareID(t.Value(timeline.ColMessageID, uint32(code)))]
	}
	var lists []int
	for row := range t.Len() {
		op := t.Code(timeline.ColOperation, row)
		class := x.classes[op]
		if (class == analysis.ClassDelete || class == analysis.ClassMove) && x.boxOf(row) != nil {
			lists = append(lists, row)
		}
		list := byCode[t.Code(timeline.ColMessageID, row)]
		if len(list) == 0 || t.Inferred(timeline.ColMessageID, row) {
			continue
		}
		rank := x.rank(row, class)
		if rank == fromNothing {
			continue
		}
		from := t.Value(timeline.ColOperation, op)
		for name, c := range [numJoined]timeline.Col{timeline.ColSubject, timeline.ColSender, timeline.ColAttachments, timeline.ColRecipients} {
			if t.Code(c, row) == 0 || t.Inferred(c, row) {
				continue
			}
			cell := joinedCell{rank, t.Text(c, row), from, t.Origin(row)}
			for _, e := range list {
				e.cells.offer(name, cell)
			}
		}
	}
	timeline.EachWide(t, lists, timeline.WideMessages, func(_ int, w timeline.WideValues) []timeline.Message {
		return ownMessages(slices.DeleteFunc(w.Messages, func(m timeline.Message) bool { return m.Subject == "" || len(wanted[mail.BareID(m.MessageID)]) == 0 }))
	}, func(row int, messages []timeline.Message) {
		for _, m := range messages {
			for _, e := range wanted[mail.BareID(m.MessageID)] {
				e.cells.offer(joinSubject, joinedCell{fromItems, m.Subject, "AffectedItems of " + t.Text(timeline.ColOperation, row), t.Origin(row)})
			}
		}
	})
}

// rank says how good a record is for what a message was.
func (x *exposer) rank(row int, class string) int {
	switch {
	case class == analysis.ClassDelivery:
		return fromDelivery
	case class == analysis.ClassTrace:
		return fromTrace
	case x.email[x.t.Code(timeline.ColOperation, row)]:
		return fromEmail
	case class == analysis.ClassSend && mail.Sends(x.t, row):
		return fromSending
	case class == analysis.ClassDelete || class == analysis.ClassMove:
		return fromItems
	case class == analysis.ClassMessage:
		return fromMail
	}
	return fromNothing
}

// joinContext reads what the examiner fetched of the messages.
func (x *exposer) joinContext(wanted map[string][]*Exposure) {
	for i := range x.t.Context() {
		c := &x.t.Context()[i]
		if c.Kind != timeline.MessageContext {
			continue
		}
		list := wanted[mail.BareID(cmp.Or(c.Get(timeline.ColMessageID.String()), c.Key))]
		if len(list) == 0 {
			continue
		}
		from := "message metadata"
		if s := x.t.SourceOf(c.Origin.Evidence); s != nil && s.Layout != "" {
			from = s.Layout
		}
		for name, word := range joinNames {
			for _, e := range list {
				e.cells.offer(name, joinedCell{fromContext, c.Get(word), from, c.Origin})
			}
		}
	}
}

// settle writes the cells of a message, and names what they were taken from.
func (e *Exposure) settle() {
	taken := map[string][]string{} // names of cells by records
	from := func(name int, c joinedCell) {
		if c.from == "" {
			return
		}
		if !slices.Contains(taken[c.from], joinNames[name]) {
			taken[c.from] = append(taken[c.from], joinNames[name])
		}
		e.extra = append(e.extra, c.origin)
	}
	for name, c := range e.cells.one {
		if c.value != "" {
			from(name, c)
		}
	}
	e.Subject, e.Sender = e.cells.one[joinSubject].value, mail.Address(e.cells.one[joinSender].value)
	for _, a := range mail.ListParts(e.cells.one[joinAttachments].value) {
		e.Attachments = append(e.Attachments, strings.TrimSpace(a))
	}
	slices.Sort(e.Attachments)
	e.Recipients = slices.Sorted(maps.Keys(e.cells.recipients))
	for _, a := range e.Recipients {
		from(joinRecipients, e.cells.recipients[a])
	}
	var parts []string
	for _, records := range slices.Sorted(maps.Keys(taken)) {
		parts = append(parts, records+": "+strings.Join(taken[records], ", "))
	}
	e.JoinedFrom = strings.Join(parts, "; ")
	e.cells = joinedCells{}
}
