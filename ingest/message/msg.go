package message

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// msg is a message as Outlook saves it.
var msg = &ingest.Layout{
	Name: "Outlook message (.msg)",
	Doc: `A message as Outlook saves it, an OLE compound file of MAPI properties: one record. Its headers are those that the
transport left in it (PR_TRANSPORT_MESSAGE_HEADERS). A message that was never received has none: subject, sender, recipients and
times are then Outlook's own properties, and nothing can be said of authentication.`,
	Columns:  []string{"PR_TRANSPORT_MESSAGE_HEADERS", "PR_SUBJECT", "PR_SENDER_SMTP_ADDRESS", "PR_DISPLAY_TO", "PR_INTERNET_MESSAGE_ID", "PR_MESSAGE_DELIVERY_TIME", "PR_ATTACH_LONG_FILENAME"},
	TimeDesc: timeReceived,
	Detect:   detectMSG,
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		d := &mailDecoder{mailbox: o.MailboxFor(h.Name)}
		return d.open(d.decodeMSG), nil
	},
}

// detectMSG wants the name of a property's stream in the directory of a
// compound file. A directory that lies beyond what detection sees may be any
// compound file's.
func detectMSG(h *ingest.Head) ingest.Match {
	if !bytes.HasPrefix(h.Bytes, []byte(oleMagic)) || len(h.Bytes) < oleHeader {
		return ingest.None
	}
	if bytes.Contains(h.Bytes, utf16le(propertyStream)) || bytes.Contains(h.Bytes, utf16le(propertyTable)) {
		return ingest.Strong
	}
	if directory := int64(le.Uint32(h.Bytes[48:])); (directory+1)*oleHeader >= rows.HeadSize {
		return ingest.Weak
	}
	return ingest.None
}

// Names of a message's parts (MS-OXMSG, 2).
const (
	propertyStream = "__substg1.0_"
	propertyTable  = "__properties_version1.0"
	attachmentPart = "__attach_version1.0_"
)

// MAPI properties by their tags (MS-OXPROPS).
const (
	prTransportHeaders = "007D"
	prSubject          = "0037"
	prSender           = "5D01" // PR_SENDER_SMTP_ADDRESS
	prSenderAddress    = "0C1F"
	prSenderName       = "0C1A"
	prDisplayTo        = "0E04"
	prDisplayCc        = "0E03"
	prMessageID        = "1035"
	prLongFilename     = "3707"
	prFilename         = "3704"

	prDeliveryTime = 0x0E060040
	prSubmitTime   = 0x00390040
)

// Bounds on a property that is no block of headers and on a file's name, in
// bytes.
const (
	maxProperty = 32 << 10
	maxFileName = 1 << 10
)

func (d *mailDecoder) decodeMSG(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	c, err := readCompound(r.Raw)
	if err != nil {
		return ingest.Rejected(err.Error())
	}
	seen := make([]bool, len(c.entries))
	seen[0] = true
	m := storage{c, c.children(c.entries[0], seen)}
	if _, ok := m.parts[propertyTable]; !ok {
		return ingest.Rejected("compound file without the properties of a message")
	}
	list, _, _ := readHeaders([]byte(m.text(prTransportHeaders, maxHeaders)))
	d.fill(list, ev)
	set := func(col timeline.Col, value string) {
		if ev.Cols[col] == "" {
			ev.Set(col, value)
		}
	}
	set(timeline.ColSubject, m.text(prSubject, maxProperty))
	set(timeline.ColMessageID, m.text(prMessageID, maxProperty))
	set(timeline.ColSender, cmp.Or(m.text(prSender, maxProperty), m.text(prSenderAddress, maxProperty), m.text(prSenderName, maxProperty)))
	set(timeline.ColRecipients, joined(m.text(prDisplayTo, maxProperty), m.text(prDisplayCc, maxProperty)))
	ev.Set(timeline.ColAttachments, strings.Join(m.attachments(seen), ";"))
	if !ev.HasTime {
		ownTime(m, ev)
	}
	if len(r.Raw) == maxMail {
		ev.Flags |= timeline.Partial
	}
	ev.ByContent, ev.Content = true, r.Raw
	return ingest.Outcome{}
}

// ownTime sets the time that Outlook states of a message without headers.
func ownTime(m storage, ev *timeline.Event) {
	for _, tag := range [...]uint32{prDeliveryTime, prSubmitTime} {
		if t, ok := m.time(tag); ok {
			ev.Time, ev.HasTime = t.Nanos, true
			return
		}
	}
}

// A storage is one of a compound file's folders with what is in it.
type storage struct {
	c     *compound
	parts map[string]entry
}

// text is a property of text, of Unicode or of Western Windows.
func (s storage) text(tag string, most int) string {
	if e, ok := s.parts[propertyStream+tag+"001F"]; ok {
		b := s.c.stream(e, most)
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = le.Uint16(b[2*i:])
		}
		return strings.TrimRight(string(utf16.Decode(units)), "\x00")
	}
	if e, ok := s.parts[propertyStream+tag+"001E"]; ok {
		out, err := charmap.Windows1252.NewDecoder().Bytes(s.c.stream(e, most))
		if err == nil {
			return strings.TrimRight(string(out), "\x00")
		}
	}
	return ""
}

// time is a time in the table of properties of fixed length: 16 bytes each,
// after a head of 32.
func (s storage) time(tag uint32) (clock.Reading, bool) {
	const head, row = 32, 16
	table := s.c.stream(s.parts[propertyTable], maxProperty)
	for i := head; i+row <= len(table); i += row {
		if le.Uint32(table[i:]) == tag {
			return clock.FileTime(le.Uint64(table[i+8:]))
		}
	}
	return clock.Reading{}, false
}

// attachments are the names of the attached files.
func (s storage) attachments(seen []bool) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s.parts)) {
		if !strings.HasPrefix(name, attachmentPart) || len(list) == maxAttachments {
			continue
		}
		a := storage{s.c, s.c.children(s.parts[name], seen)}
		if file := cmp.Or(a.text(prLongFilename, maxFileName), a.text(prFilename, maxFileName)); file != "" {
			list = append(list, file)
		}
	}
	return list
}

// joined is lists of recipients as one.
func joined(lists ...string) string {
	lists = slices.DeleteFunc(lists, func(s string) bool { return s == "" })
	return strings.ReplaceAll(strings.Join(lists, ";"), "; ", ";")
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = le.AppendUint16(b, u)
	}
	return b
}
