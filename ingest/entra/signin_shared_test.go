package entra_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/entra"
	"becforensics/ingest/ingesttest"
	"becforensics/timeline"
)

// shared is the bytes of a file of the shared reference data; without that
// folder the test is skipped.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(ingesttest.Shared(t, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t *testing.T, name string, data []byte) (*timeline.Timeline, ingest.File) {
	t.Helper()
	return ingesttest.Read(t, entra.SignIns, name, data, &ingest.Options{})
}

// expectations are the lines of another vendor's reading of real records.
func expectations(t *testing.T, kinds ...string) [][]string {
	t.Helper()
	var list [][]string
	for line := range strings.Lines(string(shared(t, "data/dev-oracles/sekoia_expected.tsv"))) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for _, kind := range kinds {
			if cells[1] == kind {
				list = append(list, cells)
			}
		}
	}
	return list
}

func TestAnotherVendorsReading(t *testing.T) {
	// What differs by intention.
	operations := map[string]string{"Sign-in activity": "Sign-in", "User Risk Detection": "RiskDetection"}
	exceptions := map[string]string{
		"sign-in_activity.json outcome":   "50158 comes after the password, theirs is a failure",
		"user_risk_detection.json time":   "the time is that of the activity, theirs that of the wrapper",
		"user_risk_detection_3.json time": "the time is that of the activity, theirs that of the wrapper",
		"sign-in_activity7.json outcome":  "code 0 of a service principal is a success, theirs states none",
		"sign-in_activity7.json user":     "the service principal signed in, theirs states no user",
	}
	seen := 0
	for _, want := range expectations(t, "azure-ad") {
		file, when, action, outcome, user, ip := want[2], want[3], want[4], want[5], want[6], want[7]
		if operations[action] == "" {
			continue
		}
		seen++
		var wrapper struct{ Input struct{ Message string } }
		if err := json.Unmarshal(shared(t, "data/sekoia-intake-formats/dev/azure-ad/"+file), &wrapper); err != nil {
			t.Fatal(err)
		}
		tl, f := read(t, "export.json", []byte(wrapper.Input.Message))
		if f.Events != 1 {
			t.Errorf("%s: %d events: %s", file, f.Events, f.Reason)
			continue
		}
		got := map[string]string{"action": tl.Text(timeline.ColOperation, 0), "user": tl.Text(timeline.ColUser, 0), "ip": tl.Text(timeline.ColIP, 0)}
		if o := tl.Outcome(0); o != timeline.Unknown {
			got["outcome"] = o.String()
		}
		if n, ok := tl.Nanos(0); ok {
			got["time"] = timeline.FormatTime(n)
		}
		for field, want := range map[string]string{"time": when, "action": operations[action], "user": user, "ip": ip, "outcome": outcome} {
			if field == "time" && strings.HasPrefix(got[field], strings.TrimSuffix(want, "Z")) {
				continue // theirs is cut to microseconds
			}
			_, excepted := exceptions[file+" "+field]
			if (got[field] != want) != excepted {
				t.Errorf("%s: %s is %q, theirs %q, exception %v", file, field, got[field], want, excepted)
			}
		}
	}
	if seen != 8 {
		t.Errorf("%d records compared, want 8", seen)
	}
}

func TestSentinelTraining(t *testing.T) {
	tl, f := read(t, "sign-in_adelete.csv", shared(t, "data/sentinel-training-lab/dev/sign-in_adelete.csv"))
	if f.Events != 28 || f.Records != 28 {
		t.Errorf("%d events of %d records, want 28 of 28: %v", f.Events, f.Records, tl.Rejects())
	}
	got := map[string]int{}
	for row := range tl.Len() {
		got[fmt.Sprintf("%s %s %s %s", tl.Text(timeline.ColIP, row), tl.Text(timeline.ColLogCountry, row), tl.Text(timeline.ColError, row), tl.Outcome(row))]++
		if _, ok := tl.Nanos(row); !ok {
			t.Errorf("row %d has no time", row)
		}
	}
	want := map[string]int{"175.45.176.99 IL  success": 26, "175.45.176.99 IL 16000 interrupted": 1, "175.45.176.99 IL 50058 interrupted": 1}
	if !maps.Equal(got, want) {
		t.Errorf("sign-ins %v, want %v", got, want)
	}
}

func TestDeclinedSignIns(t *testing.T) {
	for _, name := range []string{"sentinel-training-lab/dev/signinLogs.csv", "suzaku-azure/dev/azure_value_format.json", "sentinel-training-lab/dev/office_activity.csv", "sentinel-training-lab/dev/AuditLogs_Hunting.csv", "otrf-golden-saml/dev/AADAuditEvents.json"} {
		if _, f := read(t, filepath.Base(name), shared(t, "data/"+name)); f.Status != ingest.Unrecognised {
			t.Errorf("%s: %s as %s, want it unrecognised", name, f.Status, f.Layout)
		}
	}
}

func TestSimulatedPortalTables(t *testing.T) {
	var truth struct {
		Files []struct {
			Path        string
			Family      string
			Records     int
			Unique      int
			First, Last string
		}
	}
	if err := json.Unmarshal(shared(t, "data/simulated/rule-fraud/truth.json"), &truth); err != nil {
		t.Fatal(err)
	}
	for _, want := range truth.Files {
		if want.Family != "signins" {
			continue
		}
		tl, f := read(t, want.Path, shared(t, "data/simulated/rule-fraud/evidence/"+want.Path))
		if f.Records != want.Records || f.Events != want.Unique {
			t.Errorf("%s: %d events of %d records, want %d of %d", want.Path, f.Events, f.Records, want.Unique, want.Records)
		}
		if first, last := timeline.FormatTime(f.First), timeline.FormatTime(f.Last); first != want.First || last != want.Last {
			t.Errorf("%s: %s to %s, want %s to %s", want.Path, first, last, want.First, want.Last)
		}
		quiet := strings.Contains(want.Path, "NonInteractive")
		for row := range tl.Len() {
			if got := tl.Flags(row)&timeline.NonInteractive != 0; got != quiet {
				t.Fatalf("%s: row %d not interactive: %v", want.Path, row, got)
			}
			if tl.Text(timeline.ColIP, row) == "" || tl.Text(timeline.ColAppID, row) == "" || tl.Text(timeline.ColUser, row) == "" {
				t.Fatalf("%s: row %d lacks an address, an application or a user", want.Path, row)
			}
		}
	}
}

func TestLabelledOutcomes(t *testing.T) {
	want := map[string]timeline.Outcome{
		"m365import/cred-50126":          timeline.Failure,
		"m365import/cred-50056":          timeline.Failure,
		"m365import/notcred-50076":       timeline.PasswordProved,
		"m365import/notcred-53003":       timeline.PasswordProved,
		"m365import/notcred-50055":       timeline.PasswordProved,
		"m365import/notcred-50140":       timeline.Interrupted,
		"m365import/notcred-50058":       timeline.Interrupted,
		"m365import/50053-risk-ip":       timeline.Failure,
		"m365import/outcome-unparseable": timeline.Unknown,
		"m365import/outcome-absent":      timeline.Unknown,
		"m365import/outcome-zero":        timeline.Success,
	}
	for line := range strings.Lines(string(shared(t, "oracle/cases.jsonl"))) {
		var c struct {
			ID, Format string
			Events     []json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		outcome, ok := want[c.ID]
		if !ok {
			continue
		}
		delete(want, c.ID)
		tl, f := read(t, "export.json", c.Events[0])
		if f.Events != 1 || tl.Outcome(0) != outcome {
			t.Errorf("%s: %d events, outcome %s, want %s; %s", c.ID, f.Events, tl.Outcome(0), outcome, f.Reason)
		}
	}
	if len(want) > 0 {
		t.Errorf("cases not found: %v", want)
	}
}
