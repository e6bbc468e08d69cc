package cite

import (
	"fmt"
	"strings"

	"becforensics/timeline/analysis"
)

// A Reason is something that speaks against a message, with its points.
type Reason struct {
	Points int
	Text   string
}

// A Score holds the reasons that speak against a message.
type Score []Reason

// Add notes a reason if it is there, with the points given for it.
func (s *Score) Add(there bool, given *analysis.Point, text string) {
	if there {
		*s = append(*s, Reason{given.Int(), text})
	}
}

// Points is the sum of the reasons' points.
func (s Score) Points() int {
	n := 0
	for _, one := range s {
		n += one.Points
	}
	return n
}

// String lists the reasons, each with its points.
func (s Score) String() string {
	words := make([]string, len(s))
	for i, one := range s {
		words[i] = fmt.Sprintf("%s (%d)", one.Text, one.Points)
	}
	return strings.Join(words, "; ")
}

// Also adds a reason that has no points.
func Also(reasons, more string) string {
	if reasons == "" {
		return more
	}
	return reasons + "; " + more
}

// Bands are the points from which a score is low, medium and high.
type Bands struct{ Low, Medium, High *analysis.Threshold }

// Thresholds are the three of them, for whoever declares them.
func (b Bands) Thresholds() []*analysis.Threshold {
	return []*analysis.Threshold{b.Low, b.Medium, b.High}
}

// Of are the bands with the values of a run.
func (b Bands) Of(p *analysis.Pass) Scale {
	return Scale{p.Threshold(b.Low), p.Threshold(b.Medium), p.Threshold(b.High)}
}

// A Scale weighs scores by the bands of one run.
type Scale struct{ Low, Medium, High float64 }

// Severity is that of a score with these points; Info below the lowest band.
func (s Scale) Severity(points int) analysis.Severity {
	switch n := float64(points); {
	case n >= s.High:
		return analysis.High
	case n >= s.Medium:
		return analysis.Medium
	case n >= s.Low:
		return analysis.Low
	}
	return analysis.Info
}
