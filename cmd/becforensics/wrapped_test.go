package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// unwrap writes each record that a rule or a decoder of others is tested
// with into a file of its own.
func unwrap(t *testing.T, dir, name string, record []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), record, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// otherTime are records whose time Sekoia takes from the last update or from
// the wrapper, where the detection or the sign-in has a time of its own.
var otherTime = map[string]bool{
	"azure-ad_user_risk_detection.json": true, "azure-ad_user_risk_detection_3.json": true,
	"azure-ad_sign-in_activity4.json": true, "azure-ad_sign-in_activity6.json": true, "azure-ad_sign-in_activity7.json": true,
}

// TestSekoiaRecords reads the records that Sekoia's decoders are tested with.
// The tables of Defender's hunting are no source of ours, but for the cloud
// application events, which carry a record of the audit log.
func TestSekoiaRecords(t *testing.T) {
	dir := t.TempDir()
	file, err := os.Open(shared(t, "data", "dev-oracles", "sekoia_expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]string{}
	for _, row := range rows[1:] {
		kind, name, moment := row[1], row[2], row[3]
		var wrapped struct{ Input struct{ Message string } }
		readJSON(t, shared(t, "data", "sekoia-intake-formats", "dev", kind, name), &wrapped)
		unwrap(t, dir, kind+"_"+name, []byte(wrapped.Input.Message))
		times[kind+"_"+name] = moment
	}
	read := 0
	for _, f := range inspect(t, dir) {
		if f.Status == "unrecognised" {
			if !strings.HasPrefix(f.Name, "microsoft-365-defender_") {
				t.Errorf("%s is not recognised", f.Name)
			}
			continue
		}
		read++
		if f.Status != "read" || f.Records != 1 || f.Rejects != 0 {
			t.Errorf("%s: %s, %d records, %d rejects: %s", f.Name, f.Status, f.Records, f.Rejects, f.Reason)
		}
		if !otherTime[f.Name] && microseconds(t, f.First) != microseconds(t, times[f.Name]) {
			t.Errorf("%s: time %s, want %s", f.Name, f.First, times[f.Name])
		}
	}
	if read < 44+15+47+1 {
		t.Errorf("%d records are read, want at least those of the audit log, Entra and the trace: 107", read)
	}
}

// microseconds is a time as far as Sekoia keeps it.
func microseconds(t *testing.T, text string) time.Time {
	t.Helper()
	m, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Error(err)
	}
	return m.Truncate(time.Microsecond)
}

// TestPantherRecords reads the records that Panther's rules are tested with.
// Alerts of the security API are no source of ours.
func TestPantherRecords(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(shared(t, "data", "panther-analysis", "dev"), "*.json"))
	if err != nil || len(paths) != 15 {
		t.Fatalf("%d files, want 15: %v", len(paths), err)
	}
	dir := t.TempDir()
	for _, path := range paths {
		var rule struct {
			Tests []struct{ Log json.RawMessage }
		}
		readJSON(t, path, &rule)
		for i, test := range rule.Tests {
			unwrap(t, dir, strings.TrimSuffix(filepath.Base(path), ".json")+"_"+strconv.Itoa(i)+".json", test.Log)
		}
	}
	files := inspect(t, dir)
	if len(files) != 39 {
		t.Errorf("%d records, want 39", len(files))
	}
	for _, f := range files {
		if strings.HasPrefix(f.Name, "microsoft_graph_passthrough_") && f.Status == "unrecognised" {
			continue
		}
		if f.Status != "read" || f.Records != 1 || f.Rejects != 0 {
			t.Errorf("%s: %s, %d records, %d rejects: %s", f.Name, f.Status, f.Records, f.Rejects, f.Reason)
		}
	}
}
