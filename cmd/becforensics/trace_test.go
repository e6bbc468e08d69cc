package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"becforensics/ingest"
	"becforensics/timeline"
	"becforensics/timeline/analysis/analysistest/estate"
)

// TestFindingsRestOnTheirRecords reads again, from the evidence, each record
// that a suspicious row or an indicator cites: the records hold what the row
// or the indicator says of them.
func TestFindingsRestOnTheirRecords(t *testing.T) {
	derived := []string{"asn", "network"} // what a database says of an address stands in no record
	folders := []string{filepath.Join(harbour, "evidence"), writeEstate(t, estate.Named("device-code").Make(estate.Options{Seed: 1}))}
	rows, indicators := 0, 0
	for _, folder := range folders {
		out := filepath.Join(t.TempDir(), "findings.json")
		if _, stderr, code := command(t, "analyze", "--json", out, folder); code != exitDone {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		var report struct {
			findings
			Indicators []struct {
				Type, Value string
				Origins     []string
			}
		}
		if err := json.Unmarshal(text, &report); err != nil {
			t.Fatal(err)
		}
		records := rawRecords(t, folder)
		for _, f := range report.Findings {
			for _, r := range f.Rows {
				if r.Severity == "info" {
					continue
				}
				rows++
				for _, origin := range r.Origins {
					if len(records[origin]) == 0 {
						t.Errorf("%s: %s is no record", r.ID, origin)
					}
				}
				cited := func(text string) bool {
					return slices.ContainsFunc(r.Origins, func(o string) bool { return holds(records[o], text) })
				}
				for _, session := range r.Sessions {
					if !cited(session) {
						t.Errorf("%s: no record that it cites holds the session %s", r.ID, session)
					}
				}
				for _, ip := range r.IPs {
					if !cited(ip) && !slices.ContainsFunc(r.Sessions, func(session string) bool { return recordWithBoth(records, session, ip) }) {
						t.Errorf("%s: no record that it cites, nor one of its sessions, holds the address %s", r.ID, ip)
					}
				}
			}
		}
		for _, i := range report.Indicators {
			if slices.Contains(derived, i.Type) {
				continue
			}
			indicators++
			for _, origin := range i.Origins {
				if !holds(records[origin], i.Value) {
					t.Errorf("%s %s: %s does not hold it: %s", i.Type, i.Value, origin, records[origin])
				}
			}
		}
	}
	if rows == 0 || indicators == 0 {
		t.Fatal("nothing is looked at")
	}
	proves(t, 20, "each suspicious row of a case of Activities and of one of sign-in and audit logs cites records that hold its sessions and addresses (Activities name an address in a session's logon alone); each record that an indicator cites holds it")
}

// recordWithBoth looks for a record that holds two texts: a logon that names the
// address of its session.
func recordWithBoth(records map[string][]byte, a, b string) bool {
	for _, record := range records {
		if holds(record, a) && holds(record, b) {
			return true
		}
	}
	return false
}

// holds looks for a text in a record, whatever the case of its letters and
// however JSON escapes it.
func holds(record []byte, text string) bool {
	quoted, err := json.Marshal(text)
	record = bytes.ToLower(record)
	for _, form := range [][]byte{[]byte(text), bytes.Trim(quoted, `"`)} {
		if err == nil && bytes.Contains(record, bytes.ToLower(form)) {
			return true
		}
	}
	return false
}

// rawRecords are all records of a folder by origin, as they lie there.
func rawRecords(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	flags := evidenceFlags{Evidence: []string{folder}}
	s, err := flags.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	c, err := ingest.Run(t.Context(), s.set, sources, s.options)
	if err != nil {
		t.Fatal(err)
	}
	records := map[string][]byte{}
	for i, item := range s.set.Items() {
		var wanted []int
		for n := range c.Files[i].Records {
			wanted = append(wanted, n+1)
		}
		err := ingest.RawRecords(t.Context(), item, sources, s.options, wanted, func(n int, raw []byte, _ int64) {
			records[timeline.Origin{Evidence: item.Number(), Record: uint32(n)}.String()] = bytes.Clone(raw)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Builder.Close(); err != nil {
		t.Fatal(err)
	}
	return records
}
