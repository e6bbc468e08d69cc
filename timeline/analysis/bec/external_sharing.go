package bec

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
		{Name: "Operation", Doc: "the source's words for the operations", Kind: analysis.Text},
		{Name: "File", Doc: "what was shared", Kind: analysis.Text},
		{Name: "With", Doc: "with whom, as the record says", Kind: analysis.Text},
		{Name: "Why", Doc: "what raised or lowered the severity, and how it was attributed", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Operation", "File", "With"},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, mail.Tenant, actor.Actors, actor.Routines},
	Points:     []*analysis.Point{oneShare},
	Version:    4,
	Techniques: []string{"T1567.002"},
	References: []string{"Microsoft Learn, sharing auditing in the audit log"},
	Settings:   []string{"accepted_domains", "sister_domains"},
	Acts:       runExternalSharing,
}

// oneShare is within which time SharePoint writes the records of one share: the
// invitation, the link, who was added to it, the right that was set.
var oneShare = &analysis.Point{Name: "external-sharing.one_share_seconds", Value: 60, Doc: "seconds within which records by one user about one file are one share"}

// A shareAct is the records of one share.
type shareAct struct {
	rows       []int
	operations []string
	with       []string
	anybody    bool // with whoever has the link
	outside    bool // with somebody outside
	failed     bool
	actor      *actor.Actor
	basis      string
}

func runExternalSharing(p *analysis.Pass) (*analysis.Finding, error) {
	all := shareActs(p)
	if len(all) == 0 {
		return nil, analysis.Skip("no record of sharing files: the export holds none, which does not mean that nothing was shared")
	}
	f := &analysis.Finding{}
	for _, s := range all {
		if s.actor != nil || s.anybody || s.outside {
			f.Rows = append(f.Rows, s.row(p))
		}
	}
	cite.ByTime(f.Rows)
	f.Notes = actor.AttributionNotes(p)
	f.Summary = fmt.Sprintf("%s of files on record, %d with the outside, with anybody, or by a suspicious actor.", cite.Counted(len(all), "share"), len(f.Rows))
	return f, nil
}

// shareActs are the shares on record, in the order of their first records.
func shareActs(p *analysis.Pass) []*shareAct {
	t, acts, own := p.Timeline, actor.Actors.Of(p), mail.Tenant.Of(p)
	type key struct {
		user, file uint32
		failed     bool
		actor      *actor.Actor
	}
	var all []*shareAct
	last := map[key]*shareAct{}
	span := int64(oneShare.Int()) * int64(time.Second)
	for row := range analysis.RowsOf(p, analysis.ClassShare) {
		if t.Has(row, timeline.Service) {
			continue
		}
		who, basis := acts.At(row)
		k := key{t.Folded(timeline.ColUser, row), t.Folded(timeline.ColTarget, row), t.Outcome(row) == timeline.Failure, who}
		s := last[k]
		if s == nil || k.file == 0 || timeline.UnixNano(t, row)-timeline.UnixNano(t, s.rows[0]) > span {
			s = &shareAct{failed: k.failed, actor: who, basis: basis}
			last[k] = s
			all = append(all, s)
		}
		s.rows = append(s.rows, row)
		op := t.Text(timeline.ColOperation, row)
		s.operations = distinct(s.operations, op)
		s.anybody = s.anybody || strings.Contains(strings.ToLower(op), "anonymous")
		with := t.Text(timeline.ColRecipients, row)
		s.with = distinct(s.with, with)
		s.outside = s.outside || slices.ContainsFunc(mail.ListParts(with), func(name string) bool { return mail.External(own, strings.TrimSpace(name)) })
	}
	return all
}

// distinct adds a text to a list that does not have it.
func distinct(list []string, text string) []string {
	if text == "" || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// row weighs a share.
func (s *shareAct) row(p *analysis.Pass) analysis.Row {
	t := p.Timeline
	r := cite.Citing(t, s.rows)
	r.Severity, r.Confidence = analysis.Info, analysis.Firm
	switch {
	case s.actor != nil:
		r.Confidence = actor.Confidence(s.basis)
		r.Reasons = append(r.Reasons, actor.Attributed(s.actor, s.basis))
		if !s.failed {
			r.Severity = actor.Raised(s.actor, analysis.High)
		}
	case s.outside && !s.failed:
		r.Severity = analysis.Low
		actor.Weigh(p, s.rows[0], &r, &actor.Usual)
	}
	if s.failed {
		r.Reasons = append(r.Reasons, "the operation failed")
	}
	with := cite.Join(s.with)
	if s.anybody && with == "" {
		with = "anybody with the link"
	}
	r.Cells = cite.Cells(cite.Join(s.operations), t.Text(timeline.ColTarget, s.rows[0]), with, strings.Join(r.Reasons, "; "))
	return r
}
