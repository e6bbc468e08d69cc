package main

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"becforensics/timeline/analysis/analysistest/estate"
)

// TestMissingEvidenceIsSaid reads evidence that lacks exports, is throttled, is
// cut or has gaps: coverage says so, and no analysis words what it did not
// find as if it had not happened.
func TestMissingEvidenceIsSaid(t *testing.T) {
	lacking := map[string]struct {
		folder string
		kinds  map[string]string // of coverage rows, with what their notes say
	}{
		"no audit log": {scenarioFolder(t, "relayed-sign-in", estate.Options{Seed: 1, Without: []string{"ual"}}), map[string]string{"absent": "no export of this kind in evidence"}},
		"Activities alone": {filepath.Join(harbour, "evidence"), map[string]string{
			"absent": "rules, forwarding, permissions and mail access by name cannot be seen", "gap": "SequenceNumber skips",
		}},
		"an audit log, throttled, cut and with a gap": {patchyAuditLog(t), map[string]string{
			"throttled": "all mail of the mailbox must be presumed accessed", "cut": "exactly what the export delivers at most",
			"gap": "absence of evidence in these days says nothing about what was done", "absent": "no export of this kind in evidence",
		}},
	}
	const clause = "Nothing in the evidence read meets this analysis's criteria; see Coverage and limits for what the evidence does not hold."
	silent := 0
	for name, c := range lacking {
		report, page := filepath.Join(t.TempDir(), "findings.json"), filepath.Join(t.TempDir(), "page.html")
		if _, stderr, code := command(t, "analyze", "--json", report, "--html", page, c.folder); code != exitDone && code != exitPartial {
			t.Fatalf("%s: exit code %d: %s", name, code, stderr)
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		printed := html.UnescapeString(string(text))
		var f findings
		readJSON(t, report, &f)
		for _, f := range f.Findings {
			switch f.Status {
			case "nothing":
				silent++
				if !strings.Contains(printed, f.Summary+" "+clause) {
					t.Errorf("%s: %s found nothing, and the page does not say what that means", name, f.Analysis)
				}
			case "skipped":
				silent++
				if f.Reason == "" || !strings.Contains(printed, "Not run: "+f.Reason) {
					t.Errorf("%s: %s was skipped, and the page does not say why: %q", name, f.Analysis, f.Reason)
				}
			}
			if f.Analysis != "coverage" {
				continue
			}
			for kind, note := range c.kinds {
				said := false
				for _, r := range f.Rows {
					said = said || r.Cells["Kind"] == kind && strings.Contains(r.Cells["Note"], note)
				}
				if !said {
					t.Errorf("%s: coverage has no row of the kind %s that says %q", name, kind, note)
				}
			}
		}
	}
	if silent == 0 {
		t.Error("every analysis found something")
	}
	proves(t, 16, "evidence without an audit log, with Activities alone, and with an audit log that is throttled, cut and has a gap: a row of coverage for each, and each analysis that found nothing or did not run says what that does not mean, or why")
}

// patchyAuditLog writes an audit log of as many records as a search delivers at
// most, throttled on one day, and without any in a week.
func patchyAuditLog(t *testing.T) string {
	t.Helper()
	const (
		records = 5000
		days    = 40
		silence = 7
	)
	var text strings.Builder
	text.WriteString("CreationDate,UserIds,Operations,AuditData\n")
	for i := range records {
		day := i * days / records
		if day >= days/2 {
			day += silence
		}
		at := time.Date(2026, 1, 5+day, 8, i%60, i%59, 0, time.UTC).Format("2006-01-02T15:04:05")
		data := fmt.Sprintf(`{"CreationTime":%q,"Id":"%d","Operation":"MailItemsAccessed","RecordType":50,"UserId":"a@contoso.example","MailboxOwnerUPN":"a@contoso.example","Workload":"Exchange",`+
			`"OperationProperties":[{"Name":"MailAccessType","Value":"Bind"},{"Name":"IsThrottled","Value":"%t"}],"ClientIPAddress":"192.0.2.10"}`, at, i, day == 3)
		fmt.Fprintf(&text, "%s,a@contoso.example,MailItemsAccessed,\"%s\"\n", at, strings.ReplaceAll(data, `"`, `""`))
	}
	path := filepath.Join(t.TempDir(), "AuditLog.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
