package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// reviewColumn stands on sheets with a reviewed row.
var reviewColumn = Column{Name: "Review", Doc: "What the examiner holds of the row. One held for benign leaves the counts, and stays here.", Width: 30, Wrap: true}

// idColumn is what a case file names a row by.
var idColumn = Column{Name: "Row id", Doc: "The same in another run: a review in the case file names it.", Width: 44, Screen: true}

// reviewable reports whether a finding has rows that a review would take out of
// the counts, or has.
func reviewable(f *analysis.Finding) bool {
	return slices.ContainsFunc(f.Rows, func(r analysis.Row) bool { return r.Severity > analysis.Info })
}

// reviewed reports whether the examiner reviewed any row of a finding.
func reviewed(f *analysis.Finding) bool {
	return slices.ContainsFunc(f.Rows, func(r analysis.Row) bool { return r.Review != nil })
}

// reviewText is a review in a line: state, by, at and note; empty without
// one.
func reviewText(r *analysis.Review) string {
	if r == nil {
		return ""
	}
	text := r.State
	if r.By != "" {
		text += " by " + r.By
	}
	if !r.At.IsZero() {
		text += " on " + day(r.At)
	}
	if r.Note != "" {
		text += ": " + r.Note
	}
	return text
}

// day is a time that people declare: a day, unless they named the hour.
func day(t time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.UTC().Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339)
}

type reviewDoc struct {
	State string  `json:"state"`
	By    string  `json:"by"`
	At    *string `json:"at"`
	Note  string  `json:"note"`
}

func reviewOf(r *analysis.Review) *reviewDoc {
	if r == nil {
		return nil
	}
	return &reviewDoc{r.State, r.By, timeText(r.At), r.Note}
}

// LostReviews are lines about the reviews of the case file whose ids no row and
// no actor has.
func LostReviews(c *Case) []string {
	if len(c.Settings.Review) == 0 {
		return nil
	}
	var known []string
	for _, who := range actor.Actors.From(c.Conclusion).Actors {
		known = append(known, who.ID)
	}
	ran := map[string]bool{}
	for _, r := range c.Results {
		if r.Finding == nil {
			continue
		}
		ran[r.Analyzer.Name] = true
		for _, row := range r.Finding.Rows {
			known = append(known, row.ID)
		}
	}
	var lines []string
	for _, l := range c.Settings.LostReviews(known) {
		line := fmt.Sprintf("review of %q: ", l.ID)
		name, isRow := rowAnalysis(l.ID)
		switch {
		case l.Nearest != "":
			line += "nothing has this id; " + l.Nearest + "?"
		case isRow && name != actorID && !ran[name]:
			line += "the analysis " + name + " did not run"
		default:
			line += "no longer found"
		}
		lines = append(lines, line)
	}
	return lines
}

// actorID begins the ids of actors, which are like those of rows.
const actorID = "actor"

var rowHash = regexp.MustCompile(`-[0-9a-f]{16}$`)

// rowAnalysis is the analysis that the id of a row names.
func rowAnalysis(id string) (string, bool) {
	hash := rowHash.FindString(id)
	return strings.TrimSuffix(id, hash), hash != ""
}

// reviewedRows are those that the examiner reviewed.
func reviewedRows(c *Case) Basis {
	var b Basis
	for _, r := range c.Results {
		if r.Finding == nil {
			continue
		}
		for i := range r.Finding.Rows {
			if row := &r.Finding.Rows[i]; row.Review != nil {
				b.Rows = append(b.Rows, row)
			}
		}
	}
	return b
}

// reviewLines say on the summary what the examiner's reviews took out of the
// counts.
func reviewLines(c *Case) []string {
	states := map[string]int{}
	for _, row := range reviewedRows(c).Rows {
		states[row.Review.State]++
	}
	var lines []string
	if len(states) > 0 {
		lines = append(lines, fmt.Sprintf("The examiner reviewed rows: %d confirmed, %d benign, %d open. Benign ones are in no count of suspicious rows; they stand on their sheets with who reviewed them and why.",
			states[analysis.Confirmed], states[analysis.Benign], states[analysis.Open]))
	}
	return lines
}

// lostReviewLines say on the summary which reviews are about nothing here.
func lostReviewLines(c *Case) []string {
	var lines []string
	for _, line := range LostReviews(c) {
		lines = append(lines, strings.ToUpper(line[:1])+line[1:]+".")
	}
	return lines
}
