package auditlog

import (
	"strings"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// senderKeys are where a message's sender stands, in the order of preference.
var senderKeys = [...]int{kSendAs, kSendOnBehalf, kP2Sender, kP1Sender, kSender}

// setMessage takes the sender and recipients, and the message that a record
// of mail protection or of a sensitivity label is about.
func setMessage(p *properties, ev *timeline.Event) {
	if s := p.first(senderKeys[:]...); s != "" {
		ev.Set(timeline.ColSender, s)
	}
	for _, k := range [...]int{kRecipientList, kRecipients, kReceivers} {
		if p.has(k) && ev.Cols[timeline.ColRecipients] == "" {
			ev.Set(timeline.ColRecipients, p.listOf(k))
		}
	}
	if s := messageID(p); s != "" {
		ev.Set(timeline.ColMessageID, s)
	}
	if s := p.text(kSubject); s != "" {
		ev.Set(timeline.ColSubject, s)
	} else if name := p.text(kItemName); name != "" && isLabelledMail(p) {
		ev.Set(timeline.ColSubject, name)
	}
	for _, k := range [...]int{kMailData, kEmailInfo} {
		if p.has(k) {
			setMailData(p, p.nested(k), ev)
		}
	}
}

// messageID is the internet message id of the message that a record is about.
// A label's record may have it as the object; MessageId is that of a chat too,
// which has another form.
func messageID(p *properties) string {
	if s := p.text(kInternetMessageID); s != "" {
		return s
	}
	if s := p.text(kMessageID); strings.Contains(s, "@") {
		return s
	}
	if s := p.text(kObjectID); p.text(kOperation) == labelOperation && isMessageID(s) {
		return s
	}
	return ""
}

// labelOperation is the word for a sensitivity label that was put on a mail.
const labelOperation = "MipLabel"

// isLabelledMail reports whether the name of a record's item is the subject of
// a mail and not the name of a file.
func isLabelledMail(p *properties) bool {
	return p.text(kOperation) == labelOperation || p.has(kReceivers)
}

// isMessageID reports whether a text has the form of an internet message id.
func isMessageID(s string) bool {
	return strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") && strings.Contains(s, "@")
}

// setMailData takes what a record says of a message in an object of its own,
// where no property says it.
func setMailData(p *properties, data rows.Value, ev *timeline.Event) {
	fill := func(c timeline.Col, names ...string) {
		for _, name := range names {
			if ev.Cols[c] == "" {
				ev.Set(c, p.list(data.Get(name)))
			}
		}
	}
	fill(timeline.ColMessageID, "MessageID", "MessageId", "InternetMessageId")
	fill(timeline.ColSubject, "Subject")
	fill(timeline.ColSender, "From", "Sender")
	if ev.Cols[timeline.ColRecipients] == "" {
		var all []string
		for _, name := range [...]string{"To", "CC", "BCC"} {
			if s := p.list(data.Get(name)); s != "" {
				all = append(all, s)
			}
		}
		ev.Set(timeline.ColRecipients, strings.Join(all, ";"))
	}
	fill(timeline.ColRecipients, "Receivers", "Recipients")
}
