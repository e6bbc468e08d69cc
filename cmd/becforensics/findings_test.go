package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"becforensics/timeline"
)

// findings is the report as data, as a reader of it sees it.
type findings struct {
	Evidence []struct {
		ID, Name, Source, Status, Reason, SHA256      string
		Records, Events, Context, Duplicates, Rejects int
		First, Last                                   *string
	}
	Rejects  []struct{ Origin, Reason string }
	Findings []finding
}

type finding struct {
	Analysis, Status, Reason, Summary string
	Rows                              []findingRow
}

type findingRow struct {
	ID, Severity, User, Mailbox string
	First, Last                 *string
	IPs, Sessions               []string
	Cells                       cells
	Origins                     []string
}

// cells are a row's cells as a reader sees them: lists joined by semicolons.
type cells map[string]string

func (c *cells) UnmarshalJSON(text []byte) error {
	var typed map[string]any
	if err := json.Unmarshal(text, &typed); err != nil {
		return err
	}
	*c = cells{}
	for name, value := range typed {
		switch x := value.(type) {
		case nil:
			(*c)[name] = ""
		case []any:
			words := make([]string, len(x))
			for i := range x {
				words[i] = fmt.Sprint(x[i])
			}
			(*c)[name] = strings.Join(words, "; ")
		default:
			(*c)[name] = fmt.Sprint(x)
		}
	}
	return nil
}

// analyze runs the program over evidence and reads the findings.
func analyze(t *testing.T, args ...string) findings {
	t.Helper()
	out := filepath.Join(t.TempDir(), "findings.json")
	_, stderr, code := command(t, append([]string{"analyze", "--json", out}, args...)...)
	if code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var f findings
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	for _, r := range f.Findings {
		if r.Status == "failed" {
			t.Errorf("%s failed: %s", r.Analysis, r.Reason)
		}
	}
	return f
}

// of returns what one analysis found.
func (f findings) of(t *testing.T, analysis string) finding {
	t.Helper()
	for _, r := range f.Findings {
		if r.Analysis == analysis {
			return r
		}
	}
	t.Fatalf("%s did not run", analysis)
	return finding{}
}

// accusing are the rows of low severity or more.
func (f finding) accusing() []findingRow {
	var rows []findingRow
	for _, r := range f.Rows {
		if r.Severity != "info" {
			rows = append(rows, r)
		}
	}
	return rows
}

// origins are the records under accusing rows, by file and 0-based number.
func (f findings) accused(t *testing.T) map[string]map[int][]string {
	t.Helper()
	names := map[string]string{}
	for _, e := range f.Evidence {
		names[e.ID] = e.Name
	}
	cited := map[string]map[int][]string{}
	for _, r := range f.Findings {
		for _, row := range r.accusing() {
			for _, text := range row.Origins {
				o, err := timeline.ParseOrigin(text)
				if err != nil {
					t.Fatal(err)
				}
				name := names[timeline.EvidenceID(o.Evidence)]
				if cited[name] == nil {
					cited[name] = map[int][]string{}
				}
				cited[name][int(o.Record)-1] = append(cited[name][int(o.Record)-1], r.Analysis)
			}
		}
	}
	return cited
}

// stack runs the stack command and returns how many events have each value.
func stack(t *testing.T, column string, evidence ...string) map[string]int {
	t.Helper()
	stdout, stderr, code := command(t, append([]string{"stack", column}, evidence...)...)
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	line := regexp.MustCompile(`(?m)^(.+?)  +(\d+)  +\d+  +\d+\b`)
	counts := map[string]int{}
	for _, m := range line.FindAllStringSubmatch(stdout, -1) {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		counts[m[1]] = n
	}
	return counts
}

// inspected is what inspect --json says of a file.
type inspected struct {
	ID, Name, Parent, SHA256, Source, Layout, Encoding, Mailbox, Status, Reason, First, Last string
	Records, Events, Context, Duplicates, Rejects                                            int
	Notes                                                                                    []string
}

// inspect runs the inspect command and reads what it says of each file.
func inspect(t *testing.T, evidence ...string) []inspected {
	t.Helper()
	stdout, stderr, code := command(t, append([]string{"inspect", "--json"}, evidence...)...)
	if code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var files []inspected
	if err := json.Unmarshal([]byte(stdout), &files); err != nil {
		t.Fatal(err)
	}
	return files
}

// same compares what was counted or found with what is known.
func same[V comparable](t *testing.T, got, want map[string]V) {
	t.Helper()
	for key, w := range want {
		if g, ok := got[key]; !ok {
			t.Errorf("%s is missing, want %v", key, w)
		} else if g != w {
			t.Errorf("%s: %v, want %v", key, g, w)
		}
	}
	for key, g := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: %v is not wanted", key, g)
		}
	}
}
