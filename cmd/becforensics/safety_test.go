package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"becforensics/ingest/evidence"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
)

// contents are the files of a folder by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// restore makes a folder's own files what they were.
func restore(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for path := range contents(t, dir) {
		if filepath.Dir(path) != dir {
			continue
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	for path, text := range files {
		if filepath.Dir(path) != dir {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// differ says how a folder is not as it was; empty if it is.
func differ(before, after map[string]string) string {
	var wrong []string
	for path, text := range before {
		if now, ok := after[path]; !ok {
			wrong = append(wrong, path+" is gone")
		} else if now != text {
			wrong = append(wrong, path+" is altered")
		}
	}
	for path := range after {
		if _, ok := before[path]; !ok {
			wrong = append(wrong, path+" is left behind")
		}
	}
	slices.Sort(wrong)
	return strings.Join(wrong, "\n")
}

// A disk counts what is written to it, and is full after so many bytes.
type disk struct {
	left   int
	writes []int // where each write began
	n      int
}

var errFullDisk = errors.New("no space left on device")

func (d *disk) through(w io.Writer) io.Writer { return &onDisk{d, w} }

type onDisk struct {
	*disk
	w io.Writer
}

func (d *onDisk) Write(p []byte) (int, error) {
	d.writes = append(d.writes, d.disk.n)
	n, err := d.w.Write(p[:min(len(p), d.left)])
	d.left -= n
	d.disk.n += n
	if err == nil && n < len(p) {
		err = errFullDisk
	}
	return n, err
}

// TestFullDiskKeepsTheOldReport writes each kind of report to a disk that is
// full after so many bytes: every number of them for the findings as data; for
// the others, before, at the first and at the last byte of each write. The
// old report stays, nothing is left behind, and the exit code is 4.
func TestFullDiskKeepsTheOldReport(t *testing.T) {
	defer func(clock func() time.Time) { now = clock }(now)
	now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) } // each run's log has the same length
	for _, kind := range []string{"json", "xlsx", "html"} {
		t.Run(kind, func(t *testing.T) {
			dir := sealed(t)
			if err := os.Remove(filepath.Join(dir, "findings.json")); err != nil {
				t.Fatal(err)
			}
			c := analyzeCmd{suiteFlags: suiteFlags{evidenceFlags: evidenceFlags{Evidence: []string{filepath.Join(dir, "evidence")}}}}
			old := filepath.Join(dir, "report."+kind)
			switch kind {
			case "json":
				c.JSON = old
			case "html":
				c.HTML = old
			default:
				c.Output = old
			}
			if kind != "xlsx" {
				if _, stderr, code := command(t, "analyze", "--"+kind, old, filepath.Join(dir, "evidence")); code != exitDone {
					t.Fatal(stderr)
				}
			}
			suite, err := analysis.Select(bec.Suite, []string{"authentication-failure"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			s, err := c.open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer s.close()
			k, _, r, err := s.analyse(t.Context(), &terminal{}, suite)
			if err := errors.Join(err, r.wait()); err != nil {
				t.Fatal(err)
			}
			by := author()
			by.Now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC) } // each run writes as many bytes
			write := func(d *disk) error {
				out, err := evidence.NewOutputs(evidence.Plan{Paths: []string{old}, Force: true, Inputs: s.set, Author: by, Through: d.through})
				if err != nil {
					return err
				}
				defer out.Abort()
				if err := c.write(t.Context(), out, k, s); err != nil {
					return err
				}
				return out.Commit(t.Context())
			}
			before := contents(t, dir)
			whole := &disk{left: 1 << 30}
			if err := write(whole); err != nil {
				t.Fatal(err)
			}
			restore(t, dir, before)
			var sizes []int
			if kind == "json" {
				for n := range whole.n {
					sizes = append(sizes, n)
				}
			} else {
				for _, n := range whole.writes[1:] {
					sizes = append(sizes, n-1, n, n+1)
				}
			}
			for _, n := range slices.Compact(sizes) {
				err := write(&disk{left: n})
				var failed *evidence.OutputError
				if !errors.As(err, &failed) || !errors.Is(err, errFullDisk) || exitCode(t.Context(), err) != exitOutput {
					t.Fatalf("full after %d of %d bytes: %v", n, whole.n, err)
				}
				if wrong := differ(before, contents(t, dir)); wrong != "" {
					t.Fatalf("full after %d of %d bytes: %s", n, whole.n, wrong)
				}
			}
			t.Logf("%d places in %d bytes", len(sizes), whole.n)
		})
	}
}

// TestDiskIsFull runs the program on a file system of a few kilobytes.
func TestDiskIsFull(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("file systems are mounted on Linux only")
	}
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %v %s", err, bytes.TrimSpace(out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %v\n%s", err, out)
		}
	})
	if err := os.WriteFile(filepath.Join(disk, "report.xlsx"), []byte("old report"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := contents(t, disk)
	for _, args := range [][]string{
		{"analyze", "--force", "-o", filepath.Join(disk, "report.xlsx"), filepath.Join(harbour, "evidence")},
		{"analyze", "--json", filepath.Join(disk, "f.json"), filepath.Join(harbour, "evidence")},
		{"analyze", "--html", filepath.Join(disk, "p.html"), filepath.Join(harbour, "evidence")},
		{"timeline", "-o", filepath.Join(disk, "t.csv"), filepath.Join(harbour, "evidence")},
		{"timeline", "-o", filepath.Join(disk, "months"), "--partition", "month", filepath.Join(harbour, "evidence")},
	} {
		if _, stderr, code := command(t, args...); code != exitOutput || !strings.Contains(stderr, "no space left") {
			t.Errorf("%q: exit code %d: %s", args[:3], code, stderr)
		}
		if wrong := differ(before, contents(t, disk)); wrong != "" {
			t.Errorf("%q: %s", args[:3], wrong)
		}
	}
}

// signalled runs the program and sends it a signal after a while; it returns
// its exit code, -1 if the signal ended it.
func signalled(t *testing.T, after time.Duration, signal os.Signal, args ...string) int {
	t.Helper()
	cmd := exec.Command("becforensics", args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Signal(signal) })
	defer timer.Stop()
	var failed *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}

// TestInterruptsKeepTheOldReport interrupts and kills runs at random moments.
// The old report stays as long as a run isn't done. After an interrupt nothing
// is left behind; after a kill, the next run removes what is.
func TestInterruptsKeepTheOldReport(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signals here")
	}
	dir := t.TempDir()
	args := []string{"analyze", "--force", "-o", filepath.Join(dir, "report.xlsx"), "--json", filepath.Join(dir, "findings.json"), filepath.Join(harbour, "evidence")}
	finish := func(args ...string) map[string]string {
		if code := signalled(t, time.Hour, os.Interrupt, args...); code != exitDone {
			t.Fatalf("exit code %d", code)
		}
		return contents(t, dir)
	}
	before := finish(append(args, "--only", "mail-access")...)
	begin := time.Now()
	done := finish(args...)
	took := time.Since(begin)
	random := rand.New(rand.NewPCG(3, 4))
	codes := map[int]int{}
	for i := range 15 {
		restore(t, dir, before)
		signal := []os.Signal{os.Interrupt, syscall.SIGTERM, os.Kill}[i%3]
		code := signalled(t, time.Duration(random.Int64N(int64(took))), signal, args...)
		codes[code]++
		after := contents(t, dir)
		want := before
		switch {
		case code == exitDone:
			want = done
		case signal == os.Kill:
			for path := range after {
				if unfinished(path) {
					delete(after, path)
				}
			}
		case code != exitInterrupted && code != -1: // -1: before the program listened to signals
			t.Errorf("%v: exit code %d", signal, code)
		}
		if wrong := differ(want, after); wrong != "" {
			t.Errorf("%v: exit code %d: %s", signal, code, wrong)
		}
	}
	t.Logf("a run takes %v; exit codes %v", took.Round(time.Millisecond), codes)
	for path := range finish(args...) {
		if unfinished(path) {
			t.Errorf("%s is left behind", path)
		}
	}
}

func unfinished(path string) bool {
	return strings.HasPrefix(filepath.Base(path), ".becforensics-tmp-")
}

// TestPartialRunThatIsInterruptedLate is done: its report is there.
func TestPartialRunThatIsInterruptedLate(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := exitCode(ctx, errPartial); code != exitPartial {
		t.Errorf("exit code %d", code)
	}
	if code := exitCode(ctx, ctx.Err()); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
}
