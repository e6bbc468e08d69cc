package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// finished makes a case: evidence in and outside its folder, with names that
// a manifest must escape, and two reports.
func finished(t testing.TB) string {
	t.Helper()
	dir := write(t, map[string]string{
		"case/in/log.csv": "text", "case/in/x.zip": zipOf(t, entryOf{name: "m.csv", text: "member"}),
		"elsewhere/log.csv": "outside", "case/city.mmdb": "places", "case/in/back\\slash\nline.csv": "odd", "case/in/caf\xe9.csv": "latin",
	})
	s := acquired(t, filepath.Join(dir, "case", "in"), filepath.Join(dir, "elsewhere"))
	if _, _, err := s.AddFile(Database, filepath.Join(dir, "case", "city.mmdb")); err != nil {
		t.Fatal(err)
	}
	readAll(t, s)
	p := planned(s, filepath.Join(dir, "case", "report.xlsx"), filepath.Join(dir, "case", "findings.json"))
	if err := run(p, "report", nil); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "case")
}

const (
	manifestOf = "report.xlsx.manifest-sha256.txt"
	logOf      = "report.xlsx.custody.jsonl"
)

func verified(t testing.TB, path string) Report {
	t.Helper()
	r, err := VerifyCase(path, "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// bad shows the lines that are not the same.
func bad(r Report) string {
	var b strings.Builder
	for _, c := range r.Lines {
		if c.Result != Same {
			fmt.Fprintf(&b, "%s %s: %s\n", c.Result, c.Path, c.Detail)
		}
	}
	return b.String()
}

func TestFinishedCaseIsTheSame(t *testing.T) {
	dir := finished(t)
	for _, path := range []string{dir, filepath.Join(dir, manifestOf)} {
		r := verified(t, path)
		if r.Result != Same || len(r.Lines) != 9 {
			t.Errorf("%d lines\n%s", len(r.Lines), bad(r))
		}
	}
	sha256sum, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("no sha256sum here")
	}
	check := exec.Command(sha256sum, "-c", "--strict", manifestOf)
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum -c: %v\n%s", err, out)
	}
}

// TestChainByHand follows the chain with the tools of every system.
func TestChainByHand(t *testing.T) {
	for _, tool := range []string{"sh", "sha256sum", "cut"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s here", tool)
		}
	}
	dir := finished(t)
	const script = `
prev=0000000000000000000000000000000000000000000000000000000000000000
while IFS= read -r line; do
	case $line in *"\"prev\":\"$prev\""*) ;; *) echo broken; exit 1 ;; esac
	prev=$(printf '%s\n' "$line" | sha256sum | cut -d' ' -f1)
done <report.xlsx.custody.jsonl`
	check := exec.Command("sh", "-c", script)
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestLogTellsOfInputsAndOutputs(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(finished(t), logOf))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for line := range strings.Lines(string(text)) {
		var e struct {
			Action string
			Detail struct{ ID, Parent, Listed, SHA256 string }
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s %s %s %s %.4s\n", e.Action, e.Detail.ID, e.Detail.Parent, strings.ReplaceAll(e.Detail.Listed, "\n", " "), e.Detail.SHA256)
	}
	for _, want := range []string{
		"evidence.register E005  ",
		"evidence.hash E006 E005  " + hexSum("member")[:4],
		`evidence.verify E001  in/back\slash line.csv ` + hexSum("odd")[:4],
		`evidence.verify E002  in/caf\xe9.csv ` + hexSum("latin")[:4],
		"evidence.verify D001  city.mmdb " + hexSum("places")[:4],
		"report.write   report.xlsx " + hexSum("report")[:4],
	} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("no %q in\n%s", want, got.String())
		}
	}
}

func TestTamperedCases(t *testing.T) {
	for name, c := range map[string]struct {
		tamper func(t *testing.T, dir string)
		result Result
		want   string
	}{
		"report edited":           {editFile("report.xlsx", "report", "forged"), Different, "different report.xlsx: SHA-256 is"},
		"evidence edited":         {editFile("in/log.csv", "text", "lies"), Different, "different in/log.csv: SHA-256 is"},
		"database edited":         {editFile("city.mmdb", "places", "faces"), Different, "different city.mmdb: SHA-256 is"},
		"evidence outside edited": {editFile("../elsewhere/log.csv", "outside", "beside"), Different, "elsewhere/log.csv: SHA-256 is"},
		"evidence removed":        {func(t *testing.T, dir string) { remove(t, dir, "in/log.csv") }, Unreadable, "unreadable in/log.csv: missing\n"},
		"log removed":             {func(t *testing.T, dir string) { remove(t, dir, logOf) }, Unreadable, "unreadable report.xlsx.custody.jsonl: missing\n"},
		"report is a link": {func(t *testing.T, dir string) {
			remove(t, dir, "report.xlsx")
			if err := os.Symlink("findings.json", filepath.Join(dir, "report.xlsx")); err != nil {
				t.Skip("no links here")
			}
		}, Unreadable, "unreadable report.xlsx: could not be read: symbolic link, not followed"},
		"log edited":              {editFile(logOf, `"host":"lab"`, `"host":"den"`), Different, "line 2: chain broken"},
		"log line inserted":       {editLines(logOf, func(l []string) []string { return append(l[:3:3], l[2:]...) }), Different, "line 4: numbered 3"},
		"log line dropped":        {editLines(logOf, func(l []string) []string { return append(l[:3:3], l[4:]...) }), Different, "line 4: numbered 5"},
		"log's last line dropped": {editLines(logOf, func(l []string) []string { return l[:len(l)-1] }), Different, "different report.xlsx.custody.jsonl: SHA-256 is"},
		"log's lines moved":       {editLines(logOf, func(l []string) []string { l[2], l[3] = l[3], l[2]; return l }), Different, "line 3: numbered 4"},
		"log torn":                {editLines(logOf, func(l []string) []string { l[len(l)-1] = l[len(l)-1][:20]; return l }), Different, "torn: the log ends inside it"},
		"manifest edited":         {editFile(manifestOf, hexSum("text"), hexSum("lies")), Different, "different in/log.csv: the custody log records another SHA-256 than the manifest"},
		"manifest and evidence edited": {
			both(editFile("in/log.csv", "text", "lies"), editFile(manifestOf, hexSum("text"), hexSum("lies"))), Different,
			"different in/log.csv: the custody log records another SHA-256 than the manifest\n",
		},
		"manifest line removed":            {dropLine("in/log.csv"), Different, "different in/log.csv: in the custody log, but its line is missing from the manifest\n"},
		"manifest line of the log removed": {dropLine(logOf), Different, "different report.xlsx.custody.jsonl: the custody log's line is missing from the manifest\n"},
		"manifest line added": {
			editFile(manifestOf, hexSum("text")+"  in/log.csv\n", hexSum("text")+"  in/log.csv\n"+hexSum("report")+"  ./report.xlsx\n"), Different,
			"different ./report.xlsx: in the manifest, but the custody log does not record it\n",
		},
		"manifest line twice": {editFile(manifestOf, hexSum("text")+"  in/log.csv\n", strings.Repeat(hexSum("text")+"  in/log.csv\n", 2)), Different, "listed twice"},
		"manifest torn":       {editLines(manifestOf, func(l []string) []string { l[len(l)-1] = l[len(l)-1][:70]; return l }), Different, "torn: the manifest ends inside it"},
		"manifest empty":      {editLines(manifestOf, func([]string) []string { return nil }), Different, "different report.xlsx: in the custody log, but its line is missing"},
		"manifest renamed": {func(t *testing.T, dir string) {
			if err := os.Rename(filepath.Join(dir, manifestOf), filepath.Join(dir, "other"+manifestSuffix)); err != nil {
				t.Fatal(err)
			}
		}, Different, "different other.custody.jsonl: the custody log's line is missing from the manifest"},
		// A line dropped from the log with the manifest made to fit.
		"log and manifest": {
			both(editLines(logOf, func(l []string) []string { return l[:len(l)-1] }), rehashLog), Different,
			"different findings.json: in the manifest, but the custody log does not record it\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := finished(t)
			c.tamper(t, dir)
			before := listing(t, dir)
			r := verified(t, dir)
			if r.Result != c.result || !strings.Contains(bad(r), c.want) {
				t.Errorf("%v\n%swant %v with %q", r.Result, bad(r), c.result, c.want)
			}
			if after := listing(t, dir); after != before {
				t.Error("verifying wrote to the folder")
			}
		})
	}
}

func TestNoManifest(t *testing.T) {
	dir := write(t, map[string]string{"report.xlsx": "report"})
	for _, path := range []string{dir, filepath.Join(dir, "none")} {
		var input *InputError
		if _, err := VerifyCase(path, ""); !errors.As(err, &input) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestMovedCaseIsTheSame(t *testing.T) {
	dir := finished(t)
	moved := dir + "-copy"
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if r := verified(t, moved); r.Result != Same {
		t.Errorf("%s", bad(r))
	}
}

func editFile(name, old, now string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), old) {
			t.Fatalf("%s holds no %q: %v", name, old, err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, now, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func editLines(name string, edit func([]string) []string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		path := filepath.Join(dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(text), "\n")
		if err := os.WriteFile(path, []byte(strings.Join(edit(lines[:len(lines)-1]), "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func dropLine(path string) func(*testing.T, string) {
	return editLines(manifestOf, func(lines []string) []string {
		var kept []string
		for _, l := range lines {
			if !strings.HasSuffix(l, "  "+path+"\n") {
				kept = append(kept, l)
			}
		}
		return kept
	})
}

func rehashLog(t *testing.T, dir string) {
	text, err := os.ReadFile(filepath.Join(dir, logOf))
	if err != nil {
		t.Fatal(err)
	}
	dropLine(logOf)(t, dir)
	editLines(manifestOf, func(l []string) []string { return append(l, hexSum(string(text))+"  "+logOf+"\n") })(t, dir)
}

func both(first, second func(*testing.T, string)) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		first(t, dir)
		second(t, dir)
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
		t.Fatal(err)
	}
}
