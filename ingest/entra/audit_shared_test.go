package entra_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/entra"
	"becforensics/ingest/ingesttest"
	"becforensics/timeline"
)

func readAudit(t *testing.T, name string, data []byte) (*timeline.Timeline, ingest.File) {
	t.Helper()
	return ingesttest.Read(t, entra.Audits, name, data, &ingest.Options{})
}

func TestAnotherVendorsAudits(t *testing.T) {
	seen, byApp := 0, 0
	for line := range strings.Lines(string(shared(t, "data/dev-oracles/sekoia_expected.tsv"))) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if cells[1] != "azure-ad" && cells[1] != "entraid-graphapi" {
			continue
		}
		file, when, action, outcome, user, ip := cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]
		var wrapper struct{ Input struct{ Message string } }
		if err := json.Unmarshal(shared(t, "data/sekoia-intake-formats/dev/"+cells[1]+"/"+file), &wrapper); err != nil {
			t.Fatal(err)
		}
		tl, f := readAudit(t, "export.json", []byte(wrapper.Input.Message))
		if f.Status == ingest.Unrecognised && (action == "Sign-in activity" || action == "User Risk Detection" || action == "Microsoft Graph Activity") {
			continue
		}
		seen++
		if f.Events != 1 {
			t.Errorf("%s: %d events: %s", file, f.Events, f.Reason)
			continue
		}
		n, _ := tl.Nanos(0)
		got := map[string]string{"time": timeline.FormatTime(n), "action": tl.Text(timeline.ColOperation, 0), "user": tl.Text(timeline.ColUser, 0), "ip": tl.Text(timeline.ColIP, 0), "outcome": tl.Outcome(0).String()}
		if tl.Has(0, timeline.AppOnly) {
			// An application acted: theirs names the account acted upon.
			byApp++
			if !strings.Contains(tl.Text(timeline.ColTarget, 0), user) {
				t.Errorf("%s: target %q, want %q in it", file, tl.Text(timeline.ColTarget, 0), user)
			}
			user = got["user"]
		}
		for field, want := range map[string]string{"time": when, "action": action, "user": user, "ip": ip, "outcome": outcome} {
			if got[field] == want || field == "time" && strings.HasPrefix(got[field], strings.TrimSuffix(want, "Z")) {
				continue // their times are cut to microseconds
			}
			t.Errorf("%s: %s is %q, theirs %q", file, field, got[field], want)
		}
	}
	if seen != 52 || byApp == 0 {
		t.Errorf("%d records compared, %d by an application: want 52 and some", seen, byApp)
	}
}

func TestApplicationCredentials(t *testing.T) {
	tl, f := readAudit(t, "AuditLogs_Hunting.csv", shared(t, "data/sentinel-training-lab/dev/AuditLogs_Hunting.csv"))
	if f.Events != 5 {
		t.Errorf("%d events, want 5: %v", f.Events, tl.Rejects())
	}
	users := map[string]bool{}
	for row := range tl.Len() {
		users[strings.ToLower(tl.Text(timeline.ColUser, row))] = true
		if op := tl.Text(timeline.ColOperation, row); op != "Update application – Certificates and secrets management " {
			t.Errorf("operation %q", op)
		}
	}
	if len(users) != 2 {
		t.Errorf("initiators %v, want 2", users)
	}
}

func TestGoldenSAML(t *testing.T) {
	tl, f := readAudit(t, "AADAuditEvents.json", shared(t, "data/otrf-golden-saml/dev/AADAuditEvents.json"))
	got := map[string]int{}
	for row := range tl.Len() {
		got[strings.TrimSpace(tl.Text(timeline.ColOperation, row))]++
		if tl.Outcome(row) != timeline.Success || tl.Text(timeline.ColUser, row) != "pgustavo@simulandlabs.com" {
			t.Errorf("row %d: %s by %q", row, tl.Outcome(row), tl.Text(timeline.ColUser, row))
		}
	}
	if f.Events != 4 || got["Update application – Certificates and secrets management"] != 2 || got["Update application"] != 1 || got["Add delegated permission grant"] != 1 {
		t.Errorf("%d events, %v: want 2 certificate updates, 1 update and 1 grant", f.Events, got)
	}
}

func TestSimulatedCase(t *testing.T) {
	const name = "EntraID/AuditLogs-Combined.json"
	_, f := readAudit(t, name, shared(t, "data/simulated/rule-fraud/evidence/"+name))
	if f.Events != 2 || timeline.FormatTime(f.First) != "2025-02-24T07:10:55.6637905Z" || timeline.FormatTime(f.Last) != "2025-03-05T07:56:43.1510096Z" {
		t.Errorf("%d events from %s to %s", f.Events, timeline.FormatTime(f.First), timeline.FormatTime(f.Last))
	}
}

func TestDeclinedAudits(t *testing.T) {
	for _, name := range []string{"sentinel-training-lab/dev/signinLogs.csv", "sentinel-training-lab/dev/sign-in_adelete.csv", "suzaku-azure/dev/azure_value_format.json", "sentinel-training-lab/dev/office_activity.csv"} {
		if _, f := readAudit(t, filepath.Base(name), shared(t, "data/"+name)); f.Status != ingest.Unrecognised {
			t.Errorf("%s: %s as %s, want it unrecognised", name, f.Status, f.Layout)
		}
	}
}

// TestLabelledRecords holds that every labelled record of the directory and of
// the diagnostic settings is one event with its own time and user.
func TestLabelledRecords(t *testing.T) {
	seen := 0
	for line := range strings.Lines(string(shared(t, "oracle/cases.jsonl"))) {
		var c struct {
			ID, Format string
			Events     []json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		if c.Format != "entra-audit-or-graph" {
			continue
		}
		for _, e := range c.Events {
			seen++
			tl, f := readAudit(t, "export.json", e)
			if f.Events != 1 || tl.Text(timeline.ColOperation, 0) == "" || tl.Text(timeline.ColTarget, 0) == "" {
				t.Errorf("%s: %d events: %s", c.ID, f.Events, f.Reason)
			}
		}
	}
	if seen != 3 {
		t.Errorf("%d records, want 3", seen)
	}
}
