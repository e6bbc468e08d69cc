package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/timeline"
)

// findings is the report as data, as a reader of it sees it.
type findings struct {
	Evidence []struct {
		ID, Name, Source, Status, Reason, SHA256      string
		Records, Events, Context, Duplicates, Rejects int
		First, Last                                   *string
	}
	Rejects  []struct{ Origin, Reason string }
	Findings []finding
}

type finding struct {
	Analysis, Status, Reason, Summary string
	Rows                              []findingRow
}

type findingRow struct {
	Severity, User, Mailbox string
	First, Last             *string
	IPs                     []string
	Cells                   map[string]string
	Origins                 []string
}

// analyze runs the program over evidence and reads the findings.
func analyze(t *testing.T, args ...string) findings {
	t.Helper()
	out := filepath.Join(t.TempDir(), "findings.json")
	_, stderr, code := command(t, append([]string{"analyze", "--json", out}, args...)...)
	if code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var f findings
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	for _, r := range f.Findings {
		if r.Status == "failed" {
			t.Errorf("%s failed: %s", r.Analysis, r.Reason)
		}
	}
	return f
}

// of returns what one analysis found.
func (f findings) of(t *testing.T, analysis string) finding {
	t.Helper()
	for _, r := range f.Findings {
		if r.Analysis == analysis {
			return r
		}
	}
	t.Fatalf("%s did not run", analysis)
	return finding{}
}

// accusing are the rows of low severity or more.
func (f finding) accusing() []findingRow {
	var rows []findingRow
	for _, r := range f.Rows {
		if r.Severity != "info" {
			rows = append(rows, r)
		}
	}
	return rows
}

// origins are the records under accusing rows, by file and 0-based number.
func (f findings) accused(t *testing.T) map[string]map[int][]string {
	t.Helper()
	names := map[string]string{}
	for _, e := range f.Evidence {
		names[e.ID] = e.Name
	}
	cited := map[string]map[int][]string{}
	for _, r := range f.Findings {
		for _, row := range r.accusing() {
			for _, text := range row.Origins {
				o, err := timeline.ParseOrigin(text)
				if err != nil {
					t.Fatal(err)
				}
				name := names[timeline.EvidenceID(o.Evidence)]
				if cited[name] == nil {
					cited[name] = map[int][]string{}
				}
				cited[name][int(o.Record)-1] = append(cited[name][int(o.Record)-1], r.Analysis)
			}
		}
	}
	return cited
}

func TestInvictus(t *testing.T) {
	f := analyze(t, shared(t, "data", "invictus-o365_dataset", "dev", "ual.csv"))
	e := f.Evidence[0]
	if e.Records != 5201 || e.Events != 3325+3 || e.Duplicates != 5198-3325 || e.Rejects != 0 {
		t.Errorf("records %d, events %d, duplicates %d, rejects %d", e.Records, e.Events, e.Duplicates, e.Rejects)
	}
	if *e.First != "2021-03-23T15:45:38Z" || *e.Last != "2021-06-13T11:12:08Z" {
		t.Errorf("span %s to %s", *e.First, *e.Last)
	}
	one := false
	for _, r := range f.of(t, "password-attack").accusing() {
		one = one || strings.Contains(strings.Join(r.IPs, " "), "178.85.138.132") && len(r.Origins) >= 80
	}
	if !one {
		t.Error("the 80 failures from 178.85.138.132 are not reported")
	}
}

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

// truth is what really happened in a simulated case.
type truth struct {
	HostileRecords []struct {
		File    string
		Ordinal int
		Role    string
		Kind    string
		Dup     bool
	} `json:"hostile_records"`
	BenignConfounders []struct {
		Name  string
		Users []string
		IPs   []string `json:"ips"`
	} `json:"benign_confounders"`
	Users []struct {
		UPN string `json:"upn"`
	} `json:"users"`
	ClientStack    map[string]map[string]map[string]struct{ Events, Days int } `json:"client_stack"`
	LogonCountries map[string]map[string]map[string]int                        `json:"logon_countries"`
	Files          []struct {
		Path                        string
		Records, Unique, Duplicates int
	}
}

func readTruth(t *testing.T, dir string) truth {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var tr truth
	if err := json.Unmarshal(text, &tr); err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestSimulatedIntruder(t *testing.T) {
	dir := shared(t, "data", "simulated", "phish-imap")
	tr := readTruth(t, dir)
	f := analyze(t, filepath.Join(dir, "evidence"))
	cited := f.accused(t)
	hostile := map[string]map[int]bool{}
	missed, acts := 0, 0
	for _, h := range tr.HostileRecords {
		if hostile[h.File] == nil {
			hostile[h.File] = map[int]bool{}
		}
		hostile[h.File][h.Ordinal] = true
		if h.Role != "actor" || !strings.HasPrefix(h.File, "Activities/") {
			continue
		}
		acts++
		if len(cited[h.File][h.Ordinal]) == 0 {
			missed++
			t.Errorf("hostile %s record %d of %s is under no accusing row", h.Kind, h.Ordinal, h.File)
		}
	}
	if acts != 167 {
		t.Errorf("%d hostile acts in the truth, want 167", acts)
	}
	for file, records := range cited {
		if !strings.HasPrefix(file, "Activities/") {
			continue
		}
		for n, by := range records {
			if !hostile[file][n] {
				t.Errorf("innocent record %d of %s is accused by %v", n, file, by)
			}
		}
	}
	for _, e := range f.Evidence {
		for _, want := range tr.Files {
			if want.Path == e.Name && e.Source == "activities" && (e.Records != want.Records || e.Duplicates != want.Duplicates) {
				t.Errorf("%s: %d records, %d duplicates; want %d, %d", e.Name, e.Records, e.Duplicates, want.Records, want.Duplicates)
			}
		}
	}
}
