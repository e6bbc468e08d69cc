package bec

import (
	"becforensics/timeline/analysis"
)

// attributedTo raises a row for an act of a suspicious actor, and says so.
func attributedTo(acts *attribution, row int, r *analysis.Row, why *[]string) {
	a, basis := acts.at(row)
	if a == nil {
		return
	}
	r.Severity = max(r.Severity, raised(a, min(r.Severity+1, analysis.Critical)))
	r.Confidence = confidence(basis)
	*why = append(*why, attributed(a, basis))
}
