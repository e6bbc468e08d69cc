package activities_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/activities"
	"becforensics/ingest/ingesttest"
	"becforensics/timeline"
)

// truth is what the simulated case says of itself.
type truth struct {
	Files []struct {
		Path, Family, Mailbox, First, Last string
		Records, Unique                    int
	}
	Stack struct {
		Activities map[string]map[string]struct{ Events int }
	} `json:"client_stack"`
	Searches []struct {
		Query string
		Refs  [][2]any
	}
	Accessed map[string][]struct {
		Message string   `json:"imid"`
		Items   []string `json:"item_ids"`
	} `json:"messages_accessed"`
}

// TestSimulatedCase reads a case of twelve mailboxes and finds its facts.
func TestSimulatedCase(t *testing.T) {
	dir := ingesttest.Shared(t, "data", "simulated", "phish-imap")
	text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want truth
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, f := range want.Files {
		if f.Family != "activities" {
			continue
		}
		read++
		data, err := os.ReadFile(filepath.Join(dir, "evidence", filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		tl, got := ingesttest.Read(t, activities.Source, f.Path, data, &ingest.Options{})
		first, last := timeline.FormatTime(got.First), timeline.FormatTime(got.Last)
		if !strings.EqualFold(got.Mailbox, f.Mailbox) || got.Records != f.Records || got.Events != f.Unique || digits7(first) != f.First || digits7(last) != f.Last {
			t.Errorf("%s: mailbox %s, %d records, %d events, %s to %s; want %+v", f.Path, got.Mailbox, got.Records, got.Events, first, last, f)
		}
		stack := map[string]int{}
		byRecord := map[uint32]int{}
		for row := range tl.Len() {
			stack[tl.Text(timeline.ColClientRaw, row)]++
			byRecord[tl.Origin(row).Record] = row
		}
		for client, n := range want.Stack.Activities[strings.ToLower(f.Mailbox)] {
			if stack[client] != n.Events {
				t.Errorf("%s: %d activities of %s, want %d", f.Path, stack[client], client, n.Events)
			}
		}
		for _, s := range want.Searches {
			for _, ref := range s.Refs {
				if ref[0] != f.Path {
					continue
				}
				row := byRecord[1+uint32(ref[1].(float64))] // the truth counts from 0
				if q := tl.Text(timeline.ColQuery, row); q != s.Query {
					t.Errorf("%s: searched for %q, want %q", tl.Origin(row), q, s.Query)
				}
			}
		}
		for _, m := range want.Accessed[f.Mailbox] {
			checkMessage(t, tl, m.Message, m.Items)
		}
	}
	if read != 12 {
		t.Errorf("%d files of activities, want 12", read)
	}
}

// checkMessage holds that whatever was done with a message's items is joined
// to the message.
func checkMessage(t *testing.T, tl *timeline.Timeline, message string, items []string) {
	t.Helper()
	for _, item := range items {
		code, ok := tl.Find(timeline.ColItemID, item)
		if !ok {
			t.Errorf("no activity on item %s of %s", item, message)
			continue
		}
		for row := range tl.Len() {
			if tl.Code(timeline.ColItemID, row) == code && tl.Text(timeline.ColMessageID, row) != message {
				t.Errorf("%s is on message %q, want %q", tl.Origin(row), tl.Text(timeline.ColMessageID, row), message)
			}
		}
	}
}

// digits7 writes a time with the seven digits of the simulated case.
func digits7(rfc3339 string) string {
	whole, fraction, _ := strings.Cut(strings.TrimSuffix(rfc3339, "Z"), ".")
	return whole + "." + (fraction + "0000000")[:7] + "Z"
}
