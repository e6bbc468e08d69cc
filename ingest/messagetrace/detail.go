package messagetrace

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
)

// detail is the steps of single messages: Get-MessageTraceDetail, its
// successor, and the reporting service.
var detail = &ingest.Layout{
	Name:     "Get-MessageTraceDetail",
	Doc:      "One row a step of a message, by Get-MessageTraceDetail or Get-MessageTraceDetailV2. Date is UTC, in the culture of whoever exported it; Event, Action and Detail stay in the details. Older modules leave sender, recipient and subject out, chosen columns even the message.",
	TimeDesc: "Transport Event",
	Fields: column.Fields{
		fReceived:  column.At("Date"),
		fMessageID: column.At("MessageId"),
		fTraceID:   column.At("MessageTraceId.*"),
		fSender:    column.At("SenderAddress"),
		fRecipient: column.At("RecipientAddress"),
		fSubject:   column.At("Subject"),
		fFromIP:    column.At("FromIP"),
		fToIP:      column.At("ToIP"),
		fStep:      column.At("Event.*"),
		fInternal:  column.Mark("Detail", "Action"),
	},
	Marks: column.Marks{{fReceived}, {fStep}, {fInternal}},
	Lacks: []string{"AuditData", "Operation", "Received"},
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if h.HasAny("MessageId", "MessageTraceId") || h.Has("Action", "Detail") { // chosen columns may not say of which message
			return ingest.Strong
		}
		return ingest.None
	},
	Open: open,
}
