package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExaminersDatabase lets a geolocation database of the examiner answer
// before the embedded ones, and hashes it like evidence.
func TestExaminersDatabase(t *testing.T) {
	database := shared(t, "data", "maxmind-test-data", "dev", "GeoIP2-City-Test.mmdb")
	dir := t.TempDir()
	evidence, out := filepath.Join(dir, "evidence.csv"), filepath.Join(dir, "timeline.jsonl")
	writeLogons(t, evidence, "81.2.69.160", "2.125.160.216", "89.160.20.112", "1.2.3.4")
	if _, stderr, code := command(t, "timeline", "-o", out, "--geo", database, evidence); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	manifest, err := os.ReadFile(out + ".manifest-sha256.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(manifest), hashOf(t, database)) {
		t.Error("the manifest lacks the database")
	}
	same(t, stack(t, "city", "--geo", database, evidence), map[string]int{"London": 1, "Boxford": 1, "Linköping": 1, "(none)": 1})
}

// TestOddDatabases opens databases that are broken or of another kind: an
// error or no answer, and the run goes on.
func TestOddDatabases(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(shared(t, "data", "maxmind-test-data", "dev"), "*.mmdb"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no databases: %v", err)
	}
	evidence := filepath.Join(t.TempDir(), "evidence.csv")
	writeLogons(t, evidence, "65.4.3.2", "81.2.69.160")
	for _, path := range paths {
		if _, stderr, code := command(t, "stack", "country", "--geo", path, evidence); code != exitDone && code != exitUsage {
			t.Errorf("%s: exit code %d: %s", path, code, stderr)
		}
	}
}

// writeLogons writes Activities of one mailbox: a logon from each address.
func writeLogons(t *testing.T, path string, addresses ...string) {
	t.Helper()
	text := "TimeStamp,AppIdType,ActivityIdType,ActivityItemId,ActivityCreationTime,ClientSessionId,CustomProperties\n"
	for _, ip := range addresses {
		text += `2018-05-01T09:00:00Z,Web,ServerLogon,,2018-05-01T09:00:00Z,,"{'UserName': 'a@contoso.example', 'Result': 'Success', 'ClientIP': '` + ip + `'}"` + "\n"
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
