package bec

import (
	"strings"

	"becforensics/timeline"
)

// A messageKey tells messages apart within one mailbox: by internet message
// id, which the timeline's join follows through moves; by item id where no
// message id is known.
type messageKey struct {
	mailbox uint32 // folded
	item    bool
	id      uint32 // folded message id, or item id as written: ids of items are case-sensitive
}

// messageOf is the key of the message that a row is about; false if the row
// names none.
func messageOf(t *timeline.Timeline, row int) (messageKey, bool) {
	k := messageKey{mailbox: t.Folded(timeline.ColMailbox, row)}
	if k.id = t.Folded(timeline.ColMessageID, row); k.id != 0 {
		return k, true
	}
	k.item = true
	k.id = t.Code(timeline.ColItemID, row)
	return k, k.id != 0
}

// address is the mail address in a text such as "Ap" <ap@example.com>, in
// lower case; the text itself where it has no brackets.
func address(text string) string {
	if i := strings.LastIndexByte(text, '<'); i >= 0 {
		text = text[i+1:]
		if j := strings.IndexByte(text, '>'); j >= 0 {
			text = text[:j]
		}
	}
	text = strings.TrimSpace(text)
	if len(text) >= len(smtpPrefix) && strings.EqualFold(text[:len(smtpPrefix)], smtpPrefix) {
		text = text[len(smtpPrefix):]
	}
	return strings.ToLower(text)
}

const smtpPrefix = "smtp:"

// domainOf is the domain of an address, in lower case; empty without one.
func domainOf(address string) string {
	_, domain, ok := cutLast(address, '@')
	if !ok {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(strings.TrimRight(domain, "> \t")), ".")
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
