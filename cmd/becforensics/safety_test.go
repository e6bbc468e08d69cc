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
	"becforensics/timeline"
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

// TestFullDiskKeepsTheOldReport writes each kind of output to a disk that is
// full after so many bytes: every number of them for the findings as data; for
// the others, some before, at the first and at the last byte of writes. The
// old report stays, nothing is left behind, and the exit code is 4.
func TestFullDiskKeepsTheOldReport(t *testing.T) {
	defer func(clock func() time.Time) { now = clock }(now)
	now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC) } // each run's log has the same length
	dir := t.TempDir()
	evidenceFolder := filepath.Join(dir, "evidence")
	if err := os.CopyFS(evidenceFolder, os.DirFS(filepath.Join(harbour, "evidence", "messages"))); err != nil {
		t.Fatal(err)
	}
	rewrite(t, filepath.Join(evidenceFolder, "a.csv"), []byte("TimeStamp,AppIdType,ActivityIdType,ActivityItemId,ActivityCreationTime,ClientSessionId,CustomProperties\n"+
		"2018-04-30T09:00:00Z,Web,ServerLogon,,2018-04-30T09:00:01Z,5b1f,\"{'UserName': 'a@contoso.example', 'Result': 'Success'}\"\n"+
		"2018-05-01T09:00:00Z,Web,SearchResult,,2018-05-01T09:00:01Z,5b1f,\n"))
	suite, err := analysis.Select(bec.Suite, []string{"authentication-failure"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	flags := evidenceFlags{Evidence: []string{evidenceFolder}}
	s, err := flags.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	k, _, r, err := s.analyse(t.Context(), &terminal{}, suite)
	if err := errors.Join(err, r.wait()); err != nil {
		t.Fatal(err)
	}
	rows := k.Timeline.Rows(timeline.Filter{})
	kinds := map[string]func(path string, out *evidence.Outputs) error{}
	for kind, c := range map[string]func(path string) *analyzeCmd{
		"workbook.xlsx":  func(path string) *analyzeCmd { return &analyzeCmd{Output: path} },
		findingsOutput:   func(path string) *analyzeCmd { return &analyzeCmd{JSON: path} },
		"page.html":      func(path string) *analyzeCmd { return &analyzeCmd{HTML: path} },
		"stix.json":      func(path string) *analyzeCmd { return &analyzeCmd{STIX: path} },
		"indicators.csv": func(path string) *analyzeCmd { return &analyzeCmd{IOCs: path} },
	} {
		kinds[kind] = func(path string, out *evidence.Outputs) error { return c(path).write(t.Context(), out, k, s) }
	}
	for _, kind := range []string{"events.csv", "events.jsonl", "events.arrow", "events.parquet"} {
		write, err := (&timelineCmd{Output: kind}).format()
		if err != nil {
			t.Fatal(err)
		}
		kinds[kind] = func(path string, out *evidence.Outputs) error {
			return put(t.Context(), out, path, func(w io.Writer) error { return write(k.Timeline, w, rows, timeline.Schema) })
		}
	}
	kinds[monthsOutput] = func(_ string, out *evidence.Outputs) error {
		return putMonths(t.Context(), out, k.Timeline, rows, timeline.Schema)
	}
	for kind, fill := range kinds {
		t.Run(kind, func(t *testing.T) { fullDisk(t, dir, kind, s.set, fill) })
	}
	proves(t, 11, "%d kinds of outputs with log and manifest on a disk that is full at every byte (findings) or before, within and after writes from the first to the last (the others): the earlier files stay, nothing is left, exit code 4", len(kinds))
}

// Two of the outputs are special: one is written to disks that are full at
// every byte, the other is a folder.
const findingsOutput, monthsOutput = "findings.json", "months"

// mostPlaces is about how many full disks another output is written to; those
// of many writes take them from beginning to end.
const mostPlaces = 30

// fullDisk writes one kind of output over earlier files.
func fullDisk(t *testing.T, dir, kind string, inputs *evidence.Set, fill func(path string, out *evidence.Outputs) error) {
	path := filepath.Join(dir, kind)
	by := author()
	plan := evidence.Plan{Paths: []string{path}, Force: true, Inputs: inputs, Author: by}
	if kind == monthsOutput {
		plan.Paths, plan.Folder = nil, path
	} else {
		rewrite(t, path, []byte("an earlier report"))
	}
	for _, sidecar := range []string{".custody.jsonl", ".manifest-sha256.txt"} {
		rewrite(t, path+sidecar, []byte("an earlier"+sidecar))
	}
	write := func(d *disk) error {
		plan.Through = d.through
		out, err := evidence.NewOutputs(plan)
		if err != nil {
			return err
		}
		defer out.Abort()
		if err := fill(path, out); err != nil {
			return err
		}
		return out.Commit(t.Context())
	}
	before := contents(t, dir)
	whole := &disk{left: 1 << 30}
	if err := write(whole); err != nil {
		t.Fatal(err)
	}
	if kind == monthsOutput {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
	restore(t, dir, before)
	var sizes []int
	if kind == findingsOutput {
		for n := range whole.n {
			sizes = append(sizes, n)
		}
	} else {
		for _, n := range whole.writes[1:] {
			sizes = append(sizes, n-1, n, n+1)
		}
		if step := len(sizes) / mostPlaces; step > 1 {
			var some []int
			for i := 0; i < len(sizes); i += step {
				some = append(some, sizes[i])
			}
			sizes = some
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
		if _, err := os.Stat(path); kind == monthsOutput && err == nil {
			t.Fatalf("full after %d of %d bytes: the folder is left", n, whole.n)
		}
	}
	t.Logf("%d places in %d bytes", len(sizes), whole.n)
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
	proves(t, 11, "workbook, findings, page and timelines to a file system of 64 KiB: an earlier file stays, nothing is left, exit code 4")
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
// is left behind; after a kill, the next run removes what is. A kill among the
// renames leaves a case that verify reports.
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
	const runs = 15
	for i := range runs {
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
			if differ(before, after) != "" { // killed once files had been put in place
				want = done
			}
			if differ(want, after) != "" {
				if stdout, stderr, code := command(t, "verify", dir); code != exitChanged {
					t.Errorf("%v among the renames: verify ends with %d\n%s%s", signal, code, stdout, stderr)
				}
				continue
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
	proves(t, 11, "%d runs that are interrupted, terminated and killed at random moments: the earlier report stays until a run is done; interrupted ones end with 130 and leave nothing, and the next run removes what killed ones left", runs)
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
