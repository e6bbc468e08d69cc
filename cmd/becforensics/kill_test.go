package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// twoRuns are the files of two runs over the same evidence, with other
// settings, by name, and a folder that holds those of the first.
func twoRuns(t *testing.T) (dir string, args []string, first, second map[string]string) {
	t.Helper()
	evidence := filepath.Join(harbour, "evidence", "messages")
	dir = t.TempDir()
	args = []string{"analyze", "--force", "-o", filepath.Join(dir, "report.xlsx"), "--json", filepath.Join(dir, "findings.json"), evidence}
	defer func(clock func() time.Time) { now = clock }(now)
	for n, more := range [][]string{{"--skip", "stacks"}, nil} {
		now = func() time.Time { return time.Date(2026, 1, 2, 3, n, 0, 0, time.UTC) }
		if _, stderr, code := command(t, append(slices.Clone(args), more...)...); code != exitDone {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		first, second = second, contents(t, dir)
	}
	restore(t, dir, first)
	return dir, args, first, second
}

// TestMixOfTwoRunsIsReported puts together every mix of the files of two runs,
// such as one that is killed while it replaces the report of another leaves.
func TestMixOfTwoRunsIsReported(t *testing.T) {
	dir, _, first, second := twoRuns(t)
	var names []string
	for path := range first {
		names = append(names, path)
	}
	mixes := 0
	for mix := range 1 << len(names) {
		files := map[string]string{}
		for i, path := range names {
			files[path] = first[path]
			if mix>>i&1 == 1 {
				files[path] = second[path]
			}
		}
		restore(t, dir, files)
		want := exitChanged
		if mix == 0 || mix == 1<<len(names)-1 {
			want = exitDone
		} else {
			mixes++
		}
		if stdout, stderr, code := command(t, "verify", dir); code != want {
			t.Errorf("mix %04b of %q: exit code %d, want %d\n%s%s", mix, names, code, want, stdout, stderr)
		}
	}
	proves(t, 11, "%d mixes of the files of two runs, as a kill between renames may leave them: verify reports each", mixes)
}

// TestKillBetweenRenames kills a run as it gives each of its files its name, in
// the place of those of an earlier run.
func TestKillBetweenRenames(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is absent")
	}
	dir, args, first, second := twoRuns(t)
	places := map[int]bool{}
	for _, name := range []string{"report.xlsx", "findings.json", custodyFile, manifestFile} {
		restore(t, dir, first)
		path := filepath.Join(dir, name)
		cmd := exec.Command(strace, append([]string{
			"-f", "-o", filepath.Join(t.TempDir(), "calls"), "-P", path,
			"-e", "trace=/^rename", "-e", "inject=/^rename:signal=KILL", "becforensics",
		}, args...)...)
		text, err := cmd.CombinedOutput()
		if bytes.Contains(text, []byte("ptrace")) {
			t.Skipf("strace cannot trace here: %s", text)
		}
		if err == nil {
			t.Fatalf("the run was not killed as it renamed %s: %s", name, text)
		}
		left := contents(t, dir)
		kept := slices.Collect(maps.Values(left))
		for path, text := range first {
			if !slices.Contains(kept, text) {
				t.Errorf("killed as it renamed %s: the earlier %s is gone", name, filepath.Base(path))
			}
		}
		placed := 0 // files of the run that was killed
		for path, text := range left {
			switch {
			case unfinished(path):
			case text == first[path]:
			case strings.HasSuffix(path, custodyFile) || strings.HasSuffix(path, manifestFile) || text == second[path]:
				placed++
			default:
				t.Errorf("killed as it renamed %s: %s is of neither run", name, path)
			}
		}
		places[placed] = true
		want := exitChanged
		if placed == 0 {
			want = exitDone
		}
		if stdout, stderr, code := command(t, "verify", dir); code != want {
			t.Errorf("killed as it renamed %s: verify ends with %d, want %d\n%s%s", name, code, want, stdout, stderr)
		}
		if _, stderr, code := command(t, args...); code != exitDone {
			t.Errorf("the run after it: exit code %d: %s", code, stderr)
		}
		if stdout, stderr, code := command(t, "verify", dir); code != exitDone || len(contents(t, dir)) != len(first) {
			t.Errorf("after the run that follows: exit code %d\n%s%s", code, stdout, stderr)
		}
	}
	if len(places) != len(first) {
		t.Errorf("kills left %v files of the second run in place, want each number from 0", places)
	}
	proves(t, 11, "a run killed at the rename of each of its 4 files over those of an earlier run: the earlier files are still in the folder, verify reports the mix, and the next run leaves a sound case")
}

// TestKilledNotesLoseNoEntry kills processes that add to a custody log at
// random moments: what one said was there stays there, and the next goes on.
func TestKilledNotesLoseNoEntry(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signals here")
	}
	const kills = 60
	dir := sealed(t)
	log := func() []string {
		text, err := os.ReadFile(filepath.Join(dir, custodyFile))
		if err != nil {
			t.Fatal(err)
		}
		return strings.SplitAfter(string(text), "\n")
	}
	begin := time.Now()
	if code := signalled(t, time.Hour, os.Kill, "custody", "note", dir, "the first"); code != exitDone {
		t.Fatalf("exit code %d", code)
	}
	took := time.Since(begin)
	random := rand.New(rand.NewPCG(5, 6))
	codes := map[int]int{}
	for range kills {
		before := log()
		code := signalled(t, time.Duration(random.Int64N(int64(2*took))), os.Kill, "custody", "note", dir, strings.Repeat("note ", 2000))
		codes[code]++
		after := log()
		if whole := before[:len(before)-1]; !slices.Equal(whole, after[:min(len(whole), len(after))]) {
			t.Fatal("an entry is lost")
		}
		stdout, stderr, verified := command(t, "verify", dir)
		unfinished := strings.Contains(stderr, "torn: the log ends inside it") || strings.Contains(stderr, "the newest manifest covers")
		if verified != exitDone && (code == exitDone || verified != exitChanged || !unfinished) {
			t.Fatalf("exit code %d, verify ends with %d\n%s%s", code, verified, stdout, stderr)
		}
	}
	t.Logf("a note takes %v; exit codes %v", took.Round(time.Millisecond), codes)
	if code := signalled(t, time.Hour, os.Kill, "custody", "note", dir, "the last"); code != exitDone {
		t.Errorf("exit code %d", code)
	}
	if stdout, stderr, code := command(t, "verify", dir); code != exitDone {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	proves(t, 5, "%d processes that add to the log, each killed at a random moment: no entry is lost, and verify says same, torn or not yet covered; the next command goes on", kills)
}

// TestLogTellsOfAKilledRun kills a run and finds it in the log of the next.
func TestLogTellsOfAKilledRun(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signals here")
	}
	dir := t.TempDir()
	report := filepath.Join(dir, "report.xlsx")
	args := []string{"analyze", "-o", report, spillingEvidence(t)}
	cmd := exec.Command("becforensics", args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begun := func() bool {
		for _, text := range contents(t, dir) {
			if strings.Contains(text, `"action":"analyze.start"`) {
				return true
			}
		}
		return false
	}
	for deadline := time.Now().Add(time.Minute); !begun(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the run does not begin")
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if _, stderr, code := command(t, args...); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(report + ".custody.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for line := range strings.Lines(string(text)) {
		var e struct {
			Detail struct {
				Runs []struct{ Arguments []string }
			}
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		for _, r := range e.Detail.Runs {
			told = append(told, r.Arguments[1:]...)
		}
	}
	if !slices.Equal(told, args) {
		t.Errorf("the log tells of a run with the arguments %q, want %q", told, args)
	}
	proves(t, 5, "a run killed once it has begun: the log of the next run names who started it, when, with what arguments, and the SHA-256 of its log")
}
