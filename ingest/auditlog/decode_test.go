package auditlog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// decodeCell decodes one AuditData object given as text in a table's cell.
func decodeCell(t testing.TB, auditData string) (*timeline.Event, ingest.Outcome) {
	t.Helper()
	const header = "CreationDate,UserIds,Operations,AuditData\n"
	file := header + `5/4/2026 8:05:41 AM,user@example.com,Send,"` + strings.ReplaceAll(auditData, `"`, `""`) + "\"\n"
	head := ingest.NewHead("AuditLog.csv", []byte(file))
	if !head.IsCSV() {
		t.Skip("not a table")
	}
	m := column.NewMap(column.File{Header: head.Shape.Header}, wrapFields)
	d, err := openTable(head, m, &ingest.Options{Reference: reference.Default()})
	if err != nil {
		t.Fatal(err)
	}
	r, err := rows.At([]byte(file[len(header):]), head.Shape)
	if err != nil || r.Err != nil {
		t.Skip("not a row")
	}
	ev := &timeline.Event{Want: timeline.WideMessages | timeline.WideDetails}
	out := d.Decode(r, ev)
	return ev, out
}

// FuzzAuditData holds that whatever AuditData is, the row becomes an event
// whose JSON is JSON, and that nothing is lost of what it lists.
func FuzzAuditData(f *testing.F) {
	for _, s := range []string{
		``, `{}`, `[]`, `{"CreationTime":"2026-05-04T08:05:41","Operation":"MailItemsAccessed","RecordType":50,"Folders":[{"Path":"\\Inbox","FolderItems":[{"InternetMessageId":"<m1@example.com>"}]}],"OperationProperties":[{"Name":"MailAccessType","Value":"Bind"}]}`,
		`{"Operation":"UpdateInboxRules","OperationProperties":[{"Name":"RuleOperation","Value":"AddMailboxRule"},{"Name":"RuleActions","Value":"[{\"ActionType\":\"Forward\",\"Recipients\":[\"a@example.com\"]}]"}]}`,
		`{"Parameters":"[{\"Name\":\"Name\",\"Value\":\".\"}]","AppAccessContext":"x","DeviceProperties":{"Id":1},"Target":[{"ID":"ServicePrincipal"}]}`,
		`{"AffectedItems":[{"Id":"a","ID":"b","Subject":null,"SizeInBytes":7,"ParentFolder":{"Path":"\\Inbox"}},null],"Messages":[{"Path":"Not Available","Name":"Inbox","MessageItems":[{"Subject":"\u003ca","SizeInBytes":"7.5"}]}]}`,
		`{"Item":[],"AffectedItems":{"Id":null},"Folder":"x","DestFolder":7,"Folders":[null,1,{"FolderItems":{}}],"Messages":"[1]"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, auditData string) {
		ev, out := decodeCell(t, auditData)
		if out.Reject != "" {
			t.Fatalf("row with an operation was rejected: %s", out.Reject)
		}
		if s := ev.Cols[timeline.ColRule]; s != "" && !json.Valid([]byte(s)) {
			t.Errorf("rule is no JSON: %s", s)
		}
		if ev.Details != "" && !json.Valid([]byte(ev.Details)) {
			t.Errorf("details are no JSON: %s", ev.Details)
		}
		kept := scalars(t, []byte(ev.Details))
		for _, m := range ev.Messages {
			for _, text := range []string{m.MessageID, m.ItemID, m.Folder, m.Subject, strconv.FormatInt(m.Size, 10)} {
				kept[text] = true
			}
		}
		var record map[string]json.RawMessage
		if json.Unmarshal([]byte(auditData), &record) != nil {
			return
		}
		for _, name := range []string{"Folders", "Messages", "AffectedItems"} {
			for text := range scalars(t, record[name]) {
				if !kept[text] && !strings.ContainsRune(text, utf8.RuneError) {
					t.Errorf("%q of %s is lost: listed %+v, details %s", text, name, ev.Messages, ev.Details)
				}
			}
		}
	})
}

// scalars are the texts, numbers and booleans in a JSON value.
func scalars(t testing.TB, text []byte) map[string]bool {
	found := map[string]bool{}
	if len(text) == 0 {
		return found
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		t.Fatal(err)
	}
	var find func(v any)
	find = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, member := range v {
				find(member)
			}
		case []any:
			for _, element := range v {
				find(element)
			}
		case string, json.Number, bool:
			found[fmt.Sprint(v)] = true
		}
	}
	find(value)
	return found
}

// TestUnlisted holds what the details of a record keep of the messages that it
// lists.
func TestUnlisted(t *testing.T) {
	for _, c := range []struct{ record, details string }{
		{`"Folders":[{"Path":"\\Inbox","FolderItems":[{"Id":"a","InternetMessageId":"<m@example.com>","SizeInBytes":7,"Subject":"Hi"}]}]`, ``},
		{`"Folders":[{"Id":"f","Path":"\\Inbox","FolderItems":[{"Id":"a"},{"Id":"b","ImmutableId":"c"}]},{"Path":"\\Sent","FolderItems":[]}]`, `{"Folders":[{"Id":"f","FolderItems":[{},{"ImmutableId":"c"}]},{"Path":"\\Sent","FolderItems":[]}]}`},
		{`"Folders":[{"Path":"Not Available","Name":"Inbox","FolderItems":[{"Id":"a","id":"b","Id":"c"}]}]`, `{"Folders":[{"Path":"Not Available","Name":"Inbox","FolderItems":[{"id":"b","Id":"c"}]}]}`},
		{`"Messages":[{"Path":"\\Inbox","MessageItems":[{"Id":1,"SizeInBytes":"7.5"}],"FolderItems":[{"Id":"x"}]}]`, `{"Messages":[{"MessageItems":[{"Id":1,"SizeInBytes":"7.5"}],"FolderItems":[{"Id":"x"}]}]}`},
		{`"AffectedItems":[{"Id":"a","Subject":"Hi","ParentFolder":{"Path":"\\Inbox"}},null]`, `{"AffectedItems":[{"ParentFolder":{"Path":"\\Inbox"}},null]}`},
		{`"Folders":[]`, `{"Folders":[]}`},
	} {
		ev, _ := decodeCell(t, `{"CreationTime":"2026-05-04T08:05:41","Operation":"MailItemsAccessed",`+c.record+`}`)
		if ev.Details != c.details {
			t.Errorf("%s\nkept %s\nwant %s", c.record, ev.Details, c.details)
		}
	}
}

// FuzzCut holds that of an AuditData object cut anywhere, JSON is left.
func FuzzCut(f *testing.F) {
	f.Add(`{"CreationTime":"2026-05-04T08:05:41","Id":"1","Folders":[{"Path":"\\Inbox","FolderItems":[{"A":1},{"B":[true,null]}]}],"N":-1.5e3}`, 40)
	f.Fuzz(func(t *testing.T, text string, n int) {
		if !json.Valid([]byte(text)) || n < 0 || n >= len(text) {
			t.Skip("nothing to cut")
		}
		if whole := closeJSON([]byte(text[:n])); whole != nil && !json.Valid(whole) {
			t.Errorf("cut %q gives %q", text[:n], whole)
		}
	})
}

// TestCutEverywhere holds that a cut loses nothing that is whole before it.
func TestCutEverywhere(t *testing.T) {
	const text = `{"CreationTime":"2026-05-04T08:05:41","Id":"1","Folders":[{"Path":"\\Inbox, 1","FolderItems":[{"A":1},{"B":[true,null]}]}],"N":-15}`
	for n := strings.Index(text, `"Folders"`) + 1; n < len(text); n++ {
		whole := closeJSON([]byte(text[:n]))
		if !json.Valid(whole) || !strings.HasPrefix(string(whole), `{"CreationTime":"2026-05-04T08:05:41","Id":"1"`) {
			t.Fatalf("cut %q gives %q", text[:n], whole)
		}
	}
}

// TestUserAgentInClientString holds what is taken for a user agent.
func TestUserAgentInClientString(t *testing.T) {
	for raw, want := range map[string]string{
		"Client=OWA;Mozilla/5.0 (Windows NT 10.0; Win64) Firefox/136.0;": "Mozilla/5.0 (Windows NT 10.0; Win64) Firefox/136.0",
		"Client=WebServices;python-requests/2.28.2;":                     "python-requests/2.28.2",
		"Client=OWA;Action=ViaProxy":                                     "",
		"Client=REST;Client=RESTSystem;;":                                "",
		"Client=POP3/IMAP4;Protocol=IMAP4":                               "",
		"Client=MSExchangeRPC":                                           "",
	} {
		if got := agentIn(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

// TestManyTextsOfJSON holds that a record made of JSON in texts costs no more
// memory than its size explains.
func TestManyTextsOfJSON(t *testing.T) {
	list := strings.Repeat(`"{}",`, 200_000)
	ev, _ := decodeCell(t, `{"Operation":"New-InboxRule","Parameters":[`+list+`{"Name":"Name","Value":"."}]}`)
	if got := ev.Cols[timeline.ColRule]; got != `{"Name":"."}` {
		t.Errorf("rule %.100s", got)
	}
	allocated := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			decodeCell(b, `{"Operation":"New-InboxRule","Parameters":[`+list+`{}]}`)
		}
	}).AllocedBytesPerOp()
	if most := int64(200 * len(list)); allocated > most {
		t.Errorf("%d bytes allocated for a record of %d", allocated, len(list))
	}
}
