package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis/analysistest/estate"
)

// An estateReport is what the program says of an estate, as a reader of the
// findings sees it, with records by file and 0-based number.
type estateReport struct {
	findings
	Actors    []reportedActor
	Exposure  *[]reportedMessage // nil while no such member is written
	Mailboxes *[]struct{ Mailbox, Verdict string }

	names map[string]string // of evidence, by id
	took  time.Duration
}

type reportedActor struct {
	ID          string
	Rank        int
	Score       float64
	Band, User  string
	Mailboxes   []string
	IPs         []string
	Entry       struct{ Origins []string }
	Containment []struct {
		At, Mailbox string
		Effective   *bool
	}
	Acts    []struct{ At, Text string }
	Origins []string
}

type reportedMessage struct{ Mailbox, Message, Certainty, Actor string }

// A place is a record of a file.
type place struct {
	file    string
	ordinal int
}

// analyzeEstate runs the program over a folder.
func analyzeEstate(t *testing.T, dir string, args ...string) *estateReport {
	t.Helper()
	out := filepath.Join(t.TempDir(), "findings.json")
	start := time.Now()
	_, stderr, code := command(t, append([]string{"analyze", "--json", out, dir}, args...)...)
	if code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	r := &estateReport{names: map[string]string{}, took: time.Since(start)}
	if err := json.Unmarshal(text, &r.findings); err != nil {
		t.Fatal(err)
	}
	var members struct {
		Actors    []reportedActor
		Exposure  *[]reportedMessage
		Mailboxes *[]struct{ Mailbox, Verdict string }
	}
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	r.Actors, r.Exposure, r.Mailboxes = members.Actors, members.Exposure, members.Mailboxes
	for _, e := range r.Evidence {
		r.names[e.ID] = e.Name
	}
	for _, f := range r.findings.Findings {
		if f.Status == "failed" {
			t.Errorf("%s failed: %s", f.Analysis, f.Reason)
		}
	}
	return r
}

// places are the records that origins name.
func (r *estateReport) places(t *testing.T, origins []string) []place {
	t.Helper()
	places := make([]place, len(origins))
	for i, text := range origins {
		o, err := timeline.ParseOrigin(text)
		if err != nil {
			t.Fatal(err)
		}
		places[i] = place{r.names[timeline.EvidenceID(o.Evidence)], int(o.Record) - 1}
	}
	return places
}

// writeEstate writes an estate's exports into a folder.
func writeEstate(t *testing.T, e *estate.Estate) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range e.Files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A sharedCase is a simulated case of the reference data.
type sharedCase struct {
	name, evidence string
	truth          *estate.Truth
}

// sharedCases are the simulated cases; none where the data is absent.
func sharedCases(t *testing.T) []sharedCase {
	t.Helper()
	root := filepath.Join("..", "..", "..", "shared", "data", "simulated")
	paths, err := filepath.Glob(filepath.Join(root, "*", "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []sharedCase
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		truth := &estate.Truth{}
		if err := json.Unmarshal(text, truth); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Dir(path)
		cases = append(cases, sharedCase{filepath.Base(dir), filepath.Join(dir, "evidence"), truth})
	}
	return cases
}

// at reads a moment of the findings; the zero time if it can't be told.
func at(text string) time.Time {
	when, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return when
}

// refPlaces are the records that the truth cites.
func refPlaces(refs []estate.Ref) []place {
	var places []place
	for _, r := range refs {
		switch n := r[1].(type) {
		case int:
			places = append(places, place{r[0].(string), n})
		case float64: // read from JSON
			places = append(places, place{r[0].(string), int(n)})
		}
	}
	return places
}

// sameMailbox compares addresses as mailboxes.
func sameMailbox(a, b string) bool { return strings.EqualFold(a, b) }

// anyOf reports whether a and b share an element.
func anyOf[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}
