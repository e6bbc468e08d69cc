package timeline

import (
	"slices"
	"strings"
)

// joined are the columns that a message gives to the activities on its item.
var joined = []Col{ColMessageID, ColSubject, ColSender, ColRecipients, ColAttachments, ColConversation}

// maxMoves bounds how often an item is followed through moves.
const maxMoves = 64

// Operations that carry a message's metadata: two of the Outlook Activities log,
// and the name of Defender's table of mail.
const (
	opDelivered = "MessageDelivered"
	opSent      = "MessageSent"
	opEmail     = "EmailEvents"
)

// describing are these operations, from the most telling on.
var describing = [...]string{opDelivered, opSent, opEmail}

// MessageContext is the kind of a context row that describes a message; its
// Key is an item id or an internet message id, its cells are named as the
// columns that it can fill.
const MessageContext = "message"

// joinMessages fills what activities do not say of their message from the
// record of its delivery, else of its sending, else from message metadata,
// within one mailbox and through moves, which change an item's id. Every cell
// it fills is marked as inferred.
func (t *Timeline) joinMessages() {
	if t.Cardinality(ColItemID) == 1 && t.Cardinality(ColMessageID) == 1 || !t.describesMessages() {
		return
	}
	j := &messageJoin{
		t: t, item: t.normalItems(), mailbox: t.cols[ColMailbox].dict.folded(), message: t.cols[ColMessageID].dict.folded(),
		byItem: map[uint64]int{}, byMessage: map[uint64]int{}, moved: map[uint64]uint32{},
	}
	j.index()
	j.indexContext()
	if len(j.byItem)+len(j.byMessage)+len(j.metadata) == 0 {
		return
	}
	for row := range t.n {
		j.fill(row)
	}
}

// describesMessages reports whether anything may describe a message to others.
func (t *Timeline) describesMessages() bool {
	for _, op := range describing {
		if _, ok := t.Find(ColOperation, op); ok {
			return true
		}
	}
	return slices.ContainsFunc(t.context, func(c Context) bool { return c.Kind == MessageContext })
}

type messageJoin struct {
	t               *Timeline
	item, mailbox   []uint32 // normalised code by code
	message         []uint32
	byItem          map[uint64]int // mailbox and item to the row that describes it
	byMessage       map[uint64]int
	moved           map[uint64]uint32 // mailbox and new item to the old item
	metadata        []map[Col]uint32  // of messages known from context
	itemMetadata    map[uint32]int    // item to metadata
	messageMetadata map[uint32]int
}

func pair(a, b uint32) uint64 { return uint64(a)<<32 | uint64(b) }

// normalItems maps item codes so that the two spellings of an id, with / +
// and with - _, share one. Ids are case-sensitive.
func (t *Timeline) normalItems() []uint32 {
	d := t.cols[ColItemID].dict
	normal := make([]uint32, d.len())
	for code := 1; code < d.len(); code++ {
		normal[code] = uint32(code)
		id := d.value(uint32(code))
		if !strings.ContainsAny(id, "-_") {
			continue
		}
		if other, ok := d.code(ewsID(id)); ok {
			normal[code] = other
		}
	}
	return normal
}

// ewsID spells an item id as Exchange Web Services does.
func ewsID(id string) string { return ewsSigns.Replace(id) }

var ewsSigns = strings.NewReplacer("-", "/", "_", "+")

// index notes which rows describe messages. Deliveries win over sendings, the
// earliest over later ones.
func (j *messageJoin) index() {
	t := j.t
	for _, name := range describing {
		op, ok := t.Find(ColOperation, name)
		if !ok {
			continue
		}
		for row := range t.n {
			if t.Code(ColOperation, row) != op {
				continue
			}
			box := j.mailbox[t.Code(ColMailbox, row)]
			first(j.byItem, pair(box, j.item[t.Code(ColItemID, row)]), row)
			first(j.byMessage, pair(box, j.message[t.Code(ColMessageID, row)]), row)
		}
	}
	for row := range t.n {
		old, item := t.Text(ColTarget, row), j.item[t.Code(ColItemID, row)]
		if item == 0 || old == "" || !strings.HasPrefix(t.Text(ColOperation, row), "Move") {
			continue
		}
		oldCode, ok := t.Find(ColItemID, old)
		if !ok {
			oldCode, ok = t.Find(ColItemID, ewsID(old))
		}
		if ok && j.item[oldCode] != item {
			j.moved[pair(j.mailbox[t.Code(ColMailbox, row)], item)] = j.item[oldCode]
		}
	}
}

func first(m map[uint64]int, key uint64, row int) {
	if uint32(key) == 0 {
		return
	}
	if _, ok := m[key]; !ok {
		m[key] = row
	}
}

// indexContext takes in the metadata of messages that came from elsewhere.
func (j *messageJoin) indexContext() {
	j.itemMetadata, j.messageMetadata = map[uint32]int{}, map[uint32]int{}
	for i := range j.t.context {
		c := &j.t.context[i]
		if c.Kind != MessageContext {
			continue
		}
		codes := map[Col]uint32{}
		for _, col := range joined {
			if v := c.Get(col.String()); v != "" {
				codes[col] = j.t.cols[col].dict.add(v)
			}
		}
		n := len(j.metadata)
		j.metadata = append(j.metadata, codes)
		if code, ok := j.t.Find(ColItemID, c.Key); ok && code != 0 {
			j.itemMetadata[j.item[code]] = n
		}
		if code, ok := j.t.Find(ColItemID, ewsID(c.Key)); ok && code != 0 {
			j.itemMetadata[j.item[code]] = n
		}
		if code := codes[ColMessageID]; int(code) < len(j.message) {
			j.messageMetadata[j.message[code]] = n
		}
	}
	delete(j.messageMetadata, 0)
}

// fill completes one row.
func (j *messageJoin) fill(row int) {
	t := j.t
	box := j.mailbox[t.Code(ColMailbox, row)]
	item := j.item[t.Code(ColItemID, row)]
	for range maxMoves {
		if item == 0 {
			break
		}
		if from, ok := j.byItem[pair(box, item)]; ok {
			j.copyRow(row, from)
			break
		}
		if n, ok := j.itemMetadata[item]; ok {
			j.copyMetadata(row, n)
		}
		item = j.moved[pair(box, item)]
	}
	code := t.Code(ColMessageID, row)
	if code == 0 || int(code) >= len(j.message) {
		return
	}
	if from, ok := j.byMessage[pair(box, j.message[code])]; ok {
		j.copyRow(row, from)
	}
	if n, ok := j.messageMetadata[j.message[code]]; ok {
		j.copyMetadata(row, n)
	}
}

func (j *messageJoin) copyRow(row, from int) {
	if row == from {
		return
	}
	for _, c := range joined {
		if code := j.t.Code(c, from); code != 0 && !j.t.Inferred(c, from) {
			j.t.infer(c, row, code)
		}
	}
}

func (j *messageJoin) copyMetadata(row, n int) {
	for _, c := range joined {
		if code := j.metadata[n][c]; code != 0 {
			j.t.infer(c, row, code)
		}
	}
}

// infer fills an absent cell.
func (t *Timeline) infer(c Col, row int, code uint32) {
	codes := &t.cols[c].codes
	if codes.at(row) != 0 {
		return
	}
	codes.set(row, uint64(code))
	t.inferred.set(row, t.inferred.at(row)|1<<c)
}
