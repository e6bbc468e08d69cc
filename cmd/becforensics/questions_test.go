package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline"
	"becforensics/timeline/analysis/analysistest/estate"
)

// An answeredReport is what a report says to the questions.
type answeredReport struct {
	Actors    []reportedActor
	Questions []struct {
		Number                    int
		Account, Question, Answer string
		State, Confidence         string
		Needs, Origins            []string
		Claims                    []struct{ Text string }
	}
	Requests []struct{ Account, Export, Text string }
}

func questionsOf(t *testing.T, args ...string) answeredReport {
	t.Helper()
	out := filepath.Join(t.TempDir(), "findings.json")
	if _, stderr, code := command(t, append([]string{"analyze", "--json", out}, args...)...); code != exitDone && code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var r answeredReport
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// scenario is a made-up tenant's folder.
func scenarioFolder(t *testing.T, name string, o estate.Options) string {
	t.Helper()
	i := slices.IndexFunc(estate.Scenarios, func(s *estate.Scenario) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no scenario is named %q", name)
	}
	return writeEstate(t, estate.Scenarios[i].Make(o))
}

// Every question is put to the case and to each account that an actor used,
// and each answer is what its state says: an open one states nothing and says
// what would answer it, an answered one needs nothing.
func TestEveryQuestionIsPut(t *testing.T) {
	for _, name := range []string{"forward-fraud", "device-code", "clean-2025"} {
		t.Run(name, func(t *testing.T) {
			r := questionsOf(t, scenarioFolder(t, name, estate.Options{Seed: 1}))
			byAccount := map[string][]int{}
			for _, q := range r.Questions {
				byAccount[q.Account] = append(byAccount[q.Account], q.Number)
				open := strings.HasPrefix(q.Answer, "Open: ")
				switch {
				case open != (q.State == "open"), open != (q.Confidence == ""), q.Answer == "":
					t.Errorf("%d of %q is %s: %q", q.Number, q.Account, q.State, q.Answer)
				case q.State == "answered" && len(q.Needs) > 0:
					t.Errorf("%d of %q is answered, and needs %q", q.Number, q.Account, q.Needs)
				}
				for _, need := range q.Needs {
					if strings.HasSuffix(need, " was not run") {
						t.Errorf("%d of %q needs %q, in a run of all analyses", q.Number, q.Account, need)
					}
				}
				for _, text := range q.Origins {
					if _, err := timeline.ParseOrigin(text); err != nil {
						t.Error(err)
					}
				}
			}
			want := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22}
			for account, numbers := range byAccount {
				if !slices.Equal(numbers, want) {
					t.Errorf("questions %d are put to %q", numbers, account)
				}
			}
			for _, a := range r.Actors {
				if a.Band != "listed" && byAccount[a.User] == nil {
					t.Errorf("no question is put to %s, whom %s used", a.User, a.ID)
				}
			}
			if byAccount[""] == nil {
				t.Error("no question is put to the case")
			}
		})
	}
}

// What was not collected answers nothing: without the audit log no question
// that turns on it is answered, and the log is asked for.
func TestMissingLogLeavesQuestionsOpen(t *testing.T) {
	r := questionsOf(t, scenarioFolder(t, "relayed-sign-in", estate.Options{Seed: 1, Without: []string{"ual"}}))
	asked := false
	for _, request := range r.Requests {
		asked = asked || request.Export == "auditlog"
	}
	if !asked {
		t.Error("the audit log is not asked for")
	}
	for _, q := range r.Questions {
		if turns := []int{7, 8, 9, 10, 12, 13}; slices.Contains(turns, q.Number) && q.State == "answered" {
			t.Errorf("%d of %q is answered without an audit log: %q", q.Number, q.Account, q.Answer)
		}
	}
}
