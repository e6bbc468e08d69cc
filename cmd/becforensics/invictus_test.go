package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The facts of the Invictus export were counted by its users independently of
// this program.

func TestInvictus(t *testing.T) {
	f := analyze(t, shared(t, "data", "invictus-o365_dataset", "dev", "ual.csv"))
	e := f.Evidence[0]
	if e.Records != 5201 || e.Events != 3325+3 || e.Duplicates != 5198-3325 || e.Rejects != 0 {
		t.Errorf("records %d, events %d, duplicates %d, rejects %d", e.Records, e.Events, e.Duplicates, e.Rejects)
	}
	if *e.First != "2021-03-23T15:45:38Z" || *e.Last != "2021-06-13T11:12:08Z" {
		t.Errorf("span %s to %s", *e.First, *e.Last)
	}
	t.Run("password attack", func(t *testing.T) {
		one := false
		for _, r := range f.of(t, "password-attack").accusing() {
			one = one || strings.Contains(strings.Join(r.IPs, " "), "178.85.138.132") && len(r.Origins) >= 80
		}
		if !one {
			t.Error("the 80 failures from 178.85.138.132 are not reported")
		}
	})
	t.Run("mail access", func(t *testing.T) {
		got := f.of(t, "mail-access")
		const want = "199 records of mail access: 176 bind, 23 sync, 0 throttled. 212 distinct messages, 58 of them outside service traffic."
		if got.Summary != want {
			t.Errorf("summary %q, want %q", got.Summary, want)
		}
		records := map[string]int{}
		for _, r := range got.Rows {
			n, err := strconv.Atoi(r.Cells["Records"])
			if err != nil {
				t.Fatal(err)
			}
			records[strings.ToLower(r.Mailbox)] += n
		}
		if len(records) != 11 {
			t.Errorf("%d mailboxes, want 11", len(records))
		}
		for user, want := range map[string]int{"a.thulile": 61, "joey": 71, "jonis": 27, "gradya": 21} {
			if n := records[user+"@dutchmasterz.onmicrosoft.com"]; n != want {
				t.Errorf("%s: %d records, want %d", user, n, want)
			}
		}
	})
	t.Run("rules", func(t *testing.T) {
		rules := map[string]string{}
		for _, r := range f.of(t, "hiding-rule").accusing() {
			rules[r.Cells["Rule"]] = strings.Join([]string{*r.First, r.User, strings.Join(r.IPs, " ")}, " ")
		}
		same(t, rules, map[string]string{
			".":                            "2021-04-16T12:07:14Z A.Thulile@dutchmasterz.onmicrosoft.com 62.149.20.10",
			"Move meetings to junk folder": "2021-04-16T12:33:49Z GradyA@dutchmasterz.onmicrosoft.com 34.99.77.38",
		})
	})
	t.Run("delegations", func(t *testing.T) {
		granted := map[string]string{}
		for _, r := range f.of(t, "mailbox-delegation").accusing() {
			if r.Cells["Rights"] == "FullAccess" {
				granted[*r.First] = r.User + " gave " + filepath.Base(r.Cells["On"]) + " to " + filepath.Base(r.Cells["To"])
			}
		}
		const by = "A.Thulile@dutchmasterz.onmicrosoft.com gave "
		same(t, granted, map[string]string{
			"2021-04-16T12:09:51Z": by + "HenriettaM to A.Thulile",
			"2021-04-16T12:13:13Z": by + "AdeleV to ITCornpany",
			"2021-04-16T12:13:39Z": by + "A.Thulile to ITCornpany",
			"2021-04-16T12:14:01Z": by + "HenriettaM to ITCornpany",
		})
	})
	t.Run("consents", func(t *testing.T) {
		apps := map[string]int{}
		for _, r := range f.of(t, "app-consent").Rows {
			apps[r.Cells["Application"]]++
		}
		same(t, apps, map[string]int{"rnicrosoft_office": 2, "rnicrosoft": 1, "Email Security Solution": 1})
	})
}

// TestInvictusStacks counts the values of columns by the stack command.
func TestInvictusStacks(t *testing.T) {
	ual := shared(t, "data", "invictus-o365_dataset", "dev", "ual.csv")
	if users := stack(t, "user", ual); len(users) != 36-1 { // one is stated by name and by id
		t.Errorf("%d users, want %d", len(users), 36-1)
	}
	addresses := stack(t, "ip", ual)
	delete(addresses, "(none)")
	if len(addresses) != 159+1 { // a verdict on mail names the sending server
		t.Errorf("%d addresses, want 160", len(addresses))
	}
	operations := stack(t, "operation", ual)
	// Rows without AuditData are kept; one is the only "Add user." on record.
	if delete(operations, "Add user."); len(operations) != 95 {
		t.Errorf("%d operations, want 95 and Add user.", len(operations))
	}
	for operation, want := range map[string]int{"MailItemsAccessed": 199, "UserLoggedIn": 183, "UserLoginFailed": 98} {
		if operations[operation] != want {
			t.Errorf("%d events %s, want %d", operations[operation], operation, want)
		}
	}
}

// TestInvictusMessages counts the messages that the timeline lists.
func TestInvictusMessages(t *testing.T) {
	out := filepath.Join(t.TempDir(), "access.jsonl")
	if _, stderr, code := command(t, "timeline", "-o", out, "--type", "MailItemsAccessed", shared(t, "data", "invictus-o365_dataset", "dev", "ual.csv")); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, of := map[string]bool{}, map[string]map[string]bool{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct{ Mailbox, Messages string }
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			t.Fatal(err)
		}
		if event.Messages == "" {
			continue
		}
		var messages []struct {
			MessageID string `json:"message_id"`
		}
		if err := json.Unmarshal([]byte(event.Messages), &messages); err != nil {
			t.Fatal(err)
		}
		mailbox, _, _ := strings.Cut(strings.ToLower(event.Mailbox), "@")
		if of[mailbox] == nil {
			of[mailbox] = map[string]bool{}
		}
		for _, m := range messages {
			if m.MessageID != "" {
				all[m.MessageID], of[mailbox][m.MessageID] = true, true
			}
		}
	}
	if len(all) != 212 {
		t.Errorf("%d distinct messages, want 212", len(all))
	}
	for mailbox, want := range map[string]int{"a.thulile": 70, "joey": 75, "jonis": 29, "gradya": 41} {
		if len(of[mailbox]) != want {
			t.Errorf("%s: %d distinct messages, want %d", mailbox, len(of[mailbox]), want)
		}
	}
}

// TestInvictusInOtherShapes reads the same records as lines of JSON, and a
// part of them with the columns of another tool.
func TestInvictusInOtherShapes(t *testing.T) {
	lines := inspect(t, shared(t, "data", "invictus-o365_dataset", "dev", "auditdata.jsonl"))[0]
	if lines.Records != 5198 || lines.Events != 3325 || lines.Duplicates != 5198-3325 || lines.Rejects != 0 {
		t.Errorf("auditdata.jsonl: %+v", lines)
	}
	columns := shared(t, "data", "invictus-o365_dataset", "dev", "ual-splunk-columns-400rows.csv")
	part := inspect(t, columns)[0]
	if part.Records != 400 || part.Events != 400 || part.Rejects != 0 {
		t.Errorf("ual-splunk-columns-400rows.csv: %+v", part)
	}
	const want = "54 records of mail access: 31 bind, 23 sync, 0 throttled."
	if got := analyze(t, "--only", "mail-access", columns).of(t, "mail-access").Summary; !strings.HasPrefix(got, want) {
		t.Errorf("summary %q, want %q", got, want)
	}
}
