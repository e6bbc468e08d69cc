package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A wantedKind is what an input of the kinds that examiners hold must give.
// Members that are absent are not tested.
type wantedKind struct {
	As         string   // the input whose events it repeats
	Columns    []string // in which it repeats them
	Events     *int
	Messages   *int
	Times      []string
	Outcomes   map[string]int
	InOrder    []string       `json:"outcomes_in_order"` // alternatives with bars between
	Sources    map[string]int // events by source
	NotAbsent  []string       `json:"not_absent"`
	Findings   [][3]string    // analysis, severity at least, user
	NotFound   [][3]string    `json:"not_findings"`
	Text       []string       `json:"text_in_findings"`
	NoText     []string       `json:"text_not_in_findings"`
	Known      *int           `json:"context_or_events"`
	Recognised json.RawMessage
}

// TestPublicKinds reads small inputs of the kinds that public reports and
// others' fixtures show.
func TestPublicKinds(t *testing.T) {
	var kinds map[string]wantedKind
	readJSON(t, shared(t, "data", "public-kinds", "expected.json"), &kinds)
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		t.Run(name, func(t *testing.T) {
			for _, fault := range kinds[name].faults(t, name) {
				t.Error(fault)
			}
		})
	}
}

// faults are the points in which an input gives other than it must.
func (w wantedKind) faults(t *testing.T, name string) []string {
	path := shared(t, "data", "public-kinds", name)
	events := eventsOf(t, path)
	found := analyze(t, path)
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	equal := func(what string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			fault("%s: %v, want %v", what, got, want)
		}
	}
	if w.Events != nil {
		equal("events", len(events), *w.Events)
	}
	if w.Known != nil {
		equal("context or events", found.Evidence[0].Events+found.Evidence[0].Context, *w.Known)
	}
	if w.Recognised != nil && (found.Evidence[0].Status == "unrecognised" || found.Evidence[0].Source == "") {
		fault("not recognised: %s", found.Evidence[0].Reason)
	}
	if w.Times != nil {
		equal("times", column(events, "datetime"), w.Times)
	}
	if w.Outcomes != nil {
		equal("outcomes", tally(events, "outcome"), w.Outcomes)
	}
	if w.Sources != nil {
		equal("sources", tally(events, "source"), w.Sources)
	}
	if w.InOrder != nil && len(w.InOrder) != len(events) {
		fault("%d outcomes, want %d", len(events), len(w.InOrder))
	} else {
		for i, want := range w.InOrder {
			if got := events[i].text("outcome"); !slices.Contains(strings.Split(want, "|"), got) {
				fault("outcome %d: %s, want %s", i+1, got, want)
			}
		}
	}
	if w.Messages != nil {
		n := 0
		for _, e := range events {
			n += e.messages(t)
		}
		equal("messages", n, *w.Messages)
	}
	if w.As != "" {
		other := eventsOf(t, shared(t, "data", "public-kinds", w.As))
		for _, c := range w.Columns {
			equal(c, column(events, c), column(other, c))
		}
	}
	for _, f := range w.Findings {
		if !found.has(f) {
			fault("no %s of %s for %s", f[0], f[1], f[2])
		}
	}
	for _, f := range w.NotFound {
		if found.has(f) {
			fault("%s of %s or more for %s", f[0], f[1], f[2])
		}
	}
	for _, row := range found.of(t, "coverage").Rows {
		if row.Cells["Kind"] == "absent" && slices.Contains(w.NotAbsent, row.Cells["Source"]) {
			fault("coverage says of %s: %s", row.Cells["Source"], row.Cells["Note"])
		}
	}
	text := fmt.Sprint(found.Findings)
	for _, s := range w.Text {
		if !strings.Contains(text, s) {
			fault("findings do not say %q", s)
		}
	}
	for _, s := range w.NoText {
		if strings.Contains(text, s) {
			fault("findings say %q", s)
		}
	}
	return faults
}

// has says whether an analysis holds something against a user, of a severity or
// a higher one.
func (f findings) has(want [3]string) bool {
	ranks := []string{"info", "low", "medium", "high", "critical"}
	for _, r := range f.Findings {
		for _, row := range r.Rows {
			if r.Analysis == want[0] && slices.Index(ranks, row.Severity) >= slices.Index(ranks, want[1]) && (row.User == want[2] || row.Mailbox == want[2]) {
				return true
			}
		}
	}
	return false
}

// An event is a line of the timeline.
type event map[string]any

func (e event) text(column string) string {
	s, _ := e[column].(string)
	return s
}

// messages counts the messages that a record lists.
func (e event) messages(t *testing.T) int {
	var list []any
	switch m := e["messages"].(type) {
	case []any:
		return len(m)
	case string:
		if m == "" {
			return 0
		}
		if err := json.Unmarshal([]byte(m), &list); err != nil {
			t.Fatal(err)
		}
	}
	return len(list)
}

// eventsOf reads the timeline of a file.
func eventsOf(t *testing.T, path string) []event {
	t.Helper()
	out := filepath.Join(t.TempDir(), "timeline.jsonl")
	if _, stderr, code := command(t, "timeline", "-o", out, path); code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var events []event
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return events
}

func column(events []event, name string) []string {
	var list []string
	for _, e := range events {
		list = append(list, e.text(name))
	}
	return list
}

func tally(events []event, name string) map[string]int {
	counts := map[string]int{}
	for _, e := range events {
		counts[e.text(name)]++
	}
	return counts
}
