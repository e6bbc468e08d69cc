package auditlog_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/auditlog"
	"becforensics/ingest/ingesttest"
	"becforensics/timeline"
)

// shared is the path of a file among the real exports.
func shared(t testing.TB, name string) string {
	t.Helper()
	return ingesttest.Shared(t, "data", filepath.FromSlash(name))
}

func readShared(t *testing.T, name string) (*timeline.Timeline, ingest.File) {
	t.Helper()
	data, err := os.ReadFile(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return ingesttest.Read(t, auditlog.Source, filepath.Base(name), data, &ingest.Options{})
}

// distinct counts the values of a column, without regard to case.
func distinct(tl *timeline.Timeline, c timeline.Col) int {
	seen := map[string]bool{}
	for row := range tl.Len() {
		if s := tl.Text(c, row); s != "" {
			seen[strings.ToLower(s)] = true
		}
	}
	return len(seen)
}

// count counts the rows for which f holds.
func count(tl *timeline.Timeline, f func(row int) bool) int {
	n := 0
	for row := range tl.Len() {
		if f(row) {
			n++
		}
	}
	return n
}

func operation(tl *timeline.Timeline, op string, flags timeline.Flags) int {
	return count(tl, func(row int) bool {
		return tl.Text(timeline.ColOperation, row) == op && tl.Flags(row)&flags == flags
	})
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestRealTenant holds what others counted in the log of a laboratory tenant.
func TestRealTenant(t *testing.T) {
	tl, f := readShared(t, "invictus-o365_dataset/dev/ual.csv")
	equal(t, "records", f.Records, 5201)
	equal(t, "rejects", f.Rejects, 0)
	equal(t, "events with a whole record", count(tl, func(row int) bool { return tl.Flags(row)&timeline.Partial == 0 }), 3325)
	equal(t, "events without AuditData", count(tl, func(row int) bool { return tl.Flags(row)&timeline.Partial != 0 }), 3)
	equal(t, "users", distinct(tl, timeline.ColUser), 36-1)           // one is stated by name and by id
	equal(t, "operations", distinct(tl, timeline.ColOperation), 95+1) // one row without AuditData names another
	equal(t, "addresses", distinct(tl, timeline.ColIP), 159+1)        // a verdict on mail names the sending server
	equal(t, "first", timeline.FormatTime(f.First), "2021-03-23T15:45:38Z")
	equal(t, "last", timeline.FormatTime(f.Last), "2021-06-13T11:12:08Z")
	equal(t, "bind", operation(tl, "MailItemsAccessed", timeline.Bind), 176)
	equal(t, "sync", operation(tl, "MailItemsAccessed", timeline.Sync), 23)
	equal(t, "throttled", operation(tl, "MailItemsAccessed", timeline.Throttled), 0)

	ids, outside := map[string]bool{}, map[string]bool{}
	for row := range tl.Len() {
		if tl.Text(timeline.ColOperation, row) != "MailItemsAccessed" {
			continue
		}
		for _, m := range tl.Messages(row) {
			ids[m.MessageID] = true
			if tl.Flags(row)&timeline.Service == 0 {
				outside[m.MessageID] = true
			}
		}
	}
	equal(t, "messages accessed", len(ids), 212)
	equal(t, "of them outside service traffic", len(outside), 58)

	var rules []string
	for row := range tl.Len() {
		if tl.Text(timeline.ColOperation, row) == "New-InboxRule" {
			n, _ := tl.Nanos(row)
			rules = append(rules, timeline.FormatTime(n)+" "+tl.Text(timeline.ColIP, row)+" "+tl.Text(timeline.ColRule, row))
		}
	}
	if len(rules) != 2 || !strings.HasPrefix(rules[0], `2021-04-16T12:07:14Z 62.149.20.10 `) || !strings.Contains(rules[0], `"Name":"."`) ||
		!strings.Contains(rules[0], `"From":"ITCornpany@gmail.com"`) || !strings.Contains(rules[1], `"Name":"Move meetings to junk folder"`) {
		t.Errorf("rules: %q", rules)
	}

	var apps []string
	for row := range tl.Len() {
		if tl.Text(timeline.ColOperation, row) == "Consent to application." {
			apps = append(apps, tl.Text(timeline.ColApp, row))
		}
	}
	slices.Sort(apps)
	if want := []string{"Email Security Solution", "rnicrosoft", "rnicrosoft_office", "rnicrosoft_office"}; !slices.Equal(apps, want) {
		t.Errorf("consents: %q, want %q", apps, want)
	}
}

func TestRealTenantAsObjects(t *testing.T) {
	tl, f := readShared(t, "invictus-o365_dataset/dev/auditdata.jsonl")
	equal(t, "layout", f.Layout, "AuditData objects")
	equal(t, "records", f.Records, 5198)
	equal(t, "events", tl.Len(), 3325)
	equal(t, "rejects", f.Rejects, 0)
	equal(t, "users", distinct(tl, timeline.ColUser), 36-1) // one is stated by name and by id
}

func TestSplunkColumns(t *testing.T) {
	tl, f := readShared(t, "invictus-o365_dataset/dev/ual-splunk-columns-400rows.csv")
	equal(t, "events", tl.Len(), 400)
	equal(t, "records", f.Records, 400)
	equal(t, "bind", operation(tl, "MailItemsAccessed", timeline.Bind), 31)
	equal(t, "sync", operation(tl, "MailItemsAccessed", timeline.Sync), 23)
}

func TestPortal(t *testing.T) {
	tl, f := readShared(t, "huntress-ctf2023-rogue-inbox/dev/purview-before-attack.csv")
	equal(t, "layout", f.Layout, "audit portal CSV")
	equal(t, "events", tl.Len(), 54)
	equal(t, "users", distinct(tl, timeline.ColUser), 2)
	equal(t, "first", timeline.FormatTime(f.First), "2023-09-20T04:05:03Z")
	equal(t, "last", timeline.FormatTime(f.Last), "2023-09-25T14:38:15Z")
}

func TestOfficeActivity(t *testing.T) {
	tl, f := readShared(t, "sentinel-training-lab/dev/office_activity.csv")
	equal(t, "events", tl.Len(), 133)
	equal(t, "users", distinct(tl, timeline.ColUser), 6)
	equal(t, "first", timeline.FormatTime(f.First), "2021-04-28T14:30:58Z")
	equal(t, "last", timeline.FormatTime(f.Last), "2021-04-28T15:05:26Z")
	for op, n := range map[string]int{"MailItemsAccessed": 2, "Send": 2, "New-InboxRule": 1, "Update": 1} {
		equal(t, op, operation(tl, op, 0), n)
	}
}

// TestAddressForms holds that records of one id and different content all
// stay, and that none of their addresses is lost.
func TestAddressForms(t *testing.T) {
	tl, f := readShared(t, "elastic-o365/dev/ip-formats.jsonl")
	equal(t, "events", tl.Len(), 15)
	equal(t, "rejects", f.Rejects, 0)
	equal(t, "conflicts", count(tl, func(row int) bool { return tl.Flags(row)&timeline.IDConflict != 0 }), 15)
	equal(t, "addresses", count(tl, func(row int) bool { return tl.Text(timeline.ColIP, row) != "" }), 9)
	equal(t, "host names", count(tl, func(row int) bool {
		return tl.Text(timeline.ColIP, row) == "" && tl.Text(timeline.ColIPChain, row) != ""
	}), 6)
}

func TestAttackRecordings(t *testing.T) {
	folder := filepath.Dir(shared(t, "blueteam0ps-det-eng-samples/dev/t1592.004_mfa_sweep.csv"))
	records := map[string]int{
		"t1110.003_msolspray-powershell.json": 11, "t1110.003_o365spray_reporting.csv": 9, "t1592.004_mfa_sweep.csv": 8,
		"t1114.003_Forward_Rule_Multi_Users_Same_Forward_dest.json": 5, "t1556_Disable _Strong_Authentication.json": 3,
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		tl, f := readShared(t, "blueteam0ps-det-eng-samples/dev/"+file.Name())
		equal(t, file.Name()+" status", f.Status, ingest.Read)
		if n, ok := records[file.Name()]; ok {
			equal(t, file.Name()+" records", f.Records, n)
		} else if tl.Len() == 0 {
			t.Errorf("%s: no event", file.Name())
		}
		equal(t, file.Name()+" events without a user or an operation", count(tl, func(row int) bool {
			return tl.Text(timeline.ColUser, row) == "" || tl.Text(timeline.ColOperation, row) == ""
		}), 0)
	}
}

// TestSimulatedFraud reads a synthetic case in two shapes.
func TestSimulatedFraud(t *testing.T) {
	tl, f := readShared(t, "simulated/rule-fraud/evidence/UnifiedAuditLog/20250311-000000/UAL-20250207-20250309.csv")
	equal(t, "status", f.Status, ingest.Read)
	equal(t, "records", f.Records, 1869)
	equal(t, "failed sign-ins", count(tl, func(row int) bool { return tl.Outcome(row) == timeline.Failure }), 39)
	equal(t, "successful sign-ins", count(tl, func(row int) bool {
		return tl.Text(timeline.ColOperation, row) == "UserLoggedIn" && tl.Outcome(row) != timeline.Success
	}), 0)
	if !f.DayFirst {
		t.Errorf("dates put the day first: %s", f.DateOrder)
	}
	_, g := readShared(t, "simulated/rule-fraud/evidence/UnifiedAuditLogGraph/20250311000000-custodians-UnifiedAuditLog.json")
	equal(t, "layout", g.Layout, "Graph audit log query")
	equal(t, "rejects", g.Rejects, 0)
}

// TestAnotherVendorsReading compares with what another product expects of its
// intake. It takes the person out of the text of an alert, where here the
// alert's own actor stands, and a sending mail server for the actor's address.
func TestAnotherVendorsReading(t *testing.T) {
	table, err := os.ReadFile(shared(t, "dev-oracles/sekoia_expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		want := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if want[1] != "o365" {
			continue
		}
		name := want[2]
		data, err := os.ReadFile(shared(t, "sekoia-intake-formats/dev/o365/"+name))
		if err != nil {
			t.Fatal(err)
		}
		var c struct{ Input struct{ Message string } }
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatal(err)
		}
		tl := readOne(t, name, []byte(c.Input.Message))
		when, _ := tl.Nanos(0)
		equal(t, name+" time", timeline.FormatTime(when), want[3])
		if !strings.Contains(tl.Text(timeline.ColRecordType, 0), "SecurityComplianceAlerts") {
			equal(t, name+" user", tl.Text(timeline.ColUser, 0), want[6])
		}
		if tl.Text(timeline.ColOperation, 0) != "TIMailData" {
			equal(t, name+" address", tl.Text(timeline.ColIP, 0), want[7])
		}
		equal(t, name+" failure", tl.Outcome(0) != timeline.Success && tl.Outcome(0) != timeline.Unknown, want[5] != "success")
	}
}

func TestRulesOfAnotherProduct(t *testing.T) {
	for _, name := range []string{"microsoft365_brute_force_login_by_user", "microsoft365_external_sharing", "microsoft_exchange_external_forwarding"} {
		data, err := os.ReadFile(shared(t, "panther-analysis/dev/"+name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var c struct {
			Tests []struct{ Log json.RawMessage }
		}
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatal(err)
		}
		for _, test := range c.Tests {
			tl := readOne(t, name, test.Log)
			if tl.Text(timeline.ColOperation, 0) == "" || tl.Text(timeline.ColUser, 0) == "" || tl.Text(timeline.ColIP, 0) == "" {
				t.Errorf("%s: no operation, user or address", name)
			}
		}
	}
}

func readOne(t *testing.T, name string, data []byte) *timeline.Timeline {
	t.Helper()
	tl, f := ingesttest.Read(t, auditlog.Source, "record.json", data, &ingest.Options{})
	if f.Status != ingest.Read || tl.Len() != 1 {
		t.Fatalf("%s: %s, %s, %d events", name, f.Status, f.Reason, tl.Len())
	}
	return tl
}
