package analysis

import (
	"fmt"
	"testing"

	"becforensics/timeline"
)

// A row that the examiner held for benign stays with its severity, but counts
// no more; a confirmed one counts.
func TestBenignRowsLeaveTheCounts(t *testing.T) {
	a := analyzer("found", func(*Pass) (*Finding, error) {
		f := &Finding{Summary: "3 rows suspicious."}
		for i, user := range []string{"anna", "ben", "carl"} {
			f.Rows = append(f.Rows, Row{User: user, Severity: Severity(3 - i), Origins: []timeline.Origin{{Evidence: 1, Record: uint32(i + 1)}}})
		}
		return f, nil
	})
	run := func(s *Settings) *Finding {
		c, err := Run([]*Analyzer{a}, []*Analyzer{a}, Inputs{Settings: s})
		if err != nil {
			t.Fatal(err)
		}
		return c.Results[0].Finding
	}
	plain := run(nil)
	f := run(&Settings{Review: []Review{{Row: plain.Rows[0].ID, State: Benign, Note: "a hotel"}, {Row: plain.Rows[1].ID, State: Confirmed}}})
	n, worst := f.Suspicious()
	got := fmt.Sprintf("%d %s %s %s|%s %s %v|%s", n, worst, f.Rows[0].Severity, f.Rows[0].Review.Note, f.Rows[1].Severity, f.Rows[1].Review.State, f.Rows[2].Review, f.Summary)
	if want := "2 medium high a hotel|medium confirmed <nil>|3 rows suspicious. The examiner held 1 suspicious row for benign: 2 count."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// An id that nothing has is likely a slip if it differs in a letter or two,
// and else of a row that is no longer found.
func TestLostReviews(t *testing.T) {
	s := &Settings{Review: []Review{{Row: "foreign-logon-66d8095ee99ae910"}, {Row: "foreign-logon-66d8095ee99ea910"}, {Row: "foreign-logon-0123456789abcdef"}}}
	got := fmt.Sprint(s.LostReviews([]string{"foreign-logon-66d8095ee99ae910", "foreign-logon-b932bcf031912ede"}))
	if want := "[{foreign-logon-66d8095ee99ea910 foreign-logon-66d8095ee99ae910} {foreign-logon-0123456789abcdef }]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
