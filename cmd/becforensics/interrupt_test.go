package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// spillingEvidence writes audit records whose columns the least of budgets
// does not hold: hardly any of their texts comes twice.
func spillingEvidence(t *testing.T) string {
	t.Helper()
	const records = 30_000
	random := rand.New(rand.NewPCG(1, 2))
	var text bytes.Buffer
	for i := range records {
		fmt.Fprintf(&text, `{"CreationTime":"2026-01-%02dT%02d:%02d:00","Id":"%d","Operation":"MailItemsAccessed","RecordType":50,"UserId":"user%d@example.com","Workload":"Exchange",`+
			`"SessionId":"%016x%016x","Blob":"%016x%016x%016x%016x%016x%016x%016x%016x"}`+"\n",
			1+i%28, i/28%24, i%60, i, i%200, random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64(),
			random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64())
	}
	path := filepath.Join(t.TempDir(), "audit.json")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSignalsLeaveNoFile ends runs whose columns lie in a temporary file, at
// moments from the first to the last of a run, as an examiner, a system that
// shuts down and one that is out of memory end them.
func TestSignalsLeaveNoFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no signal can be sent here")
	}
	input := spillingEvidence(t)
	start := func(out, temp string) *exec.Cmd {
		cmd := exec.Command("becforensics", "analyze", "--force", "--memory=8MiB", "--temp="+temp,
			"-o", filepath.Join(out, "report.xlsx"), "--json", filepath.Join(out, "findings.json"), input)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	names := func(folder string) []string {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, e := range entries {
			list = append(list, e.Name())
		}
		return list
	}
	temporary := func(list []string) bool { return strings.Contains(strings.Join(list, " "), ".becforensics-tmp-") }

	out, temp := t.TempDir(), t.TempDir()
	began := time.Now()
	if err := start(out, temp).Wait(); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(began)
	written := names(out)
	if len(written) != 4 {
		t.Fatalf("a run writes %q, want the report, the findings, the custody log and the manifest", written)
	}
	custody, err := os.ReadFile(filepath.Join(out, "report.xlsx.custody.jsonl"))
	if err != nil || !bytes.Contains(custody, []byte(temp)) {
		t.Fatalf("no temporary file in %s was in use (%v)", temp, err)
	}
	const moments = 8
	for i := range moments {
		for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
			t.Run(fmt.Sprintf("%s after %d of %d", signal, i+1, moments), func(t *testing.T) {
				t.Parallel()
				out, temp := t.TempDir(), t.TempDir()
				cmd := start(out, temp)
				time.Sleep(whole * time.Duration(i+1) / moments)
				_ = cmd.Process.Signal(signal) // fails where the run is over
				_ = cmd.Wait()
				state := cmd.ProcessState.Sys().(syscall.WaitStatus)
				left := names(out)
				switch {
				case signal == syscall.SIGKILL && state.Signaled():
					// The next run clears away what this one could not.
					if err := start(out, temp).Wait(); err != nil {
						t.Fatal(err)
					}
					left = names(out)
				case state.ExitStatus() == exitDone:
					if len(left) != len(written) {
						t.Errorf("the run was done and left %q", left)
					}
				case state.ExitStatus() == exitInterrupted, state.Signaled(): // the latter before signals are looked for
					if len(left) > 0 {
						t.Errorf("the interrupted run left %q", left)
					}
				default:
					t.Errorf("exit code %d, want %d", state.ExitStatus(), exitInterrupted)
				}
				if temporary(left) || len(names(temp)) > 0 {
					t.Errorf("left beside the outputs: %q, in the temporary folder: %q", left, names(temp))
				}
			})
		}
	}
}
