package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline"
)

// TestWitnessesOfSimulatedCases holds that the acts of cases whose truth is
// known are as many as happened: most logons there stand in the audit log and
// in the sign-in log, some in two exports of the former besides.
func TestWitnessesOfSimulatedCases(t *testing.T) {
	for _, name := range []string{"rule-fraud", "device-code-kit", "clean-busy", "phish-imap", "forward"} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "rule-fraud" {
				t.Skip("one case is enough for a short run")
			}
			var truth witnessTruth
			folder := shared(t, "data", "simulated", name)
			text, err := os.ReadFile(filepath.Join(folder, "truth.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &truth); err != nil {
				t.Fatal(err)
			}
			flags := evidenceFlags{Evidence: []string{filepath.Join(folder, "evidence")}}
			s, err := flags.open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer s.close()
			_, tl, r, err := s.collect(t.Context(), &terminal{})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.wait(); err != nil {
				t.Fatal(err)
			}
			truth.logons(t, tl)
			truth.messages(t, tl)
		})
	}
}

// A witnessTruth is what the truth of a case says of its acts.
type witnessTruth struct {
	Totals map[string]struct{ Unique int }
	// LogonCountries counts successful logons by source, user and country.
	LogonCountries map[string]map[string]map[string]int `json:"logon_countries"`
	FraudMessages  []struct {
		MessageID string `json:"imid"`
	} `json:"fraud_messages"`
}

var logonOperations = []string{"UserLoggedIn", "UserLoginFailed", "Sign-in"}

// logons compares the acts of logging on: in these cases every audit record has
// its sign-in.
func (w *witnessTruth) logons(t *testing.T, tl *timeline.Timeline) {
	t.Helper()
	acts, users := 0, map[string]int{}
	for row := range tl.Len() {
		if !tl.IsAct(row) || !slices.Contains(logonOperations, tl.Text(timeline.ColOperation, row)) {
			continue
		}
		acts++
		a := tl.Act(row)
		for _, witness := range a.Rows {
			if tl.Folded(timeline.ColUser, witness) != tl.Folded(timeline.ColUser, row) {
				t.Errorf("%s and %s are one act of two users", tl.Origin(row), tl.Origin(witness))
			}
		}
		if a.Outcome == timeline.Success {
			users[strings.ToLower(tl.Text(timeline.ColUser, row))]++
		}
	}
	if want := w.Totals["signins"].Unique; acts != want {
		t.Errorf("%d logons in audit log and sign-in log, truly %d", acts, want)
	}
	for user, countries := range w.LogonCountries["signins"] {
		want := 0
		for _, n := range countries {
			want += n
		}
		if got := users[strings.ToLower(user)]; got != want {
			t.Errorf("%d successful logons of %s, truly %d", got, user, want)
		}
	}
}

// messages holds that a fraud message is sent once, whatever tells of it, and
// received once in each mailbox.
func (w *witnessTruth) messages(t *testing.T, tl *timeline.Timeline) {
	t.Helper()
	for _, m := range w.FraudMessages {
		sent, delivered, acts, boxes := 0, 0, 0, map[string]bool{}
		for row := range tl.Len() {
			if !strings.EqualFold(tl.Text(timeline.ColMessageID, row), m.MessageID) {
				continue
			}
			switch tl.Text(timeline.ColOperation, row) {
			case "Send", "MessageSent":
				sent++
			case "MessageDelivered":
				delivered++
				boxes[strings.ToLower(tl.Text(timeline.ColMailbox, row))] = true
			case "MessageTrace":
				boxes[strings.ToLower(tl.Text(timeline.ColRecipients, row))] = true
			default:
				continue
			}
			if tl.IsAct(row) {
				acts++
			}
		}
		// The trace of what a mailbox sent is with its sending.
		want := len(boxes)
		if sent > 0 {
			want = 1 + delivered
		}
		if acts != want {
			t.Errorf("%s: %d acts, want %d; %d records of its sending, %d mailboxes", m.MessageID, acts, want, sent, len(boxes))
		}
	}
}
