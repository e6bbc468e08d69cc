package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// keygen makes a key pair and the file that says whose it is.
func keygen(t *testing.T) (key, signers string) {
	t.Helper()
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("ssh-keygen is absent (Debian: openssh-client)")
	}
	key = filepath.Join(t.TempDir(), "key")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	signers = filepath.Join(t.TempDir(), "allowed_signers")
	if err := os.WriteFile(signers, append([]byte("examiner "), public...), 0o600); err != nil {
		t.Fatal(err)
	}
	return key, signers
}

const sealedManifest = "report.xlsx.manifest-sha256.3.txt"

// sealedCase makes a finished case with a note, sealed with a key.
func sealedCase(t *testing.T, key string) string {
	t.Helper()
	dir := sealed(t)
	for _, args := range [][]string{{"custody", "note", dir, `the export "was" repeated`}, {"custody", "seal", dir, "--key", key}} {
		if _, stderr, code := command(t, args...); code != exitDone {
			t.Fatalf("%q: exit code %d: %s", args, code, stderr)
		}
	}
	return dir
}

// byHand verifies a case with the shell script alone.
func byHand(t *testing.T, dir, signers string) (string, int) {
	t.Helper()
	for _, tool := range []string{"sh", "sha256sum", "tail"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is absent", tool)
		}
	}
	script := filepath.Join("..", "..", "testdata", "verify.sh")
	out, err := exec.Command("sh", script, filepath.Join(dir, sealedManifest), signers).CombinedOutput()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return string(out), failed.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out), 0
}

// TestSealedCaseIsVerifiedByHand runs the script on a sealed case and on those
// that were tampered with: it finds each, and so does the program.
func TestSealedCaseIsVerifiedByHand(t *testing.T) {
	key, signers := keygen(t)
	evidenceFile := filepath.Join("evidence", "phish-headers.json")
	last := func(l [][]byte) int { return len(l) - 1 }
	cases := []struct {
		name, file string
		alter      func(text []byte) []byte
		want       string
	}{
		{"nothing", "report.xlsx", bytes.Clone, "report.xlsx: as recorded, "},
		{"altered evidence", evidenceFile, appended, "evidence/phish-headers.json: FAILED"},
		{"altered report", "report.xlsx", appended, "report.xlsx: FAILED"},
		{"dropped log line", custodyFile, without(2), custodyFile + " line 3: chain broken"},
		{"dropped last log line", custodyFile, lines(func(l [][]byte) [][]byte { return l[:last(l)] }), custodyFile + ": FAILED"},
		{"inserted log line", custodyFile, lines(func(l [][]byte) [][]byte { return slices.Insert(l, 1, l[1]) }), custodyFile + " line 3: chain broken"},
		{"swapped log lines", custodyFile, lines(func(l [][]byte) [][]byte { l[1], l[2] = l[2], l[1]; return l }), custodyFile + " line 2: chain broken"},
		{"torn last line", custodyFile, func(text []byte) []byte { return text[:len(text)-20] }, "torn: it ends inside a line"},
		{"altered log line", custodyFile, replaced(`"actor":"`, `"actor":"x`), custodyFile + " line 2: chain broken"},
		{"removed manifest line", sealedManifest, without(0), "no line of the log's " + filepath.ToSlash(evidenceFile)},
		{"altered manifest", sealedManifest, func(text []byte) []byte { text[0] ^= 1; return text }, "not signed by examiner"},
		{"wrong signature", sealedManifest + ".sig", func([]byte) []byte {
			other, _ := keygen(t)
			text, err := os.ReadFile(filepath.Join(sealedCase(t, other), sealedManifest+".sig"))
			if err != nil {
				t.Fatal(err)
			}
			return text
		}, "not signed by examiner"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := sealedCase(t, key)
			path := filepath.Join(dir, c.file)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, c.alter(text), 0o600); err != nil {
				t.Fatal(err)
			}
			code := exitChanged
			if c.name == "nothing" {
				code = exitDone
			}
			if out, got := byHand(t, dir, signers); got != code || !strings.Contains(out, c.want) {
				t.Errorf("by hand: exit code %d, want %d with %q\n%s", got, code, c.want, out)
			}
			if stdout, stderr, got := command(t, "verify", dir); got != code {
				t.Errorf("verify: exit code %d, want %d\n%s%s", got, code, stdout, stderr)
			}
		})
	}
	proves(t, 4, "testdata/verify.sh (a POSIX shell, coreutils and ssh-keygen) on a sealed case: as recorded; on %d copies tampered with in one way each: every one is found", len(cases)-1)
}

// TestPrintedCommandsVerify runs the commands that verify prints, on a sealed
// case and on two that were tampered with.
func TestPrintedCommandsVerify(t *testing.T) {
	key, signers := keygen(t)
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Skip("sha256sum is absent")
	}
	cases := []struct {
		name, file string
		alter      func([]byte) []byte
		fail       []bool // each command
	}{
		{"nothing", "report.xlsx", bytes.Clone, []bool{false, false}},
		{"altered evidence", filepath.Join("evidence", "phish-headers.json"), appended, []bool{true, false}},
		{"altered report", "report.xlsx", appended, []bool{true, false}},
		{"altered manifest", sealedManifest, func(text []byte) []byte { text[0] ^= 1; return text }, []bool{true, true}},
	}
	for _, c := range cases {
		dir := sealedCase(t, key)
		path := filepath.Join(dir, c.file)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rewrite(t, path, c.alter(text))
		stdout, _, _ := command(t, "verify", dir)
		_, printed, ok := strings.Cut(stdout, "\nThe same, without this program:\n")
		lines := strings.Split(strings.TrimSpace(printed), "\n")
		if !ok || len(lines) != len(c.fail) {
			t.Fatalf("verify prints\n%s", stdout)
		}
		for i, line := range lines {
			line = strings.Replace(line, "-f allowed_signers", "-f "+signers, 1)
			if out, err := exec.Command("sh", "-c", line).CombinedOutput(); (err != nil) != c.fail[i] {
				t.Errorf("%s: %s\n%v\n%s", c.name, line, err, out)
			}
		}
	}
	proves(t, 4, "the commands that verify prints (sha256sum, ssh-keygen), on a sealed case and %d tampered ones: they find what verify finds of files and signature", len(cases)-1)
}

// TestCaseIsSignedOutside runs the commands that seal prints.
func TestCaseIsSignedOutside(t *testing.T) {
	key, signers := keygen(t)
	dir := sealed(t)
	stdout, stderr, code := command(t, "custody", "seal", dir)
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	printed := strings.NewReplacer("-f KEY", "-f "+key, "-f allowed_signers", "-f "+signers).Replace(stdout)
	for line := range strings.Lines(printed) {
		if out, err := exec.Command("sh", "-c", line).CombinedOutput(); err != nil {
			t.Errorf("%s%v\n%s", line, err, out)
		}
	}
	if stdout, stderr, code := command(t, "verify", dir); code != exitDone || !strings.Contains(stdout, "signed with ssh-ed25519") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if _, stderr, code := command(t, "custody", "note", dir, "sent to counsel"); code != exitDone {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if stdout, _, code := command(t, "verify", dir); code != exitDone || !strings.Contains(stdout, "manifest-sha256.2.txt.sig") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
}
