package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// states are what can be seen of the files and folders of a folder: mode, time
// of the last change, bytes.
func states(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		state := fmt.Sprint(info.Mode(), info.ModTime().UnixNano())
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			state += fmt.Sprintf(" %x", sha256.Sum256(text))
		}
		all[path] = state
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// harbourCopy is a copy of the shipped case's evidence.
func harbourCopy(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "evidence")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(harbour, "evidence"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestEvidenceStaysAsItWas runs each command that takes evidence over a copy of
// the shipped case.
func TestEvidenceStaysAsItWas(t *testing.T) {
	evidence, out := harbourCopy(t), t.TempDir()
	before := states(t, evidence)
	at := func(name string) string { return filepath.Join(out, name) }
	runs := [][]string{
		{"analyze", "-o", at("report.xlsx"), "--json", at("findings.json"), "--html", at("page.html"), "--stix", at("stix.json"), "--iocs", at("iocs.csv"), evidence},
		{"timeline", "-o", at("events.parquet"), evidence},
		{"timeline", "-o", at("months"), "--partition", "month", evidence},
		{"inspect", evidence},
		{"stack", "client", evidence},
		{"record", "E003:1", evidence},
		{"actors", evidence},
		{"case", "init", at("case.yaml"), evidence},
		{"case", "add", at("case.yaml"), evidence},
		{"verify", at("report.xlsx.manifest-sha256.txt")},
		{"verify", "--claims", "--root", evidence, at("report.xlsx.manifest-sha256.txt")},
		{"custody", "note", at("report.xlsx.manifest-sha256.txt"), "handed to counsel"},
	}
	for _, args := range runs {
		if _, stderr, code := command(t, args...); code != exitDone {
			t.Fatalf("%q: exit code %d: %s", args[:2], code, stderr)
		}
		if wrong := differ(before, states(t, evidence)); wrong != "" {
			t.Fatalf("%q: %s", args[:2], wrong)
		}
	}
	proves(t, 1, "%d command lines over a case: no byte, mode or time of change of a file or folder differs", len(runs))
}

// readingCall is a call of the system that only looks at files: a call that
// opens one is held to its flags.
var readingCall = regexp.MustCompile(`^(access|faccessat2?|execve|l?stat|newfstatat|statx|readlink(at)?|(l|f)?getxattr)\(`)

// TestEvidenceIsOpenedForReadingAlone looks at each call of a run that names
// evidence or what was opened of it.
func TestEvidenceIsOpenedForReadingAlone(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is absent")
	}
	evidence, out := harbourCopy(t), t.TempDir()
	log := filepath.Join(out, "calls")
	const changes = "%file,write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,ftruncate,fallocate,fchmod,fchown,fsetxattr,ioctl,mmap"
	cmd := exec.Command(strace, "-f", "-y", "-s", "0", "-e", "trace="+changes, "-o", log, "becforensics", "analyze", "-o", filepath.Join(out, "report.xlsx"), evidence)
	if text, err := cmd.CombinedOutput(); err != nil {
		if strings.Contains(string(text), "ptrace") {
			t.Skipf("strace cannot trace here: %s", text)
		}
		t.Fatalf("%v\n%s", err, text)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	opened := 0
	for line := range strings.Lines(string(text)) {
		_, call, _ := strings.Cut(strings.TrimSpace(line), " ")
		call = strings.TrimSpace(call)
		switch {
		case !strings.Contains(line, evidence), readingCall.MatchString(call):
		case strings.HasPrefix(call, "<... "): // the end of a call whose beginning was looked at
		case strings.HasPrefix(call, "open") && !regexp.MustCompile(`O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)`).MatchString(call):
			opened++
		default:
			t.Errorf("a call of the run: %s", line)
		}
	}
	if opened == 0 {
		t.Error("no call opened evidence")
	}
	proves(t, 1, "strace of a run: each call of the system that names evidence, or a file opened of it, opens it for reading or asks what it is")
}

// TestReadOnlyEvidenceIsEnough analyses evidence on a file system that is
// mounted for reading alone.
func TestReadOnlyEvidenceIsEnough(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("file systems are mounted on Linux only")
	}
	disk := t.TempDir()
	mount := func(args ...string) {
		if text, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
			t.Skipf("no file system can be mounted here: %v %s", err, text)
		}
	}
	mount("-t", "tmpfs", "tmpfs", disk)
	t.Cleanup(func() {
		if text, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %v\n%s", err, text)
		}
	})
	if err := os.CopyFS(filepath.Join(disk, "evidence"), os.DirFS(filepath.Join(harbour, "evidence"))); err != nil {
		t.Fatal(err)
	}
	mount("-o", "remount,ro", disk)
	if err := os.WriteFile(filepath.Join(disk, "evidence", "new"), nil, 0o600); err == nil {
		t.Fatal("the file system can be written to")
	}
	reports := map[string]bool{}
	for _, evidence := range []string{filepath.Join(disk, "evidence"), harbourCopy(t)} {
		report := filepath.Join(t.TempDir(), "report.xlsx")
		if _, stderr, code := command(t, "analyze", "-o", report, evidence); code != exitDone {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		reports[hashOf(t, report)] = true
	}
	if len(reports) != 1 {
		t.Error("the report is another")
	}
	proves(t, 1, "evidence on a file system mounted for reading alone: the same report")
}

// TestEvidenceThatChanges ends without a report: a file that was hashed is
// altered before it is read to the end.
func TestEvidenceThatChanges(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(harbour, "evidence", "m.hart@harbourtimber.example.csv"))
	if err != nil {
		t.Fatal(err)
	}
	edited := []byte(strings.Replace(string(text), "SearchResult", "searchresult", 1))
	alterations := map[string]func(path string) error{
		"cut":    func(path string) error { return os.WriteFile(path, text[:len(text)-1], 0o600) },
		"grown":  func(path string) error { return os.WriteFile(path, append(text, '\n'), 0o600) },
		"edited": func(path string) error { return os.WriteFile(path, edited, 0o600) },
		"replaced": func(path string) error {
			return errors.Join(os.WriteFile(path+".other", edited, 0o600), os.Rename(path+".other", path))
		},
	}
	defer func(clock func() time.Time) { now = clock }(now)
	for name, alter := range alterations {
		dir := t.TempDir()
		path, report := filepath.Join(dir, "evidence.csv"), filepath.Join(dir, "out", "report.xlsx")
		if err := errors.Join(os.Mkdir(filepath.Dir(report), 0o700), os.WriteFile(path, text, 0o600)); err != nil {
			t.Fatal(err)
		}
		altered := false
		now = func() time.Time { // the custody log asks for the time once the evidence is hashed
			if !altered {
				altered = true
				if err := alter(path); err != nil {
					t.Error(err)
				}
			}
			return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		}
		_, stderr, code := command(t, "analyze", "-o", report, path)
		if code != exitChanged || !strings.Contains(stderr, "evidence.csv") {
			t.Errorf("%s: exit code %d, want %d: %s", name, code, exitChanged, stderr)
		}
		if left := contents(t, filepath.Dir(report)); len(left) > 0 {
			t.Errorf("%s: a report was written all the same", name)
		}
	}
	proves(t, 2, "a file cut, grown, edited or replaced by another while it is in use: exit code 3 each time, the file is named and no report is left")
}
