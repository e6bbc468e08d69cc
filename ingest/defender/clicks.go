package defender

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

var urlClicks = &ingest.Layout{
	Name:     "UrlClickEvents",
	Doc:      "One row a click on a link that Safe Links rewrote or checked, in mail, Teams or Office. The operation says whether it was let through; a warning that was clicked through counts as let through.",
	TimeDesc: "Click",
	Fields: column.Fields{
		fTime:           timestamp,
		fOperation:      column.At("ActionType"),
		fUser:           column.At("AccountUpn"),
		fIP:             column.At("IPAddress"),
		fItemID:         column.At("NetworkMessageId"),
		fTarget:         column.At("Url"),
		fResource:       column.At("Workload"),
		fApp:            column.At("AppName"),
		fClickedThrough: column.At("IsClickedThrough.*"),
		fReportID:       column.At("ReportId"),
	},
	Marks: column.Marks{{fTarget}, {fOperation}, {fUser}, {fClickedThrough, fResource}},
	Open: table{name: "UrlClickEvents", operation: "UrlClickEvents", fill: func(t *reading, r *rows.Record, ev *timeline.Event) {
		if ev.Cols[timeline.ColItemID] != "" { // a link in a mail
			ev.Set(timeline.ColMailbox, ev.Cols[timeline.ColUser])
		}
		word := ev.Cols[timeline.ColOperation]
		through := t.text(r, fClickedThrough)
		switch {
		case strings.EqualFold(word, "ClickAllowed"), through == "1", strings.EqualFold(through, "true"):
			ended(ev, timeline.Success, word)
		case strings.HasPrefix(strings.ToLower(word), "clickblocked"):
			ended(ev, timeline.Failure, word)
		}
	}}.open,
}

var teamsMessages = &ingest.Layout{
	Name:     "MessageEvents",
	Doc:      "One row a message of Teams: who wrote it to whom in which thread, and whether the thread is external.",
	TimeDesc: eventTime,
	Fields: column.Fields{
		fTime:         timestamp,
		fItemID:       column.At("TeamsMessageId"),
		fSender:       column.At("SenderEmailAddress"),
		fUser:         column.At("SenderEmailAddress"),
		fMembers:      column.At("RecipientDetails.*").Saying("the addresses are the recipients"),
		fConversation: column.At("ThreadId"),
		fSubject:      column.At("Subject"),
		fFolder:       column.At("DeliveryLocation"),
		fResult:       column.At("DeliveryAction.*"),
		fReportID:     column.At("ReportId"),
	},
	Marks: column.Marks{{fItemID}, {fSender}, {fConversation}},
	Open: table{name: "MessageEvents", operation: "MessageEvents", fill: func(t *reading, r *rows.Record, ev *timeline.Event) {
		ev.Set(timeline.ColRecipients, members(t.fields.Object(r, fMembers)))
		ev.Set(timeline.ColResource, "Teams")
		action := t.text(r, fResult)
		ended(ev, delivered(action), action)
	}}.open,
}

// members are the addresses in a list of a chat's members, by name where one
// has no address.
func members(list rows.Value) string {
	var out []string
	for m := range list.Elements() {
		if m.IsString() {
			out = append(out, m.Text())
			continue
		}
		for _, key := range [...]string{"RecipientSmtpAddress", "RecipientDisplayName", "RecipientObjectId"} {
			if s := m.Get(key).Text(); s != "" {
				out = append(out, s)
				break
			}
		}
	}
	return strings.Join(out, ";")
}
