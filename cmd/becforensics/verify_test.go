package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// sealed makes a finished case in a folder of its own: evidence, report,
// findings, and the two sidecars.
func sealed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "evidence"), os.DirFS(filepath.Join(harbour, "evidence", "messages"))); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := command(t, "analyze", "-o", filepath.Join(dir, "report.xlsx"), "--json", filepath.Join(dir, "findings.json"), filepath.Join(dir, "evidence")); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	return dir
}

const (
	custodyFile  = "report.xlsx.custody.jsonl"
	manifestFile = "report.xlsx.manifest-sha256.txt"
)

// tampering is one way to alter a finished case.
type tampering struct {
	name, file string
	alter      func(text []byte) []byte // nil takes the file away
	code       int
}

// lines makes an alteration of a file's lines.
func lines(alter func(lines [][]byte) [][]byte) func([]byte) []byte {
	return func(text []byte) []byte {
		return append(bytes.Join(alter(bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))), []byte("\n")), '\n')
	}
}

func without(n int) func([]byte) []byte {
	return lines(func(l [][]byte) [][]byte { return slices.Delete(l, n, n+1) })
}

func appended(text []byte) []byte { return append(text, '\n') }

func replaced(from, to string) func([]byte) []byte {
	return func(text []byte) []byte { return bytes.Replace(text, []byte(from), []byte(to), 1) }
}

// TestVerifyFindsTampering alters copies of a finished case, one thing each.
func TestVerifyFindsTampering(t *testing.T) {
	evidence := filepath.Join("evidence", "phish-headers.json")
	last := func(l [][]byte) int { return len(l) - 1 }
	for _, c := range []tampering{
		{"nothing", "report.xlsx", bytes.Clone, exitDone},
		{"evidence edited", evidence, appended, exitChanged},
		{"evidence taken away", evidence, nil, exitPartial},
		{"report edited", "report.xlsx", appended, exitChanged},
		{"report taken away", "report.xlsx", nil, exitPartial},
		{"findings edited", "findings.json", replaced("info", "high"), exitChanged},
		{"custody: another actor", custodyFile, replaced(`"actor":"`, `"actor":"x`), exitChanged},
		{"custody: another time", custodyFile, replaced(`"time":"2`, `"time":"1`), exitChanged},
		{"custody: first line dropped", custodyFile, without(0), exitChanged},
		{"custody: middle line dropped", custodyFile, without(1), exitChanged},
		{"custody: last line dropped", custodyFile, lines(func(l [][]byte) [][]byte { return l[:last(l)] }), exitChanged},
		{"custody: line doubled", custodyFile, lines(func(l [][]byte) [][]byte { return slices.Insert(l, 1, l[1]) }), exitChanged},
		{"custody: lines swapped", custodyFile, lines(func(l [][]byte) [][]byte { l[1], l[2] = l[2], l[1]; return l }), exitChanged},
		{"custody: last line torn", custodyFile, func(text []byte) []byte { return text[:len(text)-20] }, exitChanged},
		{"custody: taken away", custodyFile, nil, exitPartial},
		{"manifest: a hash edited", manifestFile, func(text []byte) []byte { text[0] ^= 1; return text }, exitChanged},
		{"manifest: evidence dropped", manifestFile, without(0), exitChanged},
		{"manifest: report dropped", manifestFile, lines(func(l [][]byte) [][]byte {
			return slices.DeleteFunc(l, func(line []byte) bool { return bytes.HasSuffix(line, []byte("report.xlsx")) })
		}), exitChanged},
		{"manifest: a file added", manifestFile, lines(func(l [][]byte) [][]byte {
			return append(l, append(bytes.Clone(l[0][:64]), "  "+filepath.ToSlash(evidence)+".copy"...))
		}), exitChanged},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := sealed(t)
			path := filepath.Join(dir, c.file)
			if c.alter == nil {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			} else {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, c.alter(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, given := range []string{dir, filepath.Join(dir, manifestFile)} {
				if stdout, stderr, code := command(t, "verify", given); code != c.code {
					t.Errorf("verify %s: exit code %d, want %d\n%s%s", filepath.Base(given), code, c.code, stdout, stderr)
				}
			}
		})
	}
}

// TestVerifyMovedCase verifies a case that was moved as a whole.
func TestVerifyMovedCase(t *testing.T) {
	dir := sealed(t)
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, code := command(t, "verify", moved); code != exitDone {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}
