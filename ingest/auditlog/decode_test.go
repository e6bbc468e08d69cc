package auditlog

import (
	"encoding/json"
	"strings"
	"testing"

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
// whose JSON is JSON.
func FuzzAuditData(f *testing.F) {
	for _, s := range []string{
		``, `{}`, `[]`, `{"CreationTime":"2026-05-04T08:05:41","Operation":"MailItemsAccessed","RecordType":50,"Folders":[{"Path":"\\Inbox","FolderItems":[{"InternetMessageId":"<m1@example.com>"}]}],"OperationProperties":[{"Name":"MailAccessType","Value":"Bind"}]}`,
		`{"Operation":"UpdateInboxRules","OperationProperties":[{"Name":"RuleOperation","Value":"AddMailboxRule"},{"Name":"RuleActions","Value":"[{\"ActionType\":\"Forward\",\"Recipients\":[\"a@example.com\"]}]"}]}`,
		`{"Parameters":"[{\"Name\":\"Name\",\"Value\":\".\"}]","AppAccessContext":"x","DeviceProperties":{"Id":1},"Target":[{"ID":"ServicePrincipal"}]}`,
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
	})
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
