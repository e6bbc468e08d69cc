package defender

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// timestamp is where all tables state the time. Sentinel's is when it was
// received.
var timestamp = column.At("Timestamp", "TimeGenerated")

var emailEvents = &ingest.Layout{
	Name:     "EmailEvents",
	Doc:      "One row a message and recipient: what was delivered where. The mailbox is the recipient's, of an outbound message the sender's. The item id is NetworkMessageId, which joins the other tables of mail.",
	TimeDesc: "Message Received",
	Fields: column.Fields{
		fTime:       timestamp,
		fItemID:     column.At("NetworkMessageId"),
		fMessageID:  column.At("InternetMessageId"),
		fSender:     column.At("SenderFromAddress", "SenderMailFromAddress"),
		fRecipients: column.At("RecipientEmailAddress"),
		fSubject:    column.At("Subject"),
		fIP:         column.At("SenderIPv4", "SenderIPv6"),
		fFolder:     column.At("DeliveryLocation"),
		fResult:     column.At("DeliveryAction.*"),
		fDirection:  column.At("EmailDirection.*"),
		fReportID:   column.At("ReportId"),
	},
	Marks: column.Marks{{fItemID}, {fSender}, {fRecipients}, {fDirection, fResult}},
	Lacks: []string{"AlertId", "ActionTrigger", "FileName"},
	Open: table{name: "EmailEvents", operation: "EmailEvents", fill: func(t *reading, r *rows.Record, ev *timeline.Event) {
		ev.Set(timeline.ColMailbox, ev.Cols[timeline.ColRecipients])
		switch strings.ToLower(t.text(r, fDirection)) {
		case "outbound":
			ev.Set(timeline.ColMailbox, ev.Cols[timeline.ColSender])
			ev.Set(timeline.ColUser, ev.Cols[timeline.ColSender])
		case "intra-org":
			ev.Set(timeline.ColUser, ev.Cols[timeline.ColSender])
		}
		action := t.text(r, fResult)
		ended(ev, delivered(action), action)
	}}.open,
}

var emailURLs = &ingest.Layout{
	Name:     "EmailUrlInfo",
	Doc:      "One row a link in a message, which NetworkMessageId names. The target is the link.",
	TimeDesc: "Message Received",
	Fields: column.Fields{
		fTime:     timestamp,
		fItemID:   column.At("NetworkMessageId"),
		fTarget:   column.At("Url"),
		fMark:     column.Mark("UrlDomain"),
		fReportID: column.At("ReportId"),
	},
	Marks: column.Marks{{fItemID}, {fTarget}, {fMark}},
	Lacks: []string{"ActionType", "AlertId"},
	Open:  table{name: "EmailUrlInfo", operation: "EmailUrlInfo"}.open,
}

var emailAttachments = &ingest.Layout{
	Name:     "EmailAttachmentInfo",
	Doc:      "One row an attachment of a message, which NetworkMessageId names. The target is the attachment's SHA-256.",
	TimeDesc: "Message Received",
	Fields: column.Fields{
		fTime:        timestamp,
		fItemID:      column.At("NetworkMessageId"),
		fSender:      column.At("SenderFromAddress"),
		fRecipients:  column.At("RecipientEmailAddress"),
		fMailbox:     column.At("RecipientEmailAddress"),
		fAttachments: column.At("FileName"),
		fTarget:      column.At("SHA256"),
		fSize:        column.At("FileSize"),
		fMark:        column.Mark("FileType"),
		fReportID:    column.At("ReportId"),
	},
	Marks: column.Marks{{fItemID}, {fAttachments}, {fTarget}, {fMark, fSender}},
	Lacks: []string{"AlertId"},
	Open:  table{name: "EmailAttachmentInfo", operation: "EmailAttachmentInfo"}.open,
}

var postDelivery = &ingest.Layout{
	Name:     "EmailPostDeliveryEvents",
	Doc:      "One row an action on a message after it was delivered: a purge by the service, by an administrator or by a policy. The operation is its type.",
	TimeDesc: eventTime,
	Fields: column.Fields{
		fTime:         timestamp,
		fOperation:    column.At("ActionType", "Action"),
		fItemID:       column.At("NetworkMessageId"),
		fMessageID:    column.At("InternetMessageId"),
		fRecipients:   column.At("RecipientEmailAddress"),
		fMailbox:      column.At("RecipientEmailAddress"),
		fTargetFolder: column.At("DeliveryLocation"),
		fResult:       column.At("ActionResult.*"),
		fMark:         column.Mark("ActionTrigger"),
		fReportID:     column.At("ReportId"),
	},
	Marks: column.Marks{{fItemID}, {fResult}, {fMark}},
	Open: table{name: "EmailPostDeliveryEvents", operation: "EmailPostDeliveryEvents", fill: func(t *reading, r *rows.Record, ev *timeline.Event) {
		word := t.text(r, fResult)
		switch strings.ToLower(word) {
		case "success", "succeeded":
			ended(ev, timeline.Success, word)
		case "failed", "failure", "error":
			ended(ev, timeline.Failure, word)
		}
	}}.open,
}
