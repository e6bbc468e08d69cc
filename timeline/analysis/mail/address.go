package mail

import (
	"strings"

	"becforensics/timeline"
)

// ListParts are the names of a list parted by semicolons or commas, which part
// nothing within quotes: "Smith, Anna" [SMTP:a@b] is one. A quote that is not
// closed counts as a letter.
func ListParts(list string) []string {
	paired := strings.Count(list, `"`)%2 == 0
	quoted := false
	return strings.FieldsFunc(list, func(r rune) bool {
		quoted = quoted != (paired && r == '"')
		return !quoted && (r == ';' || r == ',')
	})
}

// External reports whether a target lies outside of the tenant: a guest does,
// though the guest's name ends in the tenant's domain. A target without an internet
// domain is a name of the own organisation.
func External(own map[string]bool, target string) bool {
	d := DomainOf(target)
	return d != "" && (!InDomains(own, d) || strings.Contains(strings.ToLower(target), guestMark))
}

// A MessageKey tells messages apart within one mailbox: by internet message
// id, which the timeline's join follows through moves; by item id where no
// message id is known.
type MessageKey struct {
	Mailbox uint32 // folded
	Item    bool
	ID      uint32 // folded message id, or item id as written: ids of items are case-sensitive
}

// MessageOf is the key of the message that a row is about; false if the row
// names none.
func MessageOf(t *timeline.Timeline, row int) (MessageKey, bool) {
	k := MessageKey{Mailbox: t.Folded(timeline.ColMailbox, row)}
	if k.ID = t.Folded(timeline.ColMessageID, row); k.ID != 0 {
		return k, true
	}
	k.Item = true
	k.ID = t.Code(timeline.ColItemID, row)
	return k, k.ID != 0
}

// Address is the mail address in a text such as "Ap" <ap@example.com>, in
// lower case; the text itself where it has no brackets.
func Address(text string) string {
	if i := strings.LastIndexByte(text, '<'); i >= 0 {
		text = text[i+1:]
		if j := strings.IndexByte(text, '>'); j >= 0 {
			text = text[:j]
		}
	}
	text = strings.TrimSpace(text)
	if len(text) >= len(SMTPPrefix) && strings.EqualFold(text[:len(SMTPPrefix)], SMTPPrefix) {
		text = text[len(SMTPPrefix):]
	}
	return strings.ToLower(text)
}

// SMTPPrefix stands before an address in lists of proxy addresses.
const SMTPPrefix = "smtp:"

// DomainOf is the domain of an address, in lower case; empty without one.
func DomainOf(address string) string {
	_, domain, ok := cutLast(address, '@')
	if !ok {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(strings.TrimRightFunc(domain, afterDomain)), ".")
}

// afterDomain reports whether a letter may stand after an address.
func afterDomain(r rune) bool { return r == '>' || r == ' ' || r == '\t' }

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
