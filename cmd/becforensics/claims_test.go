package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/report"
)

// claimed makes a finished case in a folder of its own, with an actor in it.
func claimed(t *testing.T) (dir, manifest string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "evidence"), os.DirFS(filepath.Join(harbour, "evidence"))); err != nil {
		t.Fatal(err)
	}
	caseFile := filepath.Join(dir, "case.yaml")
	if err := os.WriteFile(caseFile, []byte("case: {number: 2026-001, report_date: 2026-02-01}\ntenant: {accepted_domains: [harbourtimber.example]}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "findings.json")
	if _, stderr, code := command(t, "analyze", "--json", out, "--case", caseFile, "--home-country", "GB", filepath.Join(dir, "evidence")); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	return dir, out + ".manifest-sha256.txt"
}

// altered is a text with one digit or letter replaced by another.
func altered(r *rand.Rand, text []byte) []byte {
	const digits, letters = "0123456789", "abcdefghijklmnopqrstuvwxyz"
	out := bytes.Clone(text)
	for {
		i := r.IntN(len(out))
		for _, set := range []string{digits, letters} {
			if strings.IndexByte(set, out[i]) < 0 {
				continue
			}
			if c := set[r.IntN(len(set))]; c != out[i] {
				out[i] = c
				return out
			}
		}
	}
}

// Every alteration of a thousand is found: most of the findings as data, the
// others of the evidence, which the command computes again.
func TestClaimsFindEveryAlteration(t *testing.T) {
	const ofFindings, ofEvidence = 940, 60
	dir, manifest := claimed(t)
	findings := filepath.Join(dir, "findings.json")
	whole, err := os.ReadFile(findings)
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := command(t, "verify", "--claims", manifest)
	if code != exitDone || !strings.Contains(stdout, "every number and sentence is what the evidence gives") {
		t.Fatalf("an untouched case: exit code %d\n%s%s", code, stdout, stderr)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range ofFindings {
		other := altered(r, whole)
		list, err := report.Differences(other, whole)
		if err != nil || len(list) == 0 {
			t.Fatalf("an alteration was not found (%v):\n%s", err, other)
		}
	}
	var files []string
	for _, name := range []string{"d.cole/activities-1000.json", "m.hart@harbourtimber.example.csv", "messages/phish-headers.json"} {
		files = append(files, filepath.Join(dir, "evidence", filepath.FromSlash(name)))
	}
	for i := range ofEvidence {
		path := files[i%len(files)]
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rewrite(t, path, altered(r, text))
		if _, stderr, code := command(t, "verify", "--claims", manifest); code != exitChanged || !strings.Contains(stderr, "claim evidence[") {
			t.Errorf("%s altered: exit code %d\n%s", path, code, stderr)
		}
		rewrite(t, path, text)
	}
	proves(t, 20, "%d alterations of a digit or letter of the findings as data and %d of the evidence, at random: verify --claims finds each", ofFindings, ofEvidence)
}

func rewrite(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The member that was altered is named, with what was recorded and what the
// evidence gives.
func TestClaimsNameWhatDiffers(t *testing.T) {
	dir, manifest := claimed(t)
	path := filepath.Join(dir, "findings.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rewrite(t, path, bytes.Replace(text, []byte(`"band":"act"`), []byte(`"band":"listed"`), 1))
	_, stderr, code := command(t, "verify", "--claims", manifest)
	if want := `claim actors[0].band: recorded "listed", computed "act"`; code != exitChanged || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, want %q in\n%s", code, want, stderr)
	}
	rewrite(t, path, text)

	// A case that was moved as a whole, and one whose evidence was.
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, code := command(t, "verify", "--claims", moved); code != exitDone {
		t.Errorf("moved: exit code %d\n%s%s", code, stdout, stderr)
	}
	elsewhere := filepath.Join(t.TempDir(), "evidence")
	if err := os.Rename(filepath.Join(moved, "evidence"), elsewhere); err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{elsewhere, filepath.Dir(elsewhere)} {
		if stdout, stderr, code := command(t, "verify", "--claims", "--root", root, moved); code != exitDone {
			t.Errorf("evidence below %s: exit code %d\n%s%s", root, code, stdout, stderr)
		}
	}
	if _, stderr, code := command(t, "verify", "--claims", moved); code != exitPartial || !strings.Contains(stderr, "claims could not be computed") {
		t.Errorf("without evidence: exit code %d\n%s", code, stderr)
	}
}

// Without findings as data there are no claims to compute.
func TestClaimsNeedFindings(t *testing.T) {
	dir := t.TempDir()
	if _, stderr, code := command(t, "analyze", "-o", filepath.Join(dir, "report.xlsx"), filepath.Join(harbour, "evidence", "messages")); code != exitDone {
		t.Fatal(stderr)
	}
	if _, stderr, code := command(t, "verify", "--claims", dir); code != exitPartial || !strings.Contains(stderr, "wrote no findings as data") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}
