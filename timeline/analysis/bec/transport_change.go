package bec

import (
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var transportChange = &analysis.Analyzer{
	Name:       "transport-change",
	Title:      "Transport changes",
	Doc:        explain("transport-change"),
	Columns:    change.WatchedColumns,
	Key:        []string{analysis.KeyUser, "Kind", "Operation", "Target"},
	Needs:      []analysis.Need{analysis.Signs, change.Watched, mail.Tenant, actor.Actors, actor.Routines},
	Points:     []*analysis.Point{change.SameActMinutes},
	Version:    5,
	Techniques: []string{"T1114.003", "T1564.008"},
	References: []string{"elastic/detection-rules ff4dd44a, 684554fc"},
	Settings:   []string{"accepted_domains", "sister_domains", "thresholds"},
	Family:     "hide",
	Run:        runTransportChange,
	Acts:       runTransportChange,
}

// judgeTransport weighs what a change of transport does.
func judgeTransport(p *analysis.Pass, h *change.Hit, own map[string]bool, targets []string) {
	r := h.Row
	if marksOnly(p, h.Changes) {
		r.Severity = analysis.Info
		r.Reasons = append(r.Reasons, "it only adds to what is read: consistent with a disclaimer or a warning of mail from outside")
	}
	for _, target := range change.ForwardTargets(h.Changes, targets) {
		if mail.External(own, target) {
			r.Severity = max(r.Severity, analysis.High)
			r.Reasons = append(r.Reasons, "sends mail to the external address "+target)
		}
	}
	if name := change.ValueOf(h.Changes, "Name"); name != "" && !change.HasWord(name) {
		r.Severity = max(r.Severity, analysis.High)
		r.Reasons = append(r.Reasons, "its name has no letter or digit")
	}
}

// marksOnly reports whether all that a transport rule does by the table of its
// parameters is to mark messages for their readers.
func marksOnly(p *analysis.Pass, changes []change.Property) bool {
	marks := false
	for _, c := range changes {
		row, ok := p.Reference.Table(reference.TransportParams).Find(c.Name)
		if !ok || change.IsBlank(c.New) || strings.EqualFold(c.New, "false") {
			continue
		}
		if row.Get("role") != "marks" {
			return false
		}
		marks = true
	}
	return marks
}

func runTransportChange(p *analysis.Pass) (*analysis.Finding, error) {
	own := mail.Tenant.Of(p)
	targets := change.TransportTargets(p)
	set := change.FindWatched(p, "transport-change")
	for i := range set.Hits {
		h := &set.Hits[i]
		if !h.Failed {
			judgeTransport(p, h, own, targets)
		}
		actor.WeighHit(p, h)
	}
	return set.Finding(actor.AttributionNotes(p)), nil
}
