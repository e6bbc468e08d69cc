package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHuntressAccusesNobody(t *testing.T) {
	f := analyze(t, shared(t, "data", "huntress-ctf2023-rogue-inbox", "dev", "purview-before-attack.csv"))
	if e := f.Evidence[0]; e.Records != 54 || e.Events != 54 || e.Status != "read" {
		t.Errorf("evidence %+v", e)
	}
	for _, r := range f.Findings {
		for _, row := range r.accusing() {
			t.Errorf("%s accuses: %+v", r.Analysis, row)
		}
	}
}

func TestBlueteamIsReadWithoutReject(t *testing.T) {
	f := analyze(t, shared(t, "data", "blueteam0ps-det-eng-samples", "dev"))
	for _, e := range f.Evidence {
		if e.Status != "read" || e.Rejects != 0 || e.Source != "auditlog" {
			t.Errorf("%s: %s %s, %d rejects: %s", e.Name, e.Source, e.Status, e.Rejects, e.Reason)
		}
	}
}

// TestSentinelLab reads tables of Log Analytics as the portal exports them.
func TestSentinelLab(t *testing.T) {
	lab := shared(t, "data", "sentinel-training-lab", "dev")
	office, signIns := filepath.Join(lab, "office_activity.csv"), filepath.Join(lab, "sign-in_adelete.csv")
	status := map[string]string{}
	for _, f := range inspect(t, lab) {
		status[f.Name] = strings.TrimSpace(f.Source + " " + f.Status)
		if f.Name == "office_activity.csv" && (f.Events != 133 || f.First != "2021-04-28T14:30:58Z" || f.Last != "2021-04-28T15:05:26Z") {
			t.Errorf("office_activity.csv: %+v", f)
		}
	}
	same(t, status, map[string]string{
		"office_activity.csv":   "auditlog read",
		"sign-in_adelete.csv":   "signin read",
		"AuditLogs_Hunting.csv": "directoryaudit read",
		"signinLogs.csv":        "unrecognised", // a row of an alert, in spite of its name
	})
	if users := stack(t, "user", office); len(users) != 6 {
		t.Errorf("users %v, want 6", users)
	}
	operations := stack(t, "operation", office)
	for operation, want := range map[string]int{"MailItemsAccessed": 2, "Send": 2, "New-InboxRule": 1, "Update": 1} {
		if operations[operation] != want {
			t.Errorf("%d events %s, want %d", operations[operation], operation, want)
		}
	}
	same(t, stack(t, "ip", signIns), map[string]int{"175.45.176.99": 28})
	same(t, stack(t, "error", signIns), map[string]int{"(none)": 26, "16000": 1, "50058": 1})
	same(t, stack(t, "outcome", signIns), map[string]int{"success": 26, "interrupted": 2})
	f := analyze(t, "--only", "password-attack,foreign-logon", signIns)
	for _, row := range f.of(t, "password-attack").accusing() {
		t.Errorf("interrupts are no attack: %+v", row)
	}
	conflict := false
	for _, row := range f.of(t, "foreign-logon").accusing() {
		text := strings.Join(values(row.Cells), " ")
		conflict = conflict || strings.Contains(text, "IL") && strings.Contains(text, "KP")
	}
	if !conflict {
		t.Error("the log's own place (IL) and the database's (KP) do not stand side by side")
	}
	same(t, stack(t, "user", filepath.Join(lab, "AuditLogs_Hunting.csv")), map[string]int{
		"victim@buildseccxpninja.onmicrosoft.com": 1, "VadimJ@buildseccxpninja.onmicrosoft.com": 4,
	})
}

func values(cells cells) []string {
	var list []string
	for _, text := range cells {
		list = append(list, text)
	}
	return list
}

func TestGoldenSAML(t *testing.T) {
	same(t, stack(t, "operation", shared(t, "data", "otrf-golden-saml", "dev")), map[string]int{
		"Update application – Certificates and secrets management": 2, "Update application": 1, "Add delegated permission grant": 1,
	})
}

// TestElasticSpellings reads one address in all the spellings that records
// have; all share one id, and none is lost.
func TestElasticSpellings(t *testing.T) {
	spellings := shared(t, "data", "elastic-o365", "dev", "ip-formats.jsonl")
	text, err := os.ReadFile(shared(t, "data", "elastic-o365", "dev", "ip-formats.expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var expected []struct {
		Right struct{ IP string } `json:"right_reading"`
	}
	if err := json.Unmarshal(text, &expected); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for _, e := range expected {
		if e.Right.IP == "" {
			e.Right.IP = "(none)"
		}
		want[e.Right.IP]++
	}
	same(t, stack(t, "ip", spellings), want)
	if want["(none)"] != 6 {
		t.Errorf("%d host names, want 6", want["(none)"])
	}
	same(t, stack(t, "flags", spellings), map[string]int{"id_conflict": 15})
}

func TestElasticTrace(t *testing.T) {
	f := inspect(t, shared(t, "data", "elastic-o365", "dev", "message-trace.jsonl"))[0]
	if f.Source != "messagetrace" || f.Events != 1 || f.First != "2022-09-05T18:10:13.4907658Z" {
		t.Errorf("%+v", f)
	}
}

// TestAzureActivityIsNoEvidence leaves a log alone that only resembles one.
func TestAzureActivityIsNoEvidence(t *testing.T) {
	f := inspect(t, shared(t, "data", "suzaku-azure", "dev", "azure_value_format.json"))[0]
	if f.Status != "unrecognised" || f.Source != "" || f.Reason == "" {
		t.Errorf("%+v", f)
	}
}

// TestActivitiesInEveryShape reads the same seven activities in the shapes
// that tools leave them in.
func TestActivitiesInEveryShape(t *testing.T) {
	odd := map[string]inspected{
		"02-page-1-of-2-nextlink":        {Status: "read", Source: "activities", Records: 4, Events: 4},
		"02-page-2-of-2-overlap":         {Status: "read", Source: "activities", Records: 4, Events: 4},
		"11-error-body":                  {Status: "partial", Source: "activities", Records: 1, Rejects: 1},
		"12-truncated-page":              {Status: "partial", Source: "activities", Records: 6, Events: 5, Rejects: 1},
		"27-retriever-cut-mid-row":       {Status: "partial", Source: "activities", Records: 7, Events: 6, Rejects: 1},
		"40-mail-v1-message":             {Status: "read", Source: "message", Records: 1, Context: 1},
		"41-mail-v2beta-message-headers": {Status: "read", Source: "message", Records: 1, Context: 1},
	}
	paths, err := filepath.Glob(filepath.Join(shared(t, "data", "activities-fixtures"), "[0-9]*"))
	if err != nil || len(paths) != 27 {
		t.Fatalf("%d fixtures, want 27: %v", len(paths), err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		want, ok := odd[name]
		if !ok {
			want = inspected{Status: "read", Source: "activities", Records: 7, Events: 7}
		}
		f := inspect(t, path)[0]
		got := inspected{Status: f.Status, Source: f.Source, Records: f.Records, Events: f.Events, Context: f.Context, Duplicates: f.Duplicates, Rejects: f.Rejects}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	// The two pages overlap by one record, because records came in meanwhile.
	var events, duplicates int
	for _, f := range inspect(t, paths[1], paths[2]) {
		events, duplicates = events+f.Events, duplicates+f.Duplicates
	}
	if events != 7 || duplicates != 1 {
		t.Errorf("pages: %d events, %d duplicates, want 7 and 1", events, duplicates)
	}
}
