// Package mailboxaudit decodes what Search-MailboxAuditLog exported: the
// mailbox audit log before it was part of the Unified Audit Log, and of
// Exchange on premises. It does not decode the Unified Audit Log.
package mailboxaudit

import (
	"cmp"
	"slices"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/fields"
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
	fExternal
)

// names are each field's columns, in the order of preference.
var names = [][]string{
	fTime:        {"LastAccessed"},
	fOperation:   {"Operation"},
	fResult:      {"OperationResult"},
	fLogonType:   {"LogonType"},
	fOwner:       {"MailboxOwnerUPN", "MailboxResolvedOwnerName", "Owner"},
	fUser:        {"LogonUserUPN", "LogonUserDisplayName"},
	fIP:          {"ClientIPAddress", "ClientIP"},
	fClientInfo:  {"ClientInfoString"},
	fFolder:      {"FolderPathName", "FolderName"},
	fDestFolder:  {"DestFolderPathName"},
	fItemID:      {"ItemId"},
	fMessageID:   {"ItemInternetMessageId"},
	fMessageIDs:  {"SourceItemInternetMessageIdsList"},
	fSubject:     {"ItemSubject"},
	fSubjects:    {"SourceItemSubjectsList"},
	fAttachments: {"ItemAttachments", "SourceItemAttachmentsList"},
	fSession:     {"SessionId"},
	fAppID:       {"ClientAppId", "AppId"},
	fProperties:  {"OperationProperties"},
	fIdentity:    {"Identity"},
	fExternal:    {"ExternalAccess"},
}

var table = &ingest.Layout{
	Name:     "Search-MailboxAuditLog table",
	Doc:      "CSV or JSON of Search-MailboxAuditLog -ShowDetails. LastAccessed is in the culture and zone of whoever exported it; UTC is assumed where it names no zone.",
	Columns:  []string{"LastAccessed", "Operation", "OperationResult", "LogonType", "MailboxOwnerUPN", "LogonUserDisplayName", "ClientIPAddress", "ClientInfoString", "FolderPathName", "DestFolderPathName", "ItemSubject", "SourceItemSubjectsList", "ItemInternetMessageId", "SessionId", "OperationProperties"},
	TimeDesc: timeDesc,
	Detect: func(h *ingest.Head) ingest.Match {
		if h.Has("LastAccessed", "Operation", "OperationResult", "LogonType") && h.Column("AuditData") < 0 {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		kept := slices.Clone(names)
		for f := range kept {
			if inPart(f) {
				kept[f] = nil
			}
		}
		l := &layout{fields: fields.New(h.Shape.Header, names...), rest: fields.New(h.Shape.Header, kept...), reference: o.Reference}
		return &ingest.Decoder{Decode: l.decode, Finish: l.finish}, nil
	},
}

// inPart reports whether no column holds a field whole.
func inPart(f int) bool {
	switch f {
	case fUser, fLogonType, fProperties, fExternal, fResult:
		return true
	}
	return false
}

type layout struct {
	fields    *fields.Map
	rest      *fields.Map // of the fields that a column holds whole
	reference *reference.Set
	order     clock.Order
}

func (l *layout) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	ev.Content = r.Raw
	if ev.Wants(timeline.WideDetails) {
		ev.Details = l.rest.Rest(r)
	}
	return fill(ev, l.reference, &l.order, func(f int) string { return l.fields.Get(r, f) })
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

// user is who logged on: the owner by the mailbox's name, for a display name
// is nobody's own.
func user(logonType, owner, logon string) string {
	if strings.EqualFold(logonType, "Owner") && strings.Contains(owner, "@") {
		return owner
	}
	return logon
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
