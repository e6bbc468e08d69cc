package message

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
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
	TimeDesc: timeReceived,
	Fields:   headerFields,
	Parts:    []ingest.Part{{Of: "properties", Fields: msgFields}},
	Only:     rows.Binary,
	Detect:   detectMSG,
	Open: func(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := &mailDecoder{mailbox: o.MailboxFor(h.Name), fields: m, properties: m.For(msgFields)}
		return d.open(d.decodeMSG), nil
	},
}

// detectMSG wants the name of a property's stream in the directory of a
// compound file. A directory that lies beyond what detection sees may be any
// compound file's.
func detectMSG(h *ingest.Head, _ *ingest.Options) ingest.Match {
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

// Fields of the properties that are read.
const (
	pHeaders = iota
	pSubject
	pSender
	pSenderAddress
	pSenderName
	pDisplayTo
	pDisplayCc
	pMessageID
	pLongFilename
	pFilename
	pDeliveryTime
	pSubmitTime
)

var msgFields = column.Fields{
	pHeaders:       column.At("PR_TRANSPORT_MESSAGE_HEADERS"),
	pSubject:       column.At("PR_SUBJECT"),
	pSender:        column.At("PR_SENDER_SMTP_ADDRESS"),
	pSenderAddress: column.At("PR_SENDER_EMAIL_ADDRESS"),
	pSenderName:    column.At("PR_SENDER_NAME"),
	pDisplayTo:     column.At("PR_DISPLAY_TO"),
	pDisplayCc:     column.At("PR_DISPLAY_CC"),
	pMessageID:     column.At("PR_INTERNET_MESSAGE_ID"),
	pLongFilename:  column.At("PR_ATTACH_LONG_FILENAME"),
	pFilename:      column.At("PR_ATTACH_FILENAME"),
	pDeliveryTime:  column.At("PR_MESSAGE_DELIVERY_TIME"),
	pSubmitTime:    column.At("PR_CLIENT_SUBMIT_TIME"),
}

// tags are the numbers of the properties (MS-OXPROPS).
var tags = [...]uint16{
	pHeaders: 0x007D, pSubject: 0x0037, pSender: 0x5D01, pSenderAddress: 0x0C1F, pSenderName: 0x0C1A, pDisplayTo: 0x0E04, pDisplayCc: 0x0E03,
	pMessageID: 0x1035, pLongFilename: 0x3707, pFilename: 0x3704, pDeliveryTime: 0x0E06, pSubmitTime: 0x0039,
}

// typeTime is the type of a property that is a time (MS-OXCDATA).
const typeTime = 0x0040

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
	m := storage{d.properties, c, c.children(c.entries[0], seen)}
	if _, ok := m.parts[propertyTable]; !ok {
		return ingest.Rejected("compound file without the properties of a message")
	}
	list, _, _ := readHeaders([]byte(m.text(pHeaders, maxHeaders)))
	d.fill(list, ev)
	set := func(col timeline.Col, value string) {
		if ev.Cols[col] == "" {
			ev.Set(col, value)
		}
	}
	set(timeline.ColSubject, m.text(pSubject, maxProperty))
	set(timeline.ColMessageID, m.text(pMessageID, maxProperty))
	set(timeline.ColSender, cmp.Or(m.text(pSender, maxProperty), m.text(pSenderAddress, maxProperty), m.text(pSenderName, maxProperty)))
	set(timeline.ColRecipients, joined(m.text(pDisplayTo, maxProperty), m.text(pDisplayCc, maxProperty)))
	ev.Set(timeline.ColAttachments, strings.Join(m.attachments(seen), ";"))
	if !ev.HasTime {
		ownTime(m, ev)
	}
	if ev.Wants(timeline.WideDetails) && len(list) > 0 {
		ev.Details = list.details(nil, "")
	}
	d.bound(len(r.Raw) == maxMail, ev)
	ev.ByContent, ev.Content = true, r.Raw
	return ingest.Outcome{}
}

// ownTime sets the time that Outlook states of a message without headers.
func ownTime(m storage, ev *timeline.Event) {
	for _, f := range [...]int{pDeliveryTime, pSubmitTime} {
		if t, ok := m.time(f); ok {
			ev.Time, ev.HasTime = t.Nanos, true
			return
		}
	}
}

// A storage is one of a compound file's folders with what is in it.
type storage struct {
	fields *column.Map
	c      *compound
	parts  map[string]entry
}

// tag is the number of a field's property.
func (s storage) tag(f int) uint16 {
	s.fields.Names(f) // read by its number, not by its name
	return tags[f]
}

// text is a property of text, of Unicode or of Western Windows.
func (s storage) text(f, most int) string {
	tag := fmt.Sprintf("%04X", s.tag(f))
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
func (s storage) time(f int) (clock.Reading, bool) {
	const head, row = 32, 16
	tag := uint32(s.tag(f))<<16 | typeTime
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
		a := storage{s.fields, s.c, s.c.children(s.parts[name], seen)}
		if file := cmp.Or(a.text(pLongFilename, maxFileName), a.text(pFilename, maxFileName)); file != "" {
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
