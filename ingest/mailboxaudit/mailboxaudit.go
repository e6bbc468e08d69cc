// Package mailboxaudit decodes what Search-MailboxAuditLog exported: the
// mailbox audit log before it was part of the Unified Audit Log, and of
// Exchange on premises. It does not decode the Unified Audit Log.
package mailboxaudit

import (
	"cmp"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// Source is the exports of Search-MailboxAuditLog.
var Source = &ingest.Source{
	Name:  "mailboxaudit",
	Title: "Mailbox audit log",
	Doc: "Search-MailboxAuditLog: what owners, delegates and administrators did in a mailbox, with the items. The cmdlet was withdrawn online in 2024; " +
		"which operations were logged depends on the mailbox's audit settings, so an absent operation may not have been logged.",
	Wants:   "the columns MailboxOwnerUPN, LogonType, OperationResult and LastAccessed, or SearchResults with Event elements",
	Layouts: []*ingest.Layout{table, xmlLayout},
}

const timeDesc = "Mailbox Audit Record"

// Fields of a record.
const (
	fTime = iota
	fOperation
	fResult
	fLogonType
	fOwner
	fUser
	fIP
	fClientInfo
	fFolder
	fDestFolder
	fItemID
	fMessageID
	fMessageIDs
	fSubject
	fSubjects
	fAttachments
	fSession
	fAppID
	fProperties
	fIdentity
)

// recordFields are where a record states them.
var recordFields = column.Fields{
	fTime:        column.At("LastAccessed"),
	fOperation:   column.At("Operation"),
	fResult:      column.At("OperationResult.*"),
	fLogonType:   column.At("LogonType.*"),
	fOwner:       column.At("MailboxOwnerUPN", "MailboxResolvedOwnerName", "Owner"),
	fUser:        column.At("LogonUserUPN.*", "LogonUserDisplayName.*"),
	fIP:          column.At("ClientIPAddress", "ClientIP"),
	fClientInfo:  column.At("ClientInfoString"),
	fFolder:      column.At("FolderPathName", "FolderName"),
	fDestFolder:  column.At("DestFolderPathName"),
	fItemID:      column.At("ItemId"),
	fMessageID:   column.At("ItemInternetMessageId"),
	fMessageIDs:  column.At("SourceItemInternetMessageIdsList"),
	fSubject:     column.At("ItemSubject"),
	fSubjects:    column.At("SourceItemSubjectsList"),
	fAttachments: column.At("ItemAttachments", "SourceItemAttachmentsList"),
	fSession:     column.At("SessionId"),
	fAppID:       column.At("ClientAppId", "AppId"),
	fProperties:  column.At("OperationProperties.*"),
	fIdentity:    column.At("Identity"),
}

var table = &ingest.Layout{
	Name:     "Search-MailboxAuditLog table",
	Doc:      "CSV or JSON of Search-MailboxAuditLog -ShowDetails. LastAccessed is in the culture and zone of whoever exported it; UTC is assumed where it names no zone.",
	TimeDesc: timeDesc,
	Fields:   recordFields,
	Marks:    column.Marks{{fTime}, {fOperation}, {fResult}, {fLogonType}},
	Lacks:    []string{"AuditData"},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		l := &layout{fields: m, reference: o.Reference}
		return &ingest.Decoder{Decode: l.decode, Finish: l.finish}, nil
	},
}

type layout struct {
	fields    *column.Map
	reference *reference.Set
	order     clock.Order
}

func (l *layout) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	ev.Content = r.Raw
	if ev.Wants(timeline.WideDetails) {
		ev.Details = l.fields.Rest(r)
	}
	return fill(ev, l.reference, &l.order, func(f int) string { return l.fields.Text(r, f) })
}

func (l *layout) finish(s *timeline.Source) { s.DayFirst, s.DateOrder = l.order.Decide() }

// fill sets an event's columns from a record's fields.
func fill(ev *timeline.Event, tables *reference.Set, order *clock.Order, get func(int) string) ingest.Outcome {
	operation, owner := get(fOperation), get(fOwner)
	reading, ok := clock.Parse(get(fTime))
	if !ok && operation == "" && owner == "" {
		return ingest.Rejected("record has neither a time nor an operation nor a mailbox")
	}
	if ok {
		ev.Time, ev.HasTime, ev.DayFirst = reading.Nanos, true, reading.DayFirst
		order.See(reading)
		if reading.Zoneless && reading.Form != clock.ISO {
			ev.Flags |= timeline.TimeAssumed
		}
	}
	if ev.ID = get(fIdentity); ev.ID == "" {
		ev.ByContent = true
	}
	ev.Set(timeline.ColOperation, operation)
	ev.Set(timeline.ColMailbox, owner)
	ev.Set(timeline.ColUser, user(get(fLogonType), owner, get(fUser)))
	ev.Set(timeline.ColIP, get(fIP))
	client := get(fClientInfo)
	ev.Set(timeline.ColClientRaw, client)
	class, _ := tables.ClientClass(client)
	ev.Set(timeline.ColClient, class)
	ev.Set(timeline.ColFolder, get(fFolder))
	ev.Set(timeline.ColTargetFolder, get(fDestFolder))
	ev.Set(timeline.ColItemID, get(fItemID))
	ids, subjects := list(get(fMessageIDs)), list(get(fSubjects))
	ev.Set(timeline.ColMessageID, cmp.Or(get(fMessageID), only(ids)))
	ev.Set(timeline.ColSubject, cmp.Or(get(fSubject), only(subjects)))
	ev.Set(timeline.ColAttachments, get(fAttachments))
	ev.Set(timeline.ColSession, get(fSession))
	ev.Set(timeline.ColAppID, get(fAppID))
	ev.Outcome = outcome(get(fResult))
	ev.Flags |= logonFlags(get(fLogonType)) | accessFlags(get(fProperties))
	if tables.ServiceClient(client) {
		ev.Flags |= timeline.Service
	}
	if ev.Wants(timeline.WideMessages) && max(len(ids), len(subjects)) > 1 {
		ev.Messages = messages(ids, subjects, get(fFolder))
	}
	return ingest.Outcome{}
}

// user is who logged on: the owner by the mailbox's name, since several people
// can have one display name.
func user(logonType, owner, visitor string) string {
	if strings.EqualFold(logonType, "Owner") && strings.Contains(owner, "@") {
		return owner
	}
	return visitor
}

// list parts a cell that lists what the record is about.
func list(cell string) []string {
	if cell == "" {
		return nil
	}
	parts := strings.Split(cell, ";")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	return parts
}

// only is the element of a list of one.
func only(list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	return ""
}

// messages pairs ids with subjects, where there are as many of both: a
// subject may hold the semicolon that parts them.
func messages(ids, subjects []string, folder string) []timeline.Message {
	out := make([]timeline.Message, max(len(ids), len(subjects)))
	for i := range out {
		out[i].Folder = folder
		if i < len(ids) {
			out[i].MessageID = ids[i]
		}
		if i < len(subjects) && (len(ids) == 0 || len(ids) == len(subjects)) {
			out[i].Subject = subjects[i]
		}
	}
	return out
}

func outcome(result string) timeline.Outcome {
	switch strings.ToLower(result) {
	case "succeeded", "partiallysucceeded":
		return timeline.Success
	case "failed":
		return timeline.Failure
	}
	return timeline.Unknown
}

func logonFlags(logonType string) timeline.Flags {
	switch strings.ToLower(logonType) {
	case "delegate":
		return timeline.Delegate
	case "admin":
		return timeline.Admin
	}
	return 0
}

// accessFlags reads "MailAccessType:Bind","IsThrottled:True".
func accessFlags(properties string) timeline.Flags {
	var f timeline.Flags
	for _, m := range [...]struct {
		text string
		flag timeline.Flags
	}{{"MailAccessType:Bind", timeline.Bind}, {"MailAccessType:Sync", timeline.Sync}, {"IsThrottled:True", timeline.Throttled}} {
		if strings.Contains(properties, m.text) {
			f |= m.flag
		}
	}
	return f
}
