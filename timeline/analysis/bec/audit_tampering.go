package bec

import (
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
)

var auditTampering = &analysis.Analyzer{
	Name:       "audit-tampering",
	Title:      "Audit tampering",
	Doc:        explain("audit-tampering"),
	Columns:    change.WatchedColumns,
	Key:        []string{analysis.KeyUser, "Kind", "Operation", "Target"},
	Needs:      []analysis.Need{analysis.Signs, change.Watched, actor.Actors, actor.Routines},
	Points:     []*analysis.Point{change.SameActMinutes},
	Version:    5,
	Techniques: []string{"T1562.008"},
	References: []string{"elastic/detection-rules 675239ea", "SigmaHQ/sigma", "blueteam0ps/det-eng-samples"},
	Settings:   []string{"thresholds"},
	Family:     "blind",
	Run:        runAuditTampering,
	Acts:       runAuditTampering,
}

func runAuditTampering(p *analysis.Pass) (*analysis.Finding, error) {
	set := change.FindWatched(p, "audit-tampering")
	for i := range set.Hits {
		actor.WeighHit(p, &set.Hits[i])
	}
	return set.Finding(actor.AttributionNotes(p)), nil
}
