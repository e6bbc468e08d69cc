package evidence

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// planned is the plan of a run that writes one report beside its evidence.
func planned(s *Set, paths ...string) Plan {
	return Plan{Paths: paths, Inputs: s, Author: Author{clock(), "ada", "lab"}}
}

// run writes every planned output with the given text and commits.
func run(p Plan, text string, through func(io.Writer) io.Writer) (err error) {
	p.Through = through
	o, err := NewOutputs(p)
	if err != nil {
		return err
	}
	defer o.Abort()
	for _, path := range p.Paths {
		w, err := o.Create(path)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	return o.Commit(context.Background())
}

// listing shows what a folder holds, with contents.
func listing(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		b.WriteString(e.Name() + ": " + string(text) + "\n")
	}
	return b.String()
}

func folderNames(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestOutputsAppearTogether(t *testing.T) {
	dir := write(t, map[string]string{"in/log.csv": "text", "out/other": "", "more/other": ""})
	s := acquired(t, filepath.Join(dir, "in"))
	readAll(t, s)
	report, page := filepath.Join(dir, "out", "report.xlsx"), filepath.Join(dir, "more", "page.html")
	o, err := NewOutputs(planned(s, report, page))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Abort()
	for _, path := range []string{report, page} {
		w, err := o.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, "report"); err != nil {
			t.Fatal(err)
		}
		if err := o.Commit(context.Background()); err == nil {
			t.Fatal("committed before it was written")
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is there before the end: %v", path, err)
		}
	}
	if err := o.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	o.Abort()
	if got := folderNames(t, filepath.Join(dir, "out")); !slices.Equal(got, []string{"other", "report.xlsx", "report.xlsx.custody.jsonl", "report.xlsx.manifest-sha256.txt"}) {
		t.Errorf("out holds %q", got)
	}
	if got := folderNames(t, filepath.Join(dir, "more")); !slices.Equal(got, []string{"other", "page.html"}) {
		t.Errorf("more holds %q", got)
	}
	info, err := os.Stat(report)
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestOutputsAreRefused(t *testing.T) {
	dir := write(t, map[string]string{"in/log.csv": "text", "lone.csv": "lone", "old.xlsx": "old", "done.xlsx.custody.jsonl": "log", "city.mmdb": "places"})
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	s := acquired(t, at("in"), at("lone.csv"))
	if _, _, err := s.AddFile(Database, at("city.mmdb")); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		os.Symlink(at("lone.csv"), at("link.xlsx")), os.Link(at("lone.csv"), at("hard.xlsx")),
		os.Symlink(at("in"), at("inlink")), os.Symlink(at("old.xlsx"), at("oldlink.xlsx")), os.Mkdir(at("in/sub"), 0o700),
		os.Symlink(at("nowhere"), at("dangling.xlsx")),
	} {
		if err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	before := listing(t, dir)
	for _, c := range []struct {
		paths  []string
		force  bool
		reason string
	}{
		{[]string{"old.xlsx"}, false, "it exists"},
		{[]string{"done.xlsx"}, false, "it exists"},
		{[]string{"lone.csv"}, true, "it is an input"},
		{[]string{"city.mmdb"}, true, "it is an input"},
		{[]string{"link.xlsx"}, true, "it is an input"},
		{[]string{"hard.xlsx"}, true, "it is an input"},
		{[]string{"oldlink.xlsx"}, true, "symbolic link"},
		{[]string{"dangling.xlsx"}, false, "symbolic link"},
		{[]string{"in/report.xlsx"}, true, "inside the evidence folder"},
		{[]string{"in/sub/report.xlsx"}, false, "inside the evidence folder"},
		{[]string{"inlink/sub/report.xlsx"}, false, "inside the evidence folder"},
		{[]string{"in"}, true, "a folder"},
		{[]string{"none/report.xlsx"}, false, "no such file"},
		{[]string{"a.xlsx", "./a.xlsx"}, false, "named twice"},
		{[]string{"a.xlsx", "a.xlsx.custody.jsonl"}, false, "named twice"},
		{[]string{"a.xlsx", "old.xlsx"}, false, "it exists"},
	} {
		p := planned(s)
		p.Force = c.force
		for _, path := range c.paths {
			p.Paths = append(p.Paths, at(path))
		}
		_, err := NewOutputs(p)
		var refused *OutputError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%v: %v, want an OutputError with %q", c.paths, err, c.reason)
		}
	}
	if after := listing(t, dir); after != before {
		t.Errorf("a refused output left\n%swhere was\n%s", after, before)
	}
}

// TestFullDisk fails the writing at every byte of a small run: the folder is as
// before each time.
func TestFullDisk(t *testing.T) {
	dir := write(t, map[string]string{"in/log.csv": "text", "out/report.xlsx": "old report", "out/report.xlsx.custody.jsonl": "old log"})
	s := acquired(t, filepath.Join(dir, "in", "log.csv"))
	readAll(t, s)
	out := filepath.Join(dir, "out")
	before := listing(t, out)
	for n := 0; ; n += 3 {
		p := planned(s, filepath.Join(out, "report.xlsx"))
		p.Force = true
		left := n
		err := run(p, "new report", func(w io.Writer) io.Writer { return &full{w, &left} })
		if err == nil {
			if n < 1000 {
				t.Errorf("all is written in %d bytes", n)
			}
			break
		}
		var failed *OutputError
		if !errors.As(err, &failed) || !errors.Is(err, errFull) {
			t.Fatalf("full after %d bytes: %v", n, err)
		}
		if after := listing(t, out); after != before {
			t.Fatalf("full after %d bytes: the folder holds\n%s", n, after)
		}
	}
	if text, err := os.ReadFile(filepath.Join(out, "report.xlsx")); string(text) != "new report" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if got := folderNames(t, out); len(got) != 3 {
		t.Errorf("the folder holds %q", got)
	}
}

// full is a disk with so many bytes left.
type full struct {
	w    io.Writer
	left *int
}

func (f *full) Write(p []byte) (int, error) {
	n, err := f.w.Write(p[:min(len(p), *f.left)])
	if *f.left -= n; err == nil && n < len(p) {
		err = errFull
	}
	return n, err
}

// TestPlacesAreTakenBack has one of several places taken during the run.
func TestPlacesAreTakenBack(t *testing.T) {
	for _, force := range []bool{false, true} {
		dir := write(t, map[string]string{"log.csv": "text", "out/keep": ""})
		s := acquired(t, filepath.Join(dir, "log.csv"))
		out := filepath.Join(dir, "out")
		report := filepath.Join(out, "report.xlsx")
		p := planned(s, report)
		if p.Force = force; force {
			if err := os.WriteFile(report, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		o, err := NewOutputs(p)
		if err != nil {
			t.Fatal(err)
		}
		w, err := o.Create(report)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "new")
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		taken := report + manifestSuffix
		if err := os.Mkdir(taken, 0o700); err != nil {
			t.Fatal(err)
		}
		var failed *OutputError
		if err := o.Commit(context.Background()); !errors.As(err, &failed) || failed.Path != taken {
			t.Errorf("%v", err)
		}
		o.Abort()
		want := "keep: \nreport.xlsx.manifest-sha256.txt: \n"
		if force {
			want = "keep: \nreport.xlsx: old\nreport.xlsx.manifest-sha256.txt: \n"
		}
		if got := listing(t, out); got != want {
			t.Errorf("force %v: the folder holds\n%s", force, got)
		}
	}
}

func TestNothingIsWrittenOfChangedEvidence(t *testing.T) {
	for _, early := range []bool{false, true} {
		dir := write(t, map[string]string{"log.csv": "text", "out/keep": ""})
		path := filepath.Join(dir, "log.csv")
		s := acquired(t, path)
		readAll(t, s)
		if early {
			if err := s.Verify(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, "more")
		f.Close()
		var changed *ChangedError
		err = run(planned(s, filepath.Join(dir, "out", "report.xlsx")), "report", nil)
		if !errors.As(err, &changed) || changed.ID != "E001" {
			t.Errorf("verified early %v: %v", early, err)
		}
		if got := listing(t, filepath.Join(dir, "out")); got != "keep: \n" {
			t.Errorf("verified early %v: the folder holds\n%s", early, got)
		}
	}
}

func TestFilesOfKilledRunsAreSwept(t *testing.T) {
	dir := write(t, map[string]string{"out/" + tempPrefix + "1": "half a report", "out/" + tempPrefix + "evidence": "text"})
	out := filepath.Join(dir, "out")
	s := acquired(t, filepath.Join(out, tempPrefix+"evidence"))
	alive, err := NewOutputs(planned(s, filepath.Join(out, "other.xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Abort()
	if got := alive.swept.Files; len(got) != 1 || filepath.Base(got[0]) != tempPrefix+"1" {
		t.Errorf("swept %q", got)
	}
	o, err := NewOutputs(planned(s, filepath.Join(out, "report.xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	o.Abort()
	if len(o.swept.Files) > 0 {
		t.Errorf("swept %q of a run that is alive, or evidence", o.swept.Files)
	}
	text, err := os.ReadFile(alive.log.temp.Name())
	if err != nil || !strings.Contains(string(text), "removed what a killed run had left unfinished") {
		t.Errorf("the log says %q, %v", text, err)
	}
}

// TestLiveRunKeepsWhatItFinished holds that another run in the folder does not
// sweep an output which is written, but not in its place yet.
func TestLiveRunKeepsWhatItFinished(t *testing.T) {
	dir := write(t, map[string]string{"log.csv": "text", "out/keep": ""})
	out := filepath.Join(dir, "out")
	s := acquired(t, filepath.Join(dir, "log.csv"))
	readAll(t, s)
	report := filepath.Join(out, "report.xlsx")
	alive, err := NewOutputs(planned(s, report))
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Abort()
	w, err := alive.Create(report)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "report"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := run(planned(s, filepath.Join(out, "other.xlsx")), "other", nil); err != nil {
		t.Fatal(err)
	}
	if err := alive.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(report); err != nil || string(text) != "report" {
		t.Errorf("the report holds %q, %v", text, err)
	}
}

// TestFolderOfOutputsKeepsNoneOpen holds that however many files a run writes
// into a folder of its own, those that are finished are not open.
func TestFolderOfOutputsKeepsNoneOpen(t *testing.T) {
	dir := write(t, map[string]string{"log.csv": "text"})
	s := acquired(t, filepath.Join(dir, "log.csv"))
	readAll(t, s)
	plan := planned(s)
	plan.Folder = filepath.Join(dir, "months")
	o, err := NewOutputs(plan)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Abort()
	w, err := o.Add("month=2026-03/events.parquet")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.temp.Stat(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a finished file is open: %v", err)
	}
	if err := o.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestInterruptedCommit(t *testing.T) {
	dir := write(t, map[string]string{"log.csv": "text", "out/keep": ""})
	s := acquired(t, filepath.Join(dir, "log.csv"))
	report := filepath.Join(dir, "out", "report.xlsx")
	o, err := NewOutputs(planned(s, report))
	if err != nil {
		t.Fatal(err)
	}
	w, err := o.Create(report)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	if err := o.Commit(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	o.Abort()
	if got := listing(t, filepath.Join(dir, "out")); got != "keep: \n" {
		t.Errorf("the folder holds\n%s", got)
	}
}
