// Package messagetrace decodes message traces: one row a message and
// recipient, whoever collected it. It does not join them to mailbox activities
// and does not judge senders.
package messagetrace

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
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
		flat, detail, summary, extended,
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

// Fields of a row that is a step of the transport, not a message.
const (
	fStep = numFields + iota
	fSource
	fInternal
)

// flat is one row a message and recipient: Get-MessageTrace, its successor,
// the reporting service and Graph, which differ in names and order only.
var flat = &ingest.Layout{
	Name:     "Get-MessageTrace",
	Doc:      "CSV of Get-MessageTrace and Get-MessageTraceV2, JSON of the reporting service and of Graph. Received is UTC, in the culture of whoever exported it; pages overlap, so rows repeat.",
	TimeDesc: "Message Received",
	Fields: column.Fields{
		fReceived:  column.At("Received", "receivedDateTime"),
		fMessageID: column.At("MessageId", "internetMessageId"),
		fTraceID:   column.At("MessageTraceId", "id"),
		fSender:    column.At("SenderAddress"),
		fRecipient: column.At("RecipientAddress"),
		fSubject:   column.At("Subject"),
		fStatus:    column.At("Status.*"),
		fFromIP:    column.At("FromIP"),
		fToIP:      column.At("ToIP"),
	},
	Marks: column.Marks{{fReceived}, {fSender, fTraceID}, {fRecipient}, {fStatus}},
	Lacks: []string{"AuditData"},
	Open:  open,
}

// summary is the short form of a historical search.
var summary = &ingest.Layout{
	Name:     "historical search, summary",
	Doc:      "One row a message; recipient_status lists each recipient with its states. Often UTF-16 without a byte order mark.",
	TimeDesc: "Message Received",
	Fields: column.Fields{
		fReceived:  column.At("origin_timestamp_utc", "origin_timestamp"),
		fMessageID: column.At("message_id"),
		fSender:    column.At("sender_address"),
		fRecipient: column.At("recipient_status.*").Saying("the states of each recipient stay in the details"),
		fSubject:   column.At("message_subject"),
		fFromIP:    column.At("original_client_ip"),
		fNetworkID: column.At("network_message_id"),
	},
	Marks: column.Marks{{fReceived}, {fSender}, {fRecipient}},
	Only:  rows.CSV,
	Open:  open,
}

// extended is the long form of a historical search: about sixteen rows a
// message, one a step of the transport.
var extended = &ingest.Layout{
	Name:     "historical search, extended",
	Doc:      "One row a step of a message through the transport, up to 100,000 rows a file. Rows of source MAILBOXRULE witness that an inbox rule acted.",
	TimeDesc: "Transport Event",
	Fields: column.Fields{
		fReceived:  column.At("date_time_utc", "date_time"),
		fMessageID: column.At("message_id"),
		fSender:    column.At("sender_address"),
		fRecipient: column.At("recipient_address"),
		fSubject:   column.At("message_subject"),
		fFromIP:    column.At("original_client_ip"),
		fNetworkID: column.At("network_message_id"),
		fStep:      column.At("event_id.*"),
		fSource:    column.At("source.*"),
		fInternal:  column.Mark("internal_message_id"),
	},
	Marks: column.Marks{{fReceived}, {fStep}, {fInternal}, {fRecipient}},
	Only:  rows.CSV,
	Open:  open,
}

// stepFail is the step by which a message was not delivered.
const stepFail = "Fail"

// mailboxRule is the source of a row by which an inbox rule acted.
const mailboxRule = "MAILBOXRULE"

type trace struct {
	fields *column.Map
	order  clock.Order
}

func open(_ *ingest.Head, m *column.Map, _ *ingest.Options) (*ingest.Decoder, error) {
	t := &trace{fields: m}
	return &ingest.Decoder{Decode: t.decode, Finish: t.finish}, nil
}

func (t *trace) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	get := func(f int) string { return t.fields.Text(r, f) }
	received := get(fReceived)
	reading, ok := clock.Parse(received)
	if !ok && get(fSender) == "" && get(fRecipient) == "" && get(fStep) == "" {
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
	if status := get(fStatus); status != "" {
		ev.Outcome = outcome(status)
		if ev.Outcome == timeline.Failure {
			ev.Set(timeline.ColError, status)
		}
	} else if get(fStep) == "" { // a step says nothing of the delivery
		ev.Outcome = outcomeOfAll(get(fRecipient))
	}
	if get(fSource) == mailboxRule {
		ev.Set(timeline.ColRule, timeline.RuleActed)
	}
	if get(fStep) == stepFail {
		ev.Outcome = timeline.Failure
		ev.Set(timeline.ColError, get(fStep))
	}
	if id := get(fTraceID); id != "" && get(fStep) == "" {
		ev.ID = id + "\x00" + strings.ToLower(get(fRecipient))
		ev.Content = t.content(r)
	} else {
		ev.ByContent, ev.Content = true, r.Raw
	}
	if ev.Wants(timeline.WideDetails) {
		ev.Details = t.fields.Rest(r)
	}
	return ingest.Outcome{}
}

// content is what two exports of one trace row share. Graph writes the status
// in another case.
func (t *trace) content(r *rows.Record) []byte {
	b := []byte(strings.ToLower(t.fields.Text(r, fStatus)))
	for f := range numFields {
		if f != fReceived && f != fStatus { // the times differ in precision
			b = append(append(b, 0), t.fields.Text(r, f)...)
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
	case "delivered", "expanded", "resolved", "filteredasspam": // which goes to the junk folder
		return timeline.Success
	case "failed", "quarantined":
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
