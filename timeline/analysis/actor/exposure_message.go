package actor

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"becforensics/timeline/analysis/mail"
)

// A messageName is one name of a message within one mailbox: its internet
// message id, or the id of its item.
type messageName struct {
	mailbox *Box
	item    bool
	id      string
}

// An exposedBook finds the exposures by the names of their messages. A message
// that one record names by its item and another by its message id is one as
// soon as a record names both.
type exposedBook map[messageName]*Exposure

// at is the exposure of a message, made if it is not known; nil if a record
// gives it no name.
func (b exposedBook) at(box *Box, id, item string) *Exposure {
	var names []messageName
	if bare := mail.BareID(strings.TrimSpace(id)); bare != "" {
		names = append(names, messageName{box, false, bare})
	}
	if item != "" {
		names = append(names, messageName{box, true, entryOf(item)})
	}
	var e *Exposure
	for _, n := range names {
		switch other := b[n]; {
		case other == nil || other == e:
		case e == nil:
			e = other
		default:
			e.merge(other)
			for _, name := range other.names {
				b[name] = e
			}
			e.names = append(e.names, other.names...)
			other.merged = true
		}
	}
	if len(names) == 0 {
		return nil
	}
	if e == nil {
		e = &Exposure{Mailbox: box.Mailbox, Certainty: Presumed, box: box}
		box.exposed = append(box.exposed, e)
	}
	for _, n := range names {
		if b[n] == nil {
			b[n] = e
			e.names = append(e.names, n)
		}
	}
	switch {
	case names[0].item && e.Message == "":
		e.Message = item
	case !names[0].item && !strings.HasPrefix(e.Message, "<"):
		e.Message = "<" + strings.Trim(strings.TrimSpace(id), "<>") + ">"
	}
	return e
}

// known is the exposure of a message by either of its names; nil if it is
// not known.
func (b exposedBook) known(box *Box, id, item string) *Exposure {
	if bare := mail.BareID(strings.TrimSpace(id)); bare != "" {
		if e := b[messageName{box, false, bare}]; e != nil {
			return e
		}
	}
	if item != "" {
		return b[messageName{box, true, entryOf(item)}]
	}
	return nil
}

// Sizes of item ids, in bytes: the entry id of an item in its store, and what
// stands before it where the audit log writes it and where EWS and Graph do.
const (
	entryBytes   = 70
	auditHead    = 1 // the length of the entry id
	requestHead  = 4 // a mark and the length of the mailbox's name
	requestTail  = 3 // a mark and the length of the entry id
	requestStart = "\x00\x03"
)

// itemSigns spells item ids as EWS does.
var itemSigns = strings.NewReplacer("-", "/", "_", "+")

// entryOf is the entry id within an item id, which the audit log and the
// interfaces of programs write in different frames; an id of another form
// stands for itself, in the one of two spellings that EWS uses.
func entryOf(item string) string {
	item = itemSigns.Replace(item)
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(item, "="))
	if err != nil {
		return item
	}
	if len(raw) > auditHead+entryBytes && raw[0] == entryBytes {
		return string(raw[auditHead : auditHead+entryBytes])
	}
	if len(raw) > requestHead && string(raw[:2]) == requestStart {
		at := requestHead + int(binary.LittleEndian.Uint16(raw[2:])) + requestTail
		if len(raw) >= at+entryBytes && binary.LittleEndian.Uint16(raw[at-2:]) == entryBytes {
			return string(raw[at : at+entryBytes])
		}
	}
	return item
}
