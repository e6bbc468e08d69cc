package estate

import (
	"fmt"
	"strings"
	"time"
)

// sevenDigits is how Activities write moments.
const sevenDigits = "2006-01-02T15:04:05.0000000Z"

// activity adds a row to a mailbox's export.
func (t *tenant) activity(mailbox *user, at time.Time, app, kind, item, session string, mk *mark, properties ...string) {
	t.put("activities", "Activities/"+mailbox.local()+".csv", at, []string{
		at.Format(sevenDigits), app, kind, item, at.Add(900 * time.Millisecond).Format(sevenDigits), session, pythonDict(properties),
	}, mk)
}

// pythonDict writes names and values as the retriever prints its dictionaries.
func pythonDict(pairs []string) string {
	if len(pairs) == 0 {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, ", '%s': '%s'", pairs[i], pairs[i+1])
	}
	return "{" + b.String()[2:] + "}"
}

func (t *tenant) serverLogon(s *session, success bool) {
	mk := s.mark("logon")
	result := "Success"
	if !success {
		result, mk.kind, mk.failed = "Failure", "logon_failed", true
	}
	t.activity(s.mailbox, s.now, s.with.activities, "ServerLogon", "", s.id, mk,
		"UserName", s.user.upn, "ExceptionInfo", "", "NetworkPresenceLocation", "", "Result", result, "UserAgent", s.with.agent, "ClientIP", s.at.ip)
	if success && s.with.activities == "Web" {
		zone := map[string]string{"se": "W. Europe Standard Time", "ca": "Eastern Standard Time", "ie": "GMT Standard Time"}[t.home]
		s.now = s.now.Add(2 * time.Second)
		t.activity(s.mailbox, s.now, "Web", "Logon", "", s.id, s.mark("logon"), "Layout", "Mouse", "Timezone", zone, "IPAddress", s.at.ip, "Browser", s.with.agent)
	}
}

func (t *tenant) delivered(u *user, m *message, at time.Time, mk *mark) {
	authenticated := "Anonymous"
	if t.byAddress(m.from) != nil {
		authenticated = "Internal"
	}
	properties := []string{
		"From", m.from, "DeliveredFolderType", "Inbox", "ItemClass", "IPM.Note", "Recipients", strings.ToLower(strings.Join(m.to, ";")), "OrgAuthAs", authenticated,
		"SentTime", m.at.Format(sevenDigits), "SenderSmtpAddress", m.from, "InternetMessageId", m.id, "Subject", m.subject,
	}
	if m.attachment != "" {
		properties = append(properties, "AttachmentDetail", m.attachment)
	}
	t.activity(u, at, "Exchange", "MessageDelivered", m.item, guid(t.draw("delivered", m.id, u.upn)), mk, properties...)
}

func (t *tenant) readingPane(s *session, m *message, mk *mark) {
	t.activity(s.mailbox, s.now, s.with.activities, "ReadingPaneDisplayStart", m.item, s.id, mk)
	end := s.now.Add(time.Duration(12+s.ids.IntN(60)) * time.Second)
	ends := s.mark("view_end")
	t.activity(s.mailbox, end, s.with.activities, "ReadingPaneDisplayEnd", m.item, s.id, ends)
	s.now = end
}

// attachment opens a message's attachment.
func (t *tenant) attachment(s *session, m *message) {
	mk := s.mark("attachment")
	if s.by != nil {
		mk.notes = append(mk.notes, t.accessed(s.mailbox, m))
	}
	t.activity(s.mailbox, s.now, s.with.activities, "OpenedAnAttachment", m.item, s.id, mk, "AttachmentAction", "Download")
}

func (t *tenant) searchResult(s *session, query string) {
	t.activity(s.mailbox, s.now, s.with.activities, "SearchResult", "", s.id, s.mark("search"),
		"Ver", "2", "MaxRes", "250", "App", s.with.activities, "Query", "<Query><RawQuery>"+query+"</RawQuery></Query>", "Trunc", "False")
}

func (t *tenant) messageSent(s *session, m *message) {
	first, kind := "NewMessage", "compose"
	if strings.HasPrefix(m.subject, "RE:") {
		first, kind = "Reply", "reply"
	}
	t.activity(s.mailbox, s.now.Add(-30*time.Second), s.with.activities, first, "", s.id, s.mark(kind))
	mk := s.mark("send")
	if m.mark != nil && mk != nil {
		mk.notes = append(mk.notes, m.mark.notes...)
	}
	t.activity(s.mailbox, s.now, s.with.activities, "MessageSent", m.item, s.id, mk,
		"Recipients", strings.ToLower(strings.Join(m.to, ";")), "Subject", m.subject, "InternetMessageId", m.id, "ItemClass", "IPM.Note", "SentTime", s.now.Format(sevenDigits))
}

func (t *tenant) deleted(s *session, m *message, how string) {
	t.activity(s.mailbox, s.now, s.with.activities, "Delete", m.item, s.id, s.mark("delete"), "DeleteType", how, "DeletedByEmptyFolder", "False", "SourceDefaultFolderType", "Inbox")
}
