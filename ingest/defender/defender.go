// Package defender decodes the tables of Defender's advanced hunting that say
// what happened to mail, links, chats and accounts, and Defender's alerts. The
// tables of sign-ins and of cloud applications are other sources'. The package
// does not judge what Defender concluded.
package defender

import (
	"strconv"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// Source is the tables of Defender.
var Source = &ingest.Source{
	Name:  "defender",
	Title: "Defender",
	Doc: "Tables of Defender's advanced hunting, saved by the portal, answered by the API or kept by Sentinel under the same names, and alerts and incidents of Graph. " +
		"The record type is the table. Hunting reaches back 30 days, and the portal saves at most 10,000 or 30,000 rows. " +
		"An alert is Defender's conclusion, not a record of what was done: the account in it is the mailbox, not the user.",
	Wants: "the columns or keys of EmailEvents, EmailUrlInfo, EmailAttachmentInfo, EmailPostDeliveryEvents, UrlClickEvents, MessageEvents, IdentityLogonEvents, AlertInfo or AlertEvidence, or of Graph's alerts or incidents",
	Layouts: []*ingest.Layout{
		emailEvents, emailURLs, emailAttachments, postDelivery, urlClicks, teamsMessages, identityLogons, alertInfo, alertEvidence, graphAlerts, suiteAlerts, graphIncidents,
	},
}

// Facts that records of the tables state. The first ones fill a column each.
const (
	fOperation = iota
	fUser
	fMailbox
	fIP
	fApp
	fAppID
	fDevice
	fItemID
	fMessageID
	fConversation
	fSubject
	fSender
	fRecipients
	fFolder
	fTargetFolder
	fAttachments
	fTarget
	fResource
	fCountry
	fCity
	fNetwork
	fProtocol
	fReportID
	numColumns
)

// columnsOf are the columns that facts fill.
var columnsOf = [numColumns]timeline.Col{
	fOperation: timeline.ColOperation, fUser: timeline.ColUser, fMailbox: timeline.ColMailbox, fIP: timeline.ColIP, fApp: timeline.ColApp,
	fAppID: timeline.ColAppID, fDevice: timeline.ColDevice, fItemID: timeline.ColItemID, fMessageID: timeline.ColMessageID,
	fConversation: timeline.ColConversation, fSubject: timeline.ColSubject, fSender: timeline.ColSender, fRecipients: timeline.ColRecipients,
	fFolder: timeline.ColFolder, fTargetFolder: timeline.ColTargetFolder, fAttachments: timeline.ColAttachments, fTarget: timeline.ColTarget,
	fResource: timeline.ColResource, fCountry: timeline.ColLogCountry, fCity: timeline.ColLogCity, fNetwork: timeline.ColLogNetwork,
	fProtocol: timeline.ColProtocol, fReportID: timeline.ColReportID,
}

// Facts that need more than to be copied.
const (
	fTime = numColumns + iota
	fResult
	fFailure
	fDirection
	fSize
	fClickedThrough
	fMembers // of a chat
	fMark
	fOtherMark
)

// A table is how the records of one table are read.
type table struct {
	name      string
	operation string // where no field states one
	// fill sets what the table states in a way of its own; nil if nothing.
	fill func(t *reading, r *rows.Record, ev *timeline.Event)
}

// A reading decodes one file.
type reading struct {
	table
	fields *column.Map
	order  clock.Order
}

// open makes the decoder of a table's files.
func (t table) open(_ *ingest.Head, m *column.Map, _ *ingest.Options) (*ingest.Decoder, error) {
	d := &reading{table: t, fields: m}
	return &ingest.Decoder{Decode: d.decode, Finish: func(s *timeline.Source) {
		s.DayFirst, s.DateOrder = d.order.Decide()
		ingest.NoteCap(s, ingest.PortalCaps)
	}}, nil
}

func (t *reading) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	at, ok := clock.Parse(t.text(r, fTime))
	if ok {
		ev.Time, ev.HasTime, ev.DayFirst = at.Nanos, true, at.DayFirst
		t.order.See(at)
		if at.Form == clock.Either {
			ev.Flags |= timeline.TimeAssumed
		}
	}
	filled := false
	for f, col := range columnsOf {
		if s := t.text(r, f); s != "" {
			ev.Set(col, s)
			filled = true
		}
	}
	if !ok && !filled {
		return ingest.Rejected("record has neither a time nor anything that its table states")
	}
	ev.Set(timeline.ColRecordType, t.name)
	if ev.Cols[timeline.ColOperation] == "" {
		ev.Set(timeline.ColOperation, t.operation)
	}
	if n, err := strconv.ParseInt(t.text(r, fSize), 10, 64); err == nil && n >= 0 {
		ev.Set(timeline.ColBytes, strconv.FormatInt(n, 10))
	}
	if t.fill != nil {
		t.fill(t, r, ev)
	}
	ev.ByContent, ev.Content = true, r.Raw
	if ev.Wants(timeline.WideDetails) {
		var keep []int
		if !ev.HasTime {
			keep = append(keep, fTime)
		}
		if ev.Cols[timeline.ColBytes] == "" {
			keep = append(keep, fSize)
		}
		ev.Details = t.fields.Rest(r, keep...)
	}
	return ingest.Outcome{}
}

func (t *reading) text(r *rows.Record, f int) string { return t.fields.Text(r, f) }

// ended sets the outcome, and the word for it where it was a failure.
func ended(ev *timeline.Event, o timeline.Outcome, word string) {
	ev.Outcome = o
	if o == timeline.Failure {
		ev.Set(timeline.ColError, word)
	}
}

// delivered is what DeliveryAction says: junk was delivered too.
func delivered(action string) timeline.Outcome {
	switch strings.ToLower(action) {
	case "delivered", "junked", "deliveredasspam":
		return timeline.Success
	case "blocked", "replaced":
		return timeline.Failure
	}
	return timeline.Unknown
}

// eventTime is what the times of the tables are.
const eventTime = "Event Time"
