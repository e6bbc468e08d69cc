package message

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// eml is a message as it travels, and the block of headers alone that was
// copied out of a mail program.
var eml = &ingest.Layout{
	Name: "mail (.eml)",
	Doc: `A message in the form of RFC 5322, or its headers alone: one record. Its time is the date of the top-most Received
header, which the recipient's server wrote; without one the Date, which the sender writes. The address is the sender's client's as
the sending service claims it, else the one from which the message reached the recipient's servers. Attachments are named, not
opened; of the text the beginning is kept.`,
	TimeDesc: timeReceived,
	Fields:   headerFields,
	Detect:   detectEML,
	Open: func(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := &mailDecoder{mailbox: o.MailboxFor(h.Name), encoding: h.Shape.Encoding, fields: mapOf(m, o)}
		return d.open(d.decodeEML), nil
	},
}

const timeReceived = "Message Received Time"

// detectEML wants a block of header fields from the first line on, one of them
// such as every mail has.
func detectEML(h *ingest.Head, o *ingest.Options) ingest.Match {
	if h.IsJSON() || h.Shape.Kind == rows.Empty || h.Shape.Kind == rows.Binary {
		return ingest.None
	}
	if detectMbox(h, o) != ingest.None {
		return ingest.None
	}
	list, _, bad := readHeaders(utf8Text(h.Bytes, h.Shape.Encoding))
	if bad*4 > len(list) || len(list) < 2 {
		return ingest.None
	}
	has := func(name string) bool { return list.get(name) != "" }
	if !headerFields.Fit(column.Marks{{hFrom, hReceived, hMessageID}}, has) {
		return ingest.None
	}
	return ingest.Strong
}

// maxMail bounds what is held of one message, in bytes. Exchange Online takes
// no message above 150 MB; headers stand at the front, and what is beyond is
// read for its hash alone.
const maxMail = 160 << 20

// A mailDecoder reads a file that is one message.
type mailDecoder struct {
	mailbox    string
	encoding   rows.Encoding
	fields     *column.Map
	properties *column.Map // of an Outlook message
	sent       atomic.Bool // the time is the sender's Date
	cut        atomic.Bool // a message was not read whole
}

func (d *mailDecoder) open(decode func(*rows.Record, *timeline.Event) ingest.Outcome) *ingest.Decoder {
	return &ingest.Decoder{
		Decode: decode,
		Each:   eachWhole,
		At:     func(raw []byte) (*rows.Record, error) { return &rows.Record{Raw: raw, Length: len(raw)}, nil },
		Finish: func(s *timeline.Source) {
			if d.mailbox != "" {
				s.Mailbox, s.MailboxFrom = d.mailbox, "named by the examiner"
			}
			if d.sent.Load() {
				s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteAbsent, Text: "no Received header gives a time: the message's time is its Date, which the sender writes"})
			}
			if d.cut.Load() {
				s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteCut, Text: cutNote})
			}
		},
	}
}

// eachWhole makes the whole file one record.
func eachWhole(r io.Reader, yield func(*rows.Record) error) error {
	raw, err := io.ReadAll(io.LimitReader(r, maxMail))
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	return yield(&rows.Record{Raw: raw, Length: len(raw)})
}

func (d *mailDecoder) decodeEML(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	out := d.decodeMail(utf8Text(r.Raw, d.encoding), ev)
	d.bound(len(r.Raw) == maxMail, ev)
	ev.Content = r.Raw
	return out
}

// cutNote says what the bounds on a message may have left out.
var cutNote = fmt.Sprintf("messages flagged partial were not read whole: beyond %d MiB of a message, %d MiB of headers, %d attachments or %d nested parts nothing is read",
	maxMail>>20, maxHeaders>>20, maxAttachments, maxBoundaries)

// bound flags a message that was not read whole.
func (d *mailDecoder) bound(cut bool, ev *timeline.Event) {
	if cut {
		ev.Flags |= timeline.Partial
		d.cut.Store(true)
	}
}

// decodeMail reads a message of UTF-8 text. The text is what two copies of it
// share.
func (d *mailDecoder) decodeMail(text []byte, ev *timeline.Event) ingest.Outcome {
	list, body, _ := readHeaders(text)
	if len(list) == 0 {
		return ingest.Rejected("message has no headers")
	}
	attached, texts, cut := parts(d.fields, list, text[body:])
	d.bound(cut || body >= maxHeaders, ev)
	ev.Set(timeline.ColAttachments, strings.Join(names(attached), ";"))
	d.fill(list, ev)
	if ev.Wants(timeline.WideDetails) {
		ev.Details = list.details(attached, shownText(texts))
	}
	ev.ByContent, ev.Content = true, text
	return ingest.Outcome{}
}

// fill sets what a message's headers state.
func (d *mailDecoder) fill(list headerList, ev *timeline.Event) {
	ev.Set(timeline.ColOperation, "Message")
	ev.Set(timeline.ColMailbox, d.mailbox)
	at, sent, ok := list.received(d.fields)
	if ok {
		ev.Time, ev.HasTime = at.Nanos, true
		if sent {
			d.sent.Store(true)
		}
		if at.Zoneless {
			ev.Flags |= timeline.TimeAssumed
		}
	}
	get := func(f int) string { return list.at(d.fields, f) }
	if from := addresses(get(hFrom)); len(from) > 0 {
		ev.Set(timeline.ColSender, from[0])
	} else if from := addresses(decodeWords(get(hFrom))); len(from) > 0 {
		ev.Set(timeline.ColSender, from[0])
	}
	var to []string
	for _, f := range [...]int{hTo, hCc, hBcc} {
		to = append(to, addresses(get(f))...)
	}
	ev.Set(timeline.ColRecipients, strings.Join(to, ";"))
	ev.Set(timeline.ColSubject, decodeWords(get(hSubject)))
	ev.Set(timeline.ColMessageID, get(hMessageID))
	ev.Set(timeline.ColIP, list.origin(d.fields))
}

// utf8Text is UTF-16, in which headers that were pasted into an editor may be
// saved, as UTF-8; other text stays as it is, for each part says its own
// charset.
func utf8Text(raw []byte, e rows.Encoding) []byte {
	var from encoding.Encoding
	switch e {
	case rows.UTF16LE:
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case rows.UTF16BE:
		from = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	default:
		return bytes.TrimPrefix(raw, []byte(byteOrderMark))
	}
	out, err := from.NewDecoder().Bytes(raw)
	if err != nil {
		return raw
	}
	return out
}
