package bec

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var externalSharing = &analysis.Analyzer{
	Name:  "external-sharing",
	Title: "External sharing",
	Doc:   explain("external-sharing"),
	Columns: []analysis.Column{
		{Name: "Operation", Doc: "the source's word for the operation", Kind: analysis.Text},
		{Name: "File", Doc: "what was shared", Kind: analysis.Text},
		{Name: "With", Doc: "with whom, as the record says", Kind: analysis.Text},
		{Name: "Why", Doc: "what raised or lowered the severity, and how it was attributed", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Operation", "File", "With"},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, mail.Tenant, actor.Actors, actor.Routines},
	Version:    3,
	Techniques: []string{"T1567.002"},
	References: []string{"Microsoft Learn, sharing auditing in the audit log"},
	Settings:   []string{"accepted_domains", "sister_domains"},
	Acts:       runExternalSharing,
}

func runExternalSharing(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	acts := actor.Actors.Of(p)
	own := mail.Tenant.Of(p)
	f := &analysis.Finding{}
	total := 0
	for row := range analysis.RowsOf(p, analysis.ClassShare) {
		if t.Has(row, timeline.Service) {
			continue
		}
		total++
		with := t.Text(timeline.ColRecipients, row)
		anybody := strings.Contains(strings.ToLower(t.Text(timeline.ColOperation, row)), "anonymous")
		who, basis := acts.At(row)
		outside := slices.ContainsFunc(mail.ListParts(with), func(name string) bool { return mail.External(own, strings.TrimSpace(name)) })
		if who == nil && !anybody && !outside {
			continue
		}
		r := cite.Citing(t, []int{row})
		r.Severity, r.Confidence = analysis.Info, analysis.Firm
		failed := t.Outcome(row) == timeline.Failure
		switch {
		case who != nil:
			r.Confidence = actor.Confidence(basis)
			r.Reasons = append(r.Reasons, actor.Attributed(who, basis))
			if !failed {
				r.Severity = actor.Raised(who, analysis.High)
			}
		case outside && !failed:
			r.Severity = analysis.Low
			actor.Weigh(p, row, &r, &actor.Usual)
		}
		if failed {
			r.Reasons = append(r.Reasons, "the operation failed")
		}
		if anybody && with == "" {
			with = "anybody with the link"
		}
		r.Cells = cite.Cells(t.Text(timeline.ColOperation, row), t.Text(timeline.ColTarget, row), with, strings.Join(r.Reasons, "; "))
		f.Rows = append(f.Rows, r)
	}
	if total == 0 {
		return nil, analysis.Skip("no record of sharing files: the export holds none, which does not mean that nothing was shared")
	}
	cite.ByTime(f.Rows)
	f.Notes = actor.AttributionNotes(p)
	f.Summary = fmt.Sprintf("%s of sharing on record, %d with the outside, with anybody, or by a suspicious actor.", cite.Counted(total, "operation"), len(f.Rows))
	return f, nil
}
