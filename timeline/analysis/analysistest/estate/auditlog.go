package estate

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// object is a JSON object; its keys are written in their order.
type object = map[string]any

// pair is a name and a value as audit records hold them.
func pair(name string, value any) object { return object{"Name": name, "Value": value} }

// recordNames are the words for the record types that the search of the audit
// log gives.
var recordNames = map[int]string{1: "ExchangeAdmin", 2: "ExchangeItem", 3: "ExchangeItemGroup", 8: "AzureActiveDirectory", 15: "AzureActiveDirectoryStsLogon", 50: "ExchangeItemAggregated", 101: "ExchangeSearch"}

// audit adds a record to the unified audit log.
func (t *tenant) audit(at time.Time, id, operation string, kind int, user string, body object, mk *mark) {
	at = at.Truncate(time.Second)
	body["CreationTime"], body["Id"], body["Operation"], body["OrganizationId"] = at.Format("2006-01-02T15:04:05"), id, operation, t.id
	body["RecordType"], body["UserId"], body["Version"] = kind, user, 1
	if body["UserType"] == nil {
		body["UserType"] = 0
	}
	if t.scenario.Era == Graph {
		t.put("ual", "ManagementAPI/audit.json", at, body, mk)
		return
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // what is encoded is made here
	}
	t.put("ual", "UnifiedAuditLog/UAL.csv", at, []string{
		recordNames[kind], at.Format("1/2/2006 3:04:05 PM"), user, operation, string(text), "1", "1", id, "True", "Unchanged",
	}, mk)
}

// throughGraph reports whether a program, not a mail client, opens the mailbox.
func (s *session) throughGraph() bool { return strings.HasPrefix(s.with.info, "Client=REST") }

// inMailbox is what the record of an act in a mailbox begins with.
func (t *tenant) inMailbox(s *session) object {
	logonType := 0
	if s.mailbox != s.user {
		logonType = 2
	}
	o := object{
		"Workload": "Exchange", "ResultStatus": "Succeeded", "UserKey": "1003" + strings.ToUpper(s.user.object[:8]), "ClientIP": s.at.ip, "ClientIPAddress": s.at.ip,
		"ClientInfoString": s.with.info, "ExternalAccess": false, "InternalLogonType": 0, "LogonType": logonType, "LogonUserSid": s.user.sid,
		"MailboxGuid": s.mailbox.guid, "MailboxOwnerSid": s.mailbox.sid, "MailboxOwnerUPN": s.mailbox.upn, "SessionId": s.id,
		"AppAccessContext": object{"AADSessionId": s.id, "UniqueTokenId": s.token, "IssuedAtTime": s.began.Format("2006-01-02T15:04:05")},
		"AppId":            "00000002-0000-0ff1-ce00-000000000000", "OrganizationName": t.domain, "OriginatingServer": "MR1P264MB1821 (15.20.4200.000)",
	}
	if s.throughGraph() {
		o["ClientAppId"] = s.with.appID
	}
	return o
}

// folder is a folder as audit records name it.
func folder(u *user, path string) object {
	return object{"Id": "LgAAAA" + strings.ToUpper(strings.ReplaceAll(u.guid, "-", "")) + "AAAB", "Path": path}
}

// bind is the access to a message.
func (t *tenant) bind(s *session, m *message, mk *mark) {
	o := t.inMailbox(s)
	f := folder(s.mailbox, "\\Inbox")
	f["FolderItems"] = []object{{"Id": m.item, "InternetMessageId": m.id, "SizeInBytes": 10240}}
	o["Folders"], o["OperationCount"] = []object{f}, 1
	o["OperationProperties"] = []object{pair("MailAccessType", "Bind"), pair("IsThrottled", "False")}
	t.audit(s.now, guid(s.ids), "MailItemsAccessed", 50, s.user.upn, o, mk)
	if t.scenario.Era == Graph && s.throughGraph() {
		t.graphRequest(s, "GET", "/me/messages/"+m.item, s.mark("graph_read"))
	}
}

// searchQuery is a search in the mailbox.
func (t *tenant) searchQuery(s *session, query string) {
	t.audit(s.now, guid(s.ids), "SearchQueryInitiatedExchange", 101, s.user.upn, object{
		"Workload": "Exchange", "ResultStatus": "Succeeded", "ClientIP": s.at.ip, "QueryText": query, "QuerySource": "OWA", "MailboxOwnerUPN": s.mailbox.upn,
		"UserKey": "1003" + strings.ToUpper(s.user.object[:8]), "AppAccessContext": object{"AADSessionId": s.id, "UniqueTokenId": s.token},
	}, s.mark("search"))
}

func (t *tenant) sent(s *session, m *message) {
	o := t.inMailbox(s)
	o["Item"] = object{"Id": m.item, "InternetMessageId": m.id, "Subject": m.subject, "SizeInBytes": 20480, "ParentFolder": folder(s.mailbox, "\\Drafts")}
	mk := s.mark("send")
	if m.mark != nil && mk != nil {
		mk.notes = append(mk.notes, m.mark.notes...)
	}
	t.audit(s.now, guid(s.ids), "Send", 2, s.user.upn, o, mk)
}

// affected is a deletion of a message.
func (t *tenant) affected(s *session, m *message, how string) {
	from := "\\Inbox"
	if m.from == s.mailbox.upn {
		from = "\\Sent Items"
	}
	o := t.inMailbox(s)
	o["AffectedItems"] = []object{{"Id": m.item, "InternetMessageId": m.id, "Subject": m.subject, "ParentFolder": folder(s.mailbox, from)}}
	o["Folder"], o["CrossMailboxOperation"] = folder(s.mailbox, from), false
	t.audit(s.now, guid(s.ids), how, 3, s.user.upn, o, s.mark("delete"))
}

// command is an administrative command of Exchange with its parameters.
func (t *tenant) command(s *session, operation, target, kind string, parameters ...object) {
	o := t.inMailbox(s)
	delete(o, "ClientIPAddress")
	o["ClientIP"], o["ObjectId"], o["ResultStatus"] = s.at.ip+":"+fmt.Sprint(10000+s.ids.IntN(40000)), target, "True"
	o["Parameters"] = parameters
	o["UserType"] = 2
	t.audit(s.now, guid(s.ids), operation, 1, s.user.upn, o, s.mark(kind))
}
