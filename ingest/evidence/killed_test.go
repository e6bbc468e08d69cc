package evidence

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// killed leaves the unfinished files of a run in a folder, as a run does that
// is killed once its report is begun.
func killed(t *testing.T, s *Set, report, argument string) {
	t.Helper()
	o, err := NewOutputs(planned(s, report))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Custody().Append(Started, map[string]any{"arguments": []string{"becforensics", argument}}); err != nil {
		t.Fatal(err)
	}
	w, err := o.Create(report)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, `{"half": "a report`); err != nil {
		t.Fatal(err)
	}
	for _, out := range []*Output{w, o.log} {
		out.temp.Close() // which lets go of the lock, as the end of a process does
	}
}

// TestLogOfAKilledRunIsKept kills two runs, one after the other, and lets a
// third go on: its log tells of both.
func TestLogOfAKilledRunIsKept(t *testing.T) {
	dir := write(t, map[string]string{"log.csv": "text", "out/keep": ""})
	out := filepath.Join(dir, "out")
	s := acquired(t, filepath.Join(dir, "log.csv"))
	readAll(t, s)
	report := filepath.Join(out, "report.xlsx")
	killed(t, s, report, "first")
	killed(t, s, report, "second")
	temps, err := filepath.Glob(filepath.Join(out, tempPrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	logs := ""
	for _, path := range temps {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(string(text), `{"seq":1,`) {
			logs = string(text)
		}
	}
	if err := run(planned(s, report), "report", nil); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(report + custodySuffix)
	if err != nil {
		t.Fatal(err)
	}
	var runs []killedRun
	for line := range strings.Lines(string(text)) {
		var e entry
		var d sweptDetail
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.Action == Note && json.Unmarshal(e.Detail, &d) == nil {
			runs = append(runs, d.Runs...)
		}
	}
	if len(runs) != 2 {
		t.Fatalf("the log tells of %d runs: %s", len(runs), text)
	}
	for i, r := range runs {
		want := []string{"becforensics", []string{"first", "second"}[i]}
		if !slices.Equal(r.Arguments, want) || r.Actor != "ada" || r.Host != "lab" || r.Action != Started || r.First >= r.Last {
			t.Errorf("%+v, want the arguments %q", r, want)
		}
	}
	if last := runs[1]; last.SHA256 != hexSum(logs) || last.Entries != strings.Count(logs, "\n") {
		t.Errorf("%d entries with SHA-256 %s of\n%s", last.Entries, last.SHA256, logs)
	}
	if r := verified(t, out); r.Result != Same {
		t.Errorf("%s", bad(r))
	}
}

// TestBackupOfAKilledRunStays holds that an earlier output, which a killed run
// was about to replace, stays until another run is done.
func TestBackupOfAKilledRunStays(t *testing.T) {
	backup := tempPrefix + "1" + backupSuffix
	dir := write(t, map[string]string{"log.csv": "text", "out/" + backup: "an earlier report"})
	out := filepath.Join(dir, "out")
	s := acquired(t, filepath.Join(dir, "log.csv"))
	readAll(t, s)
	report := filepath.Join(out, "report.xlsx")
	o, err := NewOutputs(planned(s, report))
	if err != nil {
		t.Fatal(err)
	}
	o.Abort()
	if got := folderNames(t, out); !slices.Equal(got, []string{backup}) {
		t.Errorf("after a run that failed, the folder holds %q", got)
	}
	if err := run(planned(s, report), "report", nil); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(report + custodySuffix)
	if err != nil {
		t.Fatal(err)
	}
	if got := folderNames(t, out); slices.Contains(got, backup) || strings.Count(string(text), backup) != 1 {
		t.Errorf("after a run that was done, the folder holds %q, and the log says\n%s", got, text)
	}
}

// TestOtherFilesAreNoLogOfARun holds that nothing else is taken for a log.
func TestOtherFilesAreNoLogOfARun(t *testing.T) {
	for _, text := range []string{"", "x", "\n\n", `{"seq":1}` + "\n", `{"half": "a report`, "PK\x03\x04", strings.Repeat("x", maxLine+10)} {
		if runs := killedRuns(strings.NewReader(text)); len(runs) > 0 {
			t.Errorf("%.20q: %+v", text, runs)
		}
	}
}
