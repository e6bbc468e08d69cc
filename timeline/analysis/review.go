package analysis

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Review is what the examiner holds of a row or of an actor.
type Review struct {
	Row   string    `name:"row" role:"once"` // the id of a row or of an actor
	State string    `name:"state" check:"state"`
	By    string    `name:"by"`
	At    time.Time `name:"at"`
	Note  string    `name:"note"`
}

// States of a review.
const (
	Confirmed = "confirmed"
	Benign    = "benign" // leaves the counts, and stays listed
	Open      = "open"
)

var reviewStates = []string{Confirmed, Benign, Open}

func (r *Review) check() error {
	switch {
	case r.Row == "":
		return errors.New("it names no row")
	case r.State == "":
		return errors.New("it lacks the state")
	}
	return nil
}

// Reviewed is the review of a row or an actor; nil if nobody reviewed it.
func (s *Settings) Reviewed(id string) *Review {
	if s == nil {
		return nil
	}
	for i := range s.Review {
		if s.Review[i].Row == id {
			return &s.Review[i]
		}
	}
	return nil
}

// review gives the rows of results their reviews. A summary counts rows as the
// analysis found them; what the examiner held for benign is told after it.
func (s *Settings) review(results []*Result) {
	if s == nil || len(s.Review) == 0 {
		return
	}
	for _, r := range results {
		if r.Finding == nil {
			continue
		}
		benign := 0
		for i := range r.Finding.Rows {
			row := &r.Finding.Rows[i]
			row.Review = s.Reviewed(row.ID)
			if row.Severity > Info && !row.Suspicious() {
				benign++
			}
		}
		if benign > 0 {
			left, _ := r.Finding.Suspicious()
			rows := "rows"
			if benign == 1 {
				rows = "row"
			}
			r.Finding.Summary += fmt.Sprintf(" The examiner held %d suspicious %s for benign: %d count.", benign, rows, left)
		}
	}
}

// A Lost review is of an id that nothing in this run has. Nearest is the id
// that is likely meant, empty if none is.
type Lost struct{ ID, Nearest string }

// LostReviews lists the reviews of ids that are not among those known, in the
// order of the case file.
func (s *Settings) LostReviews(known []string) []Lost {
	var lost []Lost
	for _, r := range s.Review {
		if !slices.Contains(known, r.Row) {
			lost = append(lost, Lost{r.Row, within(r.Row, known, mostMistyped)})
		}
	}
	return lost
}

// mostMistyped is how many letters of an id a slip of the hand changes. Its
// hash makes that ids differ in far more.
const mostMistyped = 3
