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
	j := &messageJoin{t: t, mailbox: t.Fold(ColMailbox)}
	known := t.Cardinality(ColMessageID)
	j.readContext()
	inParallel([]func(){
		func() { j.item = t.normalItems() },
		func() { j.message = t.Fold(ColMessageID)[:known] },
	})
	inParallel([]func(){
		func() { j.byItem = j.describers(ColItemID, j.item) },
		func() { j.byMessage = j.describers(ColMessageID, j.message) },
		j.followMoves,
	})
	j.indexContext()
	if !j.byItem.any() && !j.byMessage.any() && len(j.metadata) == 0 {
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
	byItem          mailboxNumbers   // the row that describes an item, + 1
	byMessage       mailboxNumbers   // likewise
	moved           mailboxNumbers   // the old item of a new one
	metadata        []map[Col]uint32 // of messages known from context
	keys            []string         // of these
	itemMetadata    map[uint32]int   // item to metadata
	messageMetadata map[uint32]int
}

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

// describers finds the rows that describe messages, by a column. Deliveries win
// over sendings, the earliest over later ones.
func (j *messageJoin) describers(c Col, normal []uint32) mailboxNumbers {
	t := j.t
	found := mailboxNumbers{codes: len(normal)}
	for _, name := range describing {
		op, ok := t.Find(ColOperation, name)
		if !ok {
			continue
		}
		wanted := make([]bool, t.Cardinality(ColOperation))
		wanted[op] = true
		for row := range t.RowsWith(ColOperation, wanted) {
			box, code := j.mailbox[t.Code(ColMailbox, row)], normal[t.Code(c, row)]
			if code != 0 && found.get(box, code) == 0 {
				found.set(box, code, uint32(row)+1)
			}
		}
	}
	return found
}

// followMoves finds the items that were moved and thereby got another id.
func (j *messageJoin) followMoves() {
	t := j.t
	j.moved.codes = len(j.item)
	moves := make([]bool, t.Cardinality(ColOperation))
	for code := range moves {
		moves[code] = strings.HasPrefix(t.Value(ColOperation, uint32(code)), "Move")
	}
	for row := range t.RowsWith(ColOperation, moves) {
		old, item := t.Text(ColTarget, row), j.item[t.Code(ColItemID, row)]
		if item == 0 || old == "" {
			continue
		}
		oldCode, ok := t.Find(ColItemID, old)
		if !ok {
			oldCode, ok = t.Find(ColItemID, ewsID(old))
		}
		if ok && j.item[oldCode] != item {
			j.moved.set(j.mailbox[t.Code(ColMailbox, row)], item, j.item[oldCode])
		}
	}
}

// readContext takes in the metadata of messages that came from elsewhere.
func (j *messageJoin) readContext() {
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
		j.metadata = append(j.metadata, codes)
		j.keys = append(j.keys, c.Key)
	}
}

// indexContext finds the items and the messages that the metadata is of.
func (j *messageJoin) indexContext() {
	j.itemMetadata, j.messageMetadata = map[uint32]int{}, map[uint32]int{}
	for n, key := range j.keys {
		if code, ok := j.t.Find(ColItemID, key); ok && code != 0 {
			j.itemMetadata[j.item[code]] = n
		}
		if code, ok := j.t.Find(ColItemID, ewsID(key)); ok && code != 0 {
			j.itemMetadata[j.item[code]] = n
		}
		if code := j.metadata[n][ColMessageID]; int(code) < len(j.message) {
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
		if from := j.byItem.get(box, item); from != 0 {
			j.copyRow(row, int(from)-1)
			break
		}
		if n, ok := j.itemMetadata[item]; ok {
			j.copyMetadata(row, n)
		}
		item = j.moved.get(box, item)
	}
	code := t.Code(ColMessageID, row)
	if code == 0 || int(code) >= len(j.message) {
		return
	}
	if from := j.byMessage.get(box, j.message[code]); from != 0 {
		j.copyRow(row, int(from)-1)
	}
	if n, ok := j.messageMetadata[j.message[code]]; ok {
		j.copyMetadata(row, n)
	}
}

// copyRow fills what a row lacks with what another one states itself.
func (j *messageJoin) copyRow(row, from int) {
	if row == from {
		return
	}
	t := j.t
	inferred, filled := t.inferred.at(from), uint64(0)
	for _, c := range joined {
		codes := &t.cols[c].codes
		if inferred&(1<<c) != 0 || codes.at(row) != 0 {
			continue
		}
		if code := codes.at(from); code != 0 {
			codes.set(row, code)
			filled |= 1 << c
		}
	}
	if filled != 0 {
		t.inferred.set(row, t.inferred.at(row)|filled)
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
