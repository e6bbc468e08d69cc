package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// truth is what really happened in a simulated case.
type truth struct {
	HostileRecords []struct {
		File    string
		Ordinal int
		Role    string
		Kind    string
		Dup     bool
	} `json:"hostile_records"`
	BenignConfounders []struct {
		Name  string
		Users []string
		IPs   []string `json:"ips"`
	} `json:"benign_confounders"`
	Users []struct {
		UPN string `json:"upn"`
	} `json:"users"`
	MessagesAccessed map[string][]struct {
		IMID string `json:"imid"`
	} `json:"messages_accessed"`
	Autosync       []struct{ Mailbox string }
	ClientStack    map[string]map[string]map[string]struct{ Events, Days int } `json:"client_stack"`
	LogonCountries map[string]map[string]map[string]int                        `json:"logon_countries"`
	Files          []struct {
		Path                        string
		Records, Unique, Duplicates int
	}
}

func readTruth(t *testing.T, dir string) truth {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var tr truth
	if err := json.Unmarshal(text, &tr); err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestSimulatedIntruder(t *testing.T) {
	dir := shared(t, "data", "simulated", "phish-imap")
	tr := readTruth(t, dir)
	f := analyze(t, filepath.Join(dir, "evidence"))
	cited := f.accused(t)
	hostile := map[string]map[int]bool{}
	missed, acts := 0, 0
	for _, h := range tr.HostileRecords {
		if hostile[h.File] == nil {
			hostile[h.File] = map[int]bool{}
		}
		hostile[h.File][h.Ordinal] = true
		if h.Role != "actor" || !strings.HasPrefix(h.File, "Activities/") {
			continue
		}
		acts++
		if len(cited[h.File][h.Ordinal]) == 0 {
			missed++
			t.Errorf("hostile %s record %d of %s is under no accusing row", h.Kind, h.Ordinal, h.File)
		}
	}
	if acts != 167 {
		t.Errorf("%d hostile acts in the truth, want 167", acts)
	}
	for file, records := range cited {
		if !strings.HasPrefix(file, "Activities/") {
			continue
		}
		for n, by := range records {
			if !hostile[file][n] {
				t.Errorf("innocent record %d of %s is accused by %v", n, file, by)
			}
		}
	}
	for _, e := range f.Evidence {
		for _, want := range tr.Files {
			if want.Path == e.Name && e.Source == "activities" && (e.Records != want.Records || e.Duplicates != want.Duplicates) {
				t.Errorf("%s: %d records, %d duplicates; want %d, %d", e.Name, e.Records, e.Duplicates, want.Records, want.Duplicates)
			}
		}
	}
}

// TestSimulatedRules finds the acts of an intruder who hides mail by a rule
// and answers from a domain that looks like the customer's.
func TestSimulatedRules(t *testing.T) {
	dir := shared(t, "data", "simulated", "rule-fraud")
	tr := readTruth(t, dir)
	cited := analyze(t, filepath.Join(dir, "evidence")).accused(t)
	hostile := map[string]map[int]bool{}
	acts := 0
	for _, h := range tr.HostileRecords {
		if hostile[h.File] == nil {
			hostile[h.File] = map[int]bool{}
		}
		hostile[h.File][h.Ordinal] = true
		if h.Role != "actor" || h.Dup {
			continue
		}
		acts++
		if len(cited[h.File][h.Ordinal]) == 0 {
			t.Errorf("hostile %s record %d of %s is under no accusing row", h.Kind, h.Ordinal, h.File)
		}
	}
	if acts != 24 {
		t.Errorf("%d hostile acts in the truth, want 24", acts)
	}
	innocent := map[string]string{}
	for file, records := range cited {
		for n, by := range records {
			if !hostile[file][n] {
				innocent[file+" "+strconv.Itoa(n)] = strings.Join(by, " ")
			}
		}
	}
	same(t, innocent, map[string]string{})
}

// TestSimulatedStacks compares the stacks with what was planted: the clients
// of each mailbox or user with their days, and the countries of logons.
func TestSimulatedStacks(t *testing.T) {
	kinds := map[string]string{"activities": "activities", "ual": "auditlog", "signins": "signin"}
	for _, name := range []string{"phish-imap", "rule-fraud"} {
		t.Run(name, func(t *testing.T) {
			dir := shared(t, "data", "simulated", name)
			tr := readTruth(t, dir)
			rows := analyze(t, "--only", "stacks", filepath.Join(dir, "evidence")).of(t, "stacks").Rows
			for kind, users := range tr.ClientStack {
				of := "client of mailbox"
				if kind == "signins" {
					of = "client of user"
				}
				want, got := map[string]string{}, map[string]string{}
				for user, clients := range users {
					for client, n := range clients {
						want[user+" "+client] = fmt.Sprintf("%d events, %d days", n.Events, n.Days)
					}
				}
				for _, r := range rows {
					if c := r.Cells; c["Stack"] == of && c["Source"] == kinds[kind] {
						got[strings.ToLower(c["Of"])+" "+c["Value"]] = c["Events"] + " events, " + c["Days"] + " days"
					}
				}
				t.Run("clients "+kind, func(t *testing.T) { same(t, got, want) })
			}
			for kind, users := range tr.LogonCountries {
				want, got := map[string]string{}, map[string]string{}
				for user, countries := range users {
					for country, n := range countries {
						want[strings.ToLower(user)+" "+country] = strconv.Itoa(n)
					}
				}
				for _, r := range rows {
					if c := r.Cells; c["Stack"] == "country of successful logons" && c["Source"] == kinds[kind] {
						got[strings.ToLower(c["Of"])+" "+c["Value"]] = c["Events"]
					}
				}
				t.Run("countries "+kind, func(t *testing.T) { same(t, got, want) })
			}
		})
	}
}

// TestSimulatedExposure compares the messages that are proved exposed with those
// that the intruder opened, and the verdicts with the mailboxes that were copied;
// where nobody intruded, nothing is exposed and nobody is warned.
func TestSimulatedExposure(t *testing.T) {
	for _, name := range []string{"phish-imap", "rule-fraud", "forward", "device-code-kit", "clean-busy"} {
		t.Run(name, func(t *testing.T) {
			dir := shared(t, "data", "simulated", name)
			tr := readTruth(t, dir)
			out := filepath.Join(t.TempDir(), "findings.json")
			if _, stderr, code := command(t, "analyze", "--json", out, filepath.Join(dir, "evidence")); code != exitDone && code != exitPartial {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			text, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			var f struct {
				Exposure  []struct{ Mailbox, Message, Certainty string }
				Mailboxes []struct{ Mailbox, Verdict string }
				ToWarn    []struct{ Address string } `json:"to_warn"`
			}
			if err := json.Unmarshal(text, &f); err != nil {
				t.Fatal(err)
			}
			want, got := map[string]string{}, map[string]string{}
			for mailbox, messages := range tr.MessagesAccessed {
				for _, m := range messages {
					want[strings.ToLower(mailbox+" "+m.IMID)] = "proved"
				}
			}
			for _, e := range f.Exposure {
				if e.Certainty == "proved" {
					got[strings.ToLower(e.Mailbox+" "+e.Message)] = e.Certainty
				}
			}
			same(t, got, want)
			verdicts, wanted := map[string]string{}, map[string]string{}
			for mailbox := range tr.MessagesAccessed {
				wanted[strings.ToLower(mailbox)] = "listed"
			}
			for _, c := range tr.Autosync {
				wanted[strings.ToLower(c.Mailbox)] = "all presumed"
			}
			for _, m := range f.Mailboxes {
				verdicts[strings.ToLower(m.Mailbox)] = m.Verdict
			}
			same(t, verdicts, wanted)
			if name == "clean-busy" && len(f.ToWarn) > 0 {
				t.Errorf("people are to be warned of nobody: %v", f.ToWarn)
			}
		})
	}
}
