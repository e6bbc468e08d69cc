// Command generate writes the synthetic case in testdata/cases/harbour-2018:
// the Outlook Activities exports of two mailboxes over three months of 2018,
// one of which an intruder enters on 15 May. It is seeded, so that it writes
// the same bytes each time. Run it from the root of the repository:
//
//	go run ./testdata/generate
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const dir = "testdata/cases/harbour-2018/evidence"

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	victim := newMailbox("m.hart@harbourtimber.example", 1, office, "174.192.14.7")
	victim.routine(start, end)
	compromise(victim)
	clean := newMailbox("d.cole@harbourtimber.example", 2, office, "174.192.31.90")
	clean.routine(start, end)
	for _, f := range []struct {
		name string
		text []byte
	}{
		{"m.hart@harbourtimber.example.csv", retrieverCSV(victim.activities)},
		{"d.cole/activities-0000.json", apiPage(clean, 0, 1000)},
		{"d.cole/activities-1000.json", apiPage(clean, 1000, 1<<30)},
		{"messages/phish-headers.json", phishHeaders()},
	} {
		path := filepath.Join(dir, f.name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// The estate works in Portland; addresses lie in ranges of real providers so
// that geolocation databases answer for them. Nobody at them did anything.
const (
	office    = "50.126.70.18"  // Ziply Fiber, Oregon
	lagos     = "197.210.64.31" // MTN Nigeria
	exitNode  = "185.245.87.14" // M247, hosting
	phishID   = "<20180515101204.77f1@mail.securefax-delivery.example>"
	fraudFrom = "ap@northpier-mills.example"
)

var (
	start = time.Date(2018, 3, 1, 0, 0, 0, 0, time.UTC)
	end   = time.Date(2018, 6, 1, 0, 0, 0, 0, time.UTC)
	entry = time.Date(2018, 5, 15, 18, 41, 7, 0, time.UTC)
)

// A property is one of an activity's custom properties.
type property struct {
	Name  string
	Value any
}

type activity struct {
	time          time.Time
	app, kind     string
	item, session string
	props         []property
}

type mailbox struct {
	upn        string
	rand       *rand.Rand
	office     string
	mobile     string
	activities []activity
	items      int
}

func newMailbox(upn string, seed uint64, office, mobile string) *mailbox {
	return &mailbox{upn: upn, rand: rand.New(rand.NewPCG(2018, seed)), office: office, mobile: mobile}
}

func (m *mailbox) add(t time.Time, app, kind, item, session string, props ...property) {
	m.activities = append(m.activities, activity{t, app, kind, item, session, props})
}

func (m *mailbox) guid() string {
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", m.rand.Uint32(), m.rand.Uint32()&0xffff, m.rand.Uint32()&0xfff, m.rand.Uint32()&0xfff, m.rand.Uint64()&0xffffffffffff)
}

func (m *mailbox) newItem() string {
	m.items++
	return fmt.Sprintf("AAMkAGHk%08x%s/%04d+BAAA=", m.rand.Uint32(), strings.Repeat("Q", 8), m.items)
}

// jitter is a moment within so many minutes after t.
func (m *mailbox) jitter(t time.Time, minutes int) time.Time {
	return t.Add(time.Duration(m.rand.Int64N(int64(minutes) * int64(time.Minute)))).Truncate(100 * time.Nanosecond)
}

func (m *mailbox) logon(t time.Time, app, ip, agent, result string) string {
	s := m.guid()
	m.add(t, app, "ServerLogon", "", s, property{"UserName", m.upn}, property{"ExceptionInfo", ""}, property{"NetworkPresenceLocation", ""},
		property{"Result", result}, property{"UserAgent", agent}, property{"ClientIP", ip})
	return s
}

type mail struct{ from, subject, attachment, id string }

var letters = []mail{
	{"orders@cedarline-doors.example", "Order 4471 confirmed", "", ""},
	{"freight@columbia-haulage.example", "Delivery window Thursday", "schedule.pdf", ""},
	{fraudFrom, "Invoice 20391", "invoice-20391.pdf", ""},
	{"d.cole@harbourtimber.example", "Quote for O'Brien & Sons; final", "quote.xlsx", ""},
	{"news@sawmill-weekly.example", "Sawmill weekly", "", ""},
	{"bank@evergreen-cu.example", "Statement available", "", ""},
}

// deliver files a message and returns its item.
func (m *mailbox) deliver(t time.Time, l mail) string {
	item := m.newItem()
	if l.id == "" {
		l.id = fmt.Sprintf("<%08x.%d@%s>", m.rand.Uint32(), m.items, l.from[strings.Index(l.from, "@")+1:])
	}
	m.add(t, "Exchange", "MessageDelivered", item, m.guid(), property{"From", l.from}, property{"SenderSmtpAddress", l.from}, property{"Recipients", m.upn},
		property{"Subject", l.subject}, property{"InternetMessageId", l.id}, property{"ItemClass", "IPM.Note"}, property{"AttachmentDetail", l.attachment},
		property{"SentTime", t.Add(-3 * time.Second).Format("2006-01-02T15:04:05Z")}, property{"ReceivedTime", t.Format("1/2/2006 3:04:05 PM")})
	return item
}

// read shows a message in the reading pane for a while.
func (m *mailbox) read(t time.Time, app, item, session string) time.Time {
	done := t.Add(time.Duration(8+m.rand.IntN(90)) * time.Second)
	m.add(t, app, "ReadingPaneDisplayStart", item, session)
	m.add(done, app, "ReadingPaneDisplayEnd", item, session)
	return done
}

// routine is the owner's work: weekdays in Outlook from the office, mail on
// the phone in between, now and then a search.
func (m *mailbox) routine(from, to time.Time) {
	for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		morning := m.jitter(day.Add(15*time.Hour+30*time.Minute), 40) // 8:30 in Portland
		session := m.logon(morning, "Outlook", m.office, "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.9029; Pro)", "Success")
		t := morning
		for i := range 4 + m.rand.IntN(3) {
			letter := letters[m.rand.IntN(len(letters))]
			item := m.deliver(m.jitter(t, 20), letter)
			t = m.read(m.jitter(t.Add(21*time.Minute), 30), "Outlook", item, session)
			if i == 1 {
				m.add(t.Add(4*time.Second), "Outlook", "Reply", item, session)
				m.add(t.Add(90*time.Second), "Exchange", "MessageSent", m.newItem(), m.guid(), property{"Subject", "RE: " + letter.subject}, property{"Recipients", letter.from}, property{"SenderSmtpAddress", m.upn})
			}
		}
		phone := m.logon(m.jitter(day.Add(19*time.Hour), 50), "Mobile", m.mobile, "Apple-iPhone9C3/1505.302", "Success")
		m.add(m.jitter(day.Add(20*time.Hour), 30), "Mobile", "MarkAsRead", m.newItem(), phone)
		if m.rand.IntN(9) == 0 {
			m.add(m.jitter(t, 10), "Outlook", "SearchResult", "", session, property{"Query", "<Query><RawQuery>cedar price list</RawQuery></Query>"})
		}
	}
}

const browser = "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/66.0.3359.139 Safari/537.36"

// compromise is what the intruder does: a phish, a logon from Lagos, searches
// and reading, a copy of the mailbox by IMAP, a rule that hides, a reply.
func compromise(m *mailbox) {
	phish := m.deliver(entry.Add(-8*time.Hour), mail{"no-reply@securefax-delivery.example", "You have received a new fax (3 pages)", "fax-3-pages.pdf.hta", phishID})
	own := m.logon(entry.Add(-2*time.Hour), "Web", m.office, browser, "Success")
	m.add(entry.Add(-119*time.Minute), "Web", "LinkClicked", phish, own)
	m.logon(entry.Add(-40*time.Second), "Web", lagos, browser, "Failure")
	web := m.logon(entry, "Web", lagos, browser, "Success")
	m.add(entry.Add(2*time.Second), "Web", "Logon", "", web, property{"IPAddress", lagos}, property{"Browser", "Chrome"}, property{"Timezone", "W. Central Africa Standard Time"}, property{"Layout", "Desktop"})
	t := entry.Add(time.Minute)
	var seen []string
	for _, query := range []string{"wire transfer", "invoice", "payment", "o'brien"} {
		m.add(t, "Web", "SearchResult", "", web, property{"Query", "<Query><RawQuery>" + query + "</RawQuery></Query>"}, property{"Trunc", "False"})
		for range 3 {
			item := m.deliver(m.jitter(entry.Add(-90*time.Hour), 600), letters[2+m.rand.IntN(2)])
			t = m.read(t.Add(9*time.Second), "Web", item, web)
			m.add(t, "Web", "OpenedAnAttachment", item, web, property{"AttachmentAction", "Preview"})
			seen = append(seen, item)
		}
	}
	for _, item := range seen[:4] {
		m.add(t.Add(20*time.Second), "Web", "MarkAsUnread", item, web)
		t = t.Add(5 * time.Second)
	}
	copying := entry.Add(26 * time.Hour)
	for i := range 6 {
		s := m.logon(copying.Add(time.Duration(i)*11*time.Minute), "IMAP4", exitNode, "", "Success")
		m.add(copying.Add(time.Duration(i)*11*time.Minute+4*time.Second), "IMAP4", "Logon", "", s)
	}
	back := entry.Add(49 * time.Hour)
	web = m.logon(back, "Web", exitNode+", "+lagos, browser, "Success")
	thread := m.deliver(back.Add(-time.Hour), mail{fraudFrom, "Invoice 20412: payment due", "invoice-20412.pdf", ""})
	t = m.read(back.Add(time.Minute), "Web", thread, web)
	m.add(t, "Web", "Reply", thread, web)
	m.add(t.Add(4*time.Minute), "Exchange", "MessageSent", m.newItem(), m.guid(), property{"Subject", "RE: Invoice 20412: payment due"},
		property{"Recipients", "ap@northpier-rnills.example"}, property{"SenderSmtpAddress", m.upn})
	m.add(t.Add(6*time.Minute), "Web", "Delete", thread, web, property{"DeleteType", "SoftDelete"}, property{"SourceDefaultFolderType", "Inbox"})
	m.add(t.Add(6*time.Minute+200*time.Millisecond), "Web", "DeleteFromInbox", thread, web)
	for i := range 3 {
		item := m.deliver(back.Add(time.Duration(5+i)*time.Hour), mail{fraudFrom, "Re: Invoice 20412: have you paid?", "", ""})
		m.add(back.Add(time.Duration(5+i)*time.Hour+300*time.Millisecond), "Exchange", "Move", item, m.guid(), property{"MoveType", "Move"}, property{"SourceFolder", "Inbox"}, property{"TargetFolder", "RssSubscription"})
	}
}

const stamp = "2006-01-02T15:04:05.0000000Z"

// retrieverCSV writes activities as the 2018 retriever did: newest first, a
// byte order mark, custom properties as a Python literal.
func retrieverCSV(list []activity) []byte {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b activity) int { return b.time.Compare(a.time) })
	var b bytes.Buffer
	b.WriteString("\ufeffTimeStamp,AppIdType,ActivityIdType,ActivityItemId,ActivityCreationTime,ClientSessionId,CustomProperties\n")
	for _, a := range list {
		props := ""
		if len(a.props) > 0 {
			props = `"` + strings.ReplaceAll(pythonDict(a.props), `"`, `""`) + `"`
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%s\n", a.time.Format(stamp), a.app, a.kind, a.item, a.time.Add(700*time.Millisecond).Format(stamp), a.session, props)
	}
	return b.Bytes()
}

func pythonDict(props []property) string {
	parts := make([]string, len(props))
	for i, p := range props {
		parts[i] = pythonString(p.Name) + ": " + pythonString(fmt.Sprint(p.Value))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func pythonString(s string) string {
	s = strings.ReplaceAll(s, `\`, `\\`)
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return `"` + s + `"`
	}
	return "'" + strings.ReplaceAll(s, "'", `\'`) + "'"
}

// apiPage writes activities as a page of the API, newest first.
func apiPage(m *mailbox, lo, hi int) []byte {
	list := slices.Clone(m.activities)
	slices.SortStableFunc(list, func(a, b activity) int { return b.time.Compare(a.time) })
	hi = min(hi, len(list))
	rows := []map[string]any{}
	for i, a := range list[min(lo, hi):hi] {
		row := map[string]any{
			"Id": fmt.Sprintf("AQMkAD%06d", lo+i), "TimeStamp": a.time.Format(stamp), "ActivityCreationTime": a.time.Add(700 * time.Millisecond).Format(stamp),
			"AppIdType": a.app, "ActivityIdType": a.kind, "ClientSessionId": a.session, "ClientVersion": "15.20.0777.024", "SequenceNumber": i % 7,
			"TenantId": "6f0c2a3e-2b8d-4f0e-9a55-7e1d2c9b4a10",
		}
		if a.item != "" {
			row["ActivityItemId"] = a.item
		}
		if len(a.props) > 0 {
			row["CustomProperties"] = a.props
		}
		rows = append(rows, row)
	}
	page := map[string]any{"@odata.context": "https://outlook.office.com/api/v2.0/$metadata#Users('" + strings.ReplaceAll(m.upn, "@", "%40") + "')/Activities", "value": rows}
	text, err := json.Marshal(page)
	if err != nil {
		panic(err)
	}
	return text
}

// phishHeaders is the phish as the mail API gave it.
func phishHeaders() []byte {
	type header struct{ Name, Value string }
	text, err := json.MarshalIndent(map[string]any{"value": []any{map[string]any{
		"Id": "AAMkAGHkphish", "Subject": "You have received a new fax (3 pages)", "InternetMessageId": phishID, "ReceivedDateTime": entry.Add(-8 * time.Hour).Format(time.RFC3339),
		"Sender": map[string]any{"EmailAddress": map[string]string{"Name": "Secure Fax", "Address": "no-reply@securefax-delivery.example"}},
		"InternetMessageHeaders": []header{
			{"Received", "from mail.securefax-delivery.example (203.0.113.77) by mx.harbourtimber.example; Tue, 15 May 2018 10:41:06 +0000"},
			{"Authentication-Results", "spf=softfail (sender IP is 203.0.113.77) smtp.mailfrom=securefax-delivery.example; harbourtimber.example; dkim=none (message not signed) header.d=none;harbourtimber.example; dmarc=fail action=none header.from=securefax-delivery.example;compauth=fail reason=001"},
			{"From", "Secure Fax <no-reply@securefax-delivery.example>"},
			{"Reply-To", "desk@securefax-help.example"},
			{"Message-ID", phishID},
		},
	}}}, "", " ")
	if err != nil {
		panic(err)
	}
	return text
}
