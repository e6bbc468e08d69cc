package bec

import (
	"fmt"
	"time"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
)

var standingAccess = &analysis.Analyzer{
	Name:  "standing-access",
	Title: "Standing access",
	Doc:   explain("standing-access"),
	Columns: []analysis.Column{
		{Name: "Kind", Doc: "rule, forward, delegate, application, device, factor, link or guest", Kind: analysis.Text},
		{Name: "What", Doc: "what was put in place", Kind: analysis.Text},
		{Name: "Object", Doc: "its name, or that of the device, application, trustee or file", Kind: analysis.Text},
		{Name: "State", Doc: "what became of it by the end of the evidence, and what shows that", Kind: analysis.Text, Wrap: true},
		{Name: "Put in place", Doc: "the first record of it", Kind: analysis.Moment},
		{Name: "Removed", Doc: "the record of its removal", Kind: analysis.Moment},
		{Name: "Actor", Doc: "the suspicious actor whose act it was", Kind: analysis.Text},
	},
	Key:        []string{analysis.KeyMailbox, "Kind", "What"},
	Needs:      []analysis.Need{analysis.Signs, change.AccessChanges, actor.Actors, actor.Standings},
	Version:    1,
	Techniques: []string{"T1098", "T1098.002", "T1098.005", "T1114.003", "T1528"},
	References: []string{"Microsoft Learn, responding to a compromised email account"},
	Settings:   []string{"thresholds"},
	Acts:       runStandingAccess,
}

func runStandingAccess(p *analysis.Pass) (*analysis.Finding, error) {
	list := actor.Standings.Of(p)
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	var works, removed int
	for i := range list {
		switch list[i].State {
		case actor.StandingWorks:
			works++
		case actor.StandingRemoved:
			removed++
		}
		f.Rows = append(f.Rows, standingRow(p, &list[i]))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s put in place by suspicious actors, or by changes that are signs: %d shown to work at the end of the evidence, %d shown to be removed, %d that cannot be told.",
		cite.Plural(len(list), "way of access", "ways of access"), works, removed, len(list)-works-removed)
	return f, nil
}

// standingRow is the row of what was put in place. It weighs what its change
// does.
func standingRow(p *analysis.Pass, s *actor.Standing) analysis.Row {
	t := p.Timeline
	r := cite.About(t, s.Rows, s.Severity, time.Time{}, s.Cited)
	r.Severity, r.Confidence = s.Severity, analysis.Likely
	r.User, r.Mailbox = s.Account, s.Account
	var removed time.Time
	if s.Ended >= 0 {
		removed = t.Time(s.Ended)
		r.Origins = append(r.Origins, t.Origin(s.Ended))
	}
	id := ""
	if s.Actor != nil {
		id = s.Actor.ID
	}
	r.Cells = cite.Cells(s.Kind, s.What, s.Object, s.Text, s.Since(t), removed, id)
	return r
}
