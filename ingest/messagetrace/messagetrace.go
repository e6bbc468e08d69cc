// Package messagetrace decodes message traces: one row a message and
// recipient, whoever collected it. It does not join them to mailbox activities
// and does not judge senders.
package messagetrace

import (
	"slices"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/fields"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// Source is the message traces.
var Source = &ingest.Source{
	Name:  "messagetrace",
	Title: "Message trace",
	Doc: "What Exchange Online's transport did with each message: sender, recipient, subject, status, addresses of the sending and receiving servers. " +
		"It holds no content and no headers. Traces reach back ten days online and ninety by a historical search, so an absent message may only be older.",
	Wants: "the columns of a message trace: a received time, SenderAddress, RecipientAddress and Status, or those of a historical search",
	Layouts: []*ingest.Layout{
		flat, summary, extended,
	},
}

// Fields of a trace row.
const (
	fReceived = iota
	fMessageID
	fTraceID
	fSender
	fRecipient
	fSubject
	fStatus
	fFromIP
	fToIP
	fNetworkID
	numFields
)

// flat is one row a message and recipient: Get-MessageTrace, its successor,
// the reporting service and Graph, which differ in names and order only.
var flat = &ingest.Layout{
	Name:     "Get-MessageTrace",
	Doc:      "CSV of Get-MessageTrace and Get-MessageTraceV2, JSON of the reporting service and of Graph. Received is UTC, in the culture of whoever exported it; pages overlap, so rows repeat.",
	Columns:  []string{"Received", "MessageId", "MessageTraceId", "SenderAddress", "RecipientAddress", "Subject", "Status", "FromIP"},
	TimeDesc: "Message Received",
	Detect: func(h *ingest.Head) ingest.Match {
		if (h.Has("Received") || h.Has("receivedDateTime")) && h.Has("SenderAddress", "RecipientAddress", "Status") && h.Column("AuditData") < 0 {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, _ *ingest.Options) (*ingest.Decoder, error) {
		names := make([][]string, numFields)
		names[fReceived] = []string{"Received", "receivedDateTime"}
		names[fMessageID] = []string{"MessageId", "messageId", "internetMessageId"}
		names[fTraceID] = []string{"MessageTraceId", "id"}
		names[fSender] = []string{"SenderAddress", "senderAddress"}
		names[fRecipient] = []string{"RecipientAddress", "recipientAddress"}
		names[fSubject] = []string{"Subject", "subject"}
		names[fStatus] = []string{"Status", "status"}
		names[fFromIP] = []string{"FromIP", "fromIP"}
		names[fToIP] = []string{"ToIP", "toIP"}
		return open(h, names, false), nil
	},
}

// summary is the short form of a historical search.
var summary = &ingest.Layout{
	Name:     "historical search, summary",
	Doc:      "One row a message; recipient_status lists each recipient with its states. Often UTF-16 without a byte order mark.",
	Columns:  []string{"origin_timestamp_utc", "sender_address", "recipient_status", "message_subject", "message_id", "network_message_id", "original_client_ip"},
	TimeDesc: "Message Received",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has("origin_timestamp_utc", "sender_address", "recipient_status") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, _ *ingest.Options) (*ingest.Decoder, error) {
		names := make([][]string, numFields)
		names[fReceived] = []string{"origin_timestamp_utc"}
		names[fMessageID] = []string{"message_id"}
		names[fSender] = []string{"sender_address"}
		names[fRecipient] = []string{"recipient_status"}
		names[fSubject] = []string{"message_subject"}
		names[fFromIP] = []string{"original_client_ip"}
		names[fNetworkID] = []string{"network_message_id"}
		return open(h, names, false), nil
	},
}

// extended is the long form of a historical search: about sixteen rows a
// message, one a step of the transport.
var extended = &ingest.Layout{
	Name:     "historical search, extended",
	Doc:      "One row a step of a message through the transport, up to 100,000 rows a file. Rows of source MAILBOXRULE witness that an inbox rule acted.",
	Columns:  []string{"date_time_utc", "source", "event_id", "message_id", "network_message_id", "recipient_address", "recipient_status", "message_subject", "sender_address", "original_client_ip", "custom_data"},
	TimeDesc: "Transport Event",
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsCSV() && h.Has("date_time_utc", "event_id", "internal_message_id", "recipient_address") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, _ *ingest.Options) (*ingest.Decoder, error) {
		names := make([][]string, numFields)
		names[fReceived] = []string{"date_time_utc"}
		names[fMessageID] = []string{"message_id"}
		names[fSender] = []string{"sender_address"}
		names[fRecipient] = []string{"recipient_address"}
		names[fSubject] = []string{"message_subject"}
		names[fFromIP] = []string{"original_client_ip"}
		names[fNetworkID] = []string{"network_message_id"}
		names[fStatus] = []string{"event_id"}
		return open(h, names, true), nil
	},
}

// mailboxRule is the source of a row by which an inbox rule acted.
const mailboxRule = "MAILBOXRULE"

type trace struct {
	fields *fields.Map
	rest   *fields.Map // the same without the states, which no column holds whole
	order  clock.Order
	steps  bool // rows are steps of the transport, not messages
	source int  // column of the step's source
}

func open(h *ingest.Head, names [][]string, steps bool) *ingest.Decoder {
	t := &trace{fields: fields.New(h.Shape.Header, names...), steps: steps, source: -1}
	kept := slices.Clone(names)
	kept[fStatus] = nil
	if names[fStatus] == nil { // the states stand with the recipients
		kept[fRecipient] = nil
	}
	t.rest = fields.New(h.Shape.Header, kept...)
	if steps {
		t.source = h.Column("source")
	}
	return &ingest.Decoder{Decode: t.decode, Finish: t.finish}
}

func (t *trace) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	get := func(f int) string { return t.fields.Get(r, f) }
	received := get(fReceived)
	reading, ok := clock.Parse(received)
	if !ok && get(fSender) == "" && get(fRecipient) == "" {
		return ingest.Rejected("row has neither a time nor a sender nor a recipient")
	}
	if ok {
		ev.Time, ev.HasTime, ev.DayFirst = reading.Nanos, true, reading.DayFirst
		t.order.See(reading)
		if reading.Form == clock.Either {
			ev.Flags |= timeline.TimeAssumed
		}
	}
	ev.Set(timeline.ColOperation, "MessageTrace")
	ev.Set(timeline.ColMessageID, get(fMessageID))
	ev.Set(timeline.ColSender, get(fSender))
	ev.Set(timeline.ColRecipients, recipients(get(fRecipient)))
	ev.Set(timeline.ColSubject, get(fSubject))
	ev.Set(timeline.ColIP, get(fFromIP))
	ev.Set(timeline.ColItemID, get(fNetworkID))
	ev.Set(timeline.ColTarget, get(fToIP))
	status := get(fStatus)
	if status == "" {
		ev.Outcome = outcomeOfAll(get(fRecipient))
	} else if !t.steps {
		ev.Outcome = outcome(status)
	}
	if ev.Outcome == timeline.Failure {
		ev.Set(timeline.ColError, status)
	}
	if r.Cell(t.source) == mailboxRule {
		ev.Set(timeline.ColRule, `{"Source":"`+mailboxRule+`"}`)
	}
	if id := get(fTraceID); id != "" {
		ev.ID = id + "\x00" + strings.ToLower(get(fRecipient))
		ev.Content = t.content(r)
	} else {
		ev.ByContent, ev.Content = true, r.Raw
	}
	if ev.Wants(timeline.WideDetails) {
		ev.Details = t.rest.Rest(r)
	}
	return ingest.Outcome{}
}

// content is what two exports of one trace row share. Graph writes the status
// in another case.
func (t *trace) content(r *rows.Record) []byte {
	b := []byte(strings.ToLower(t.fields.Get(r, fStatus)))
	for f := range numFields {
		if f != fReceived && f != fStatus { // the times differ in precision
			b = append(append(b, 0), t.fields.Get(r, f)...)
		}
	}
	return b
}

// recipients takes the states off a list of recipients: a@b##Receive,
// Deliver;c@d##….
func recipients(s string) string {
	if !strings.Contains(s, "##") {
		return s
	}
	parts := strings.Split(s, ";")
	for i, p := range parts {
		parts[i], _, _ = strings.Cut(p, "##")
	}
	return strings.Join(parts, ";")
}

// outcome is what the status of a message says of its delivery.
func outcome(status string) timeline.Outcome {
	switch strings.ToLower(status) {
	case "delivered", "expanded", "resolved":
		return timeline.Success
	case "failed":
		return timeline.Failure
	}
	return timeline.Unknown
}

// outcomeOfAll is what a list of recipients with their states says of the
// delivery, if it says the same of all.
func outcomeOfAll(recipients string) timeline.Outcome {
	all, delivered, failed := 0, 0, 0
	for part := range strings.SplitSeq(recipients, ";") {
		_, states, _ := strings.Cut(part, "##")
		all++
		if strings.Contains(states, "Fail") {
			failed++
		} else if strings.Contains(states, "Deliver") {
			delivered++
		}
	}
	switch all {
	case delivered:
		return timeline.Success
	case failed:
		return timeline.Failure
	}
	return timeline.Unknown
}

func (t *trace) finish(s *timeline.Source) {
	s.DayFirst, s.DateOrder = t.order.Decide()
}
