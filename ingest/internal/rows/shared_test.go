package rows

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestSharedExports counts the records of real and of others' synthetic exports,
// whose numbers were established without this program.
func TestSharedExports(t *testing.T) {
	data := shared(t)
	for _, test := range []struct {
		pattern          string
		records, rejects int
	}{
		{"activities-fixtures/0[1-13-9]*", 7, 0},
		{"activities-fixtures/02*", 4, 0},
		{"activities-fixtures/10*", 7, 0},
		{"activities-fixtures/11*", 1, 0},
		{"activities-fixtures/12*", 6, 1},
		{"activities-fixtures/13*", 7, 0},
		{"activities-fixtures/2[0-689]*", 7, 0},
		{"activities-fixtures/27*", 7, 1},
		{"activities-fixtures/30*", 7, 0},
		{"activities-fixtures/4*", 1, 0},
		{"invictus-o365_dataset/dev/ual.csv", 5201, 0},
		{"invictus-o365_dataset/dev/auditdata.jsonl", 5198, 0},
		{"invictus-o365_dataset/dev/ual-splunk-columns-400rows.csv", 400, 0},
		{"huntress-ctf2023-rogue-inbox/dev/*.csv", 54, 0},
		{"sentinel-training-lab/dev/office_activity.csv", 133, 0},
		{"sentinel-training-lab/dev/sign-in_adelete.csv", 28, 0},
		{"otrf-golden-saml/dev/AADAuditEvents.json", 4, 0},
		{"elastic-o365/dev/ip-formats.jsonl", 15, 0},
		{"blueteam0ps-det-eng-samples/dev/t1110.003_msolspray-powershell.json", 11, 0},
		{"blueteam0ps-det-eng-samples/dev/t1592.004_mfa_sweep.csv", 8, 0},
		{"phishing_pot/dev/*.eml", 0, 0},
		{"mail-parser/dev/*.eml", 0, 0},
		{"maxmind-test-data/dev/*.mmdb", 0, 0},
	} {
		paths, err := filepath.Glob(filepath.Join(data, filepath.FromSlash(test.pattern)))
		if err != nil || len(paths) == 0 {
			t.Errorf("%s: no such file, %v", test.pattern, err)
		}
		for _, path := range paths {
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s := Sniff(file[:min(len(file), HeadSize)])
			records, rejects := 0, 0
			if s.Kind == CSV || s.Kind == JSON {
				each(t, s, bytes.NewReader(file), chunkSize, MaxRecord, func(r *Record) {
					records++
					if r.Err != nil {
						rejects++
					}
				})
			}
			if records != test.records || rejects != test.rejects {
				t.Errorf("%s: %d records, %d rejects, want %d, %d", path, records, rejects, test.records, test.rejects)
			}
		}
	}
}

// shared is the folder of exports that lies beside the repository.
func shared(t testing.TB) string {
	t.Helper()
	data := filepath.Join("..", "..", "..", "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("no exports beside the repository at ../shared/data")
	}
	return data
}
