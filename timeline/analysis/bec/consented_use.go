package bec

import (
	"fmt"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
)

// consentedUses are what applications did to which a consent of high severity
// was given: a row an application, its acts from the consent on.
func consentedUses(p *analysis.Pass, recorded int) []analysis.Row {
	t := p.Timeline
	classes := analysis.OperationClasses(p)
	consent := consentsByApp(p)
	acts := map[uint32][]int{}
	var order []uint32
	for row := range t.Timed() {
		app := t.Folded(timeline.ColAppID, row)
		c := consent[app]
		if c == nil || t.Outcome(row) == timeline.Failure || t.Has(row, timeline.Service) || classes[t.Code(timeline.ColOperation, row)] == analysis.ClassConsent || t.Time(row).Before(c.Row.First) {
			continue
		}
		if acts[app] == nil {
			order = append(order, app)
		}
		acts[app] = append(acts[app], row)
	}
	var rows []analysis.Row
	for _, app := range order {
		done, c := acts[app], consent[app]
		days := map[int32]bool{}
		for _, row := range done {
			days[timeline.Day(timeline.UnixNano(t, row))] = true
		}
		r := cite.Citing(t, done)
		r.Severity, r.Confidence = c.Row.Severity, analysis.Likely
		r.Origins = append(r.Origins, c.Row.Origins...)
		name := strings.Join(c.Names, "; ")
		if name == "" {
			name = t.Value(timeline.ColAppID, app)
		}
		r.Cells = []string{
			name, strconv.Itoa(len(cite.Distinct(t, timeline.ColMailbox, done))), fmt.Sprintf("%d of %d", len(days), max(recorded, len(days))), strconv.Itoa(len(done)),
			fmt.Sprintf("after the consent at %s, which is %s (see app-consent): %s", cite.Stamp(c.Row.First), c.Row.Severity, cite.List(cite.Operations(t, done))),
		}
		rows = append(rows, r)
	}
	return rows
}

// consentsByApp are the consents of high severity by the code of the
// application's id, the first of each; Microsoft's own applications have none:
// consents name those whose data they open.
func consentsByApp(p *analysis.Pass) map[uint32]*actor.JudgedConsent {
	t := p.Timeline
	all := actor.JudgedConsents(p)
	byID := map[string]*actor.JudgedConsent{}
	for i := range all {
		c := &all[i]
		if c.Row.Severity < analysis.High {
			continue
		}
		for _, text := range c.Texts {
			for id := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '-' && !('0' <= r && r <= '9') && !('a' <= r && r <= 'f') }) {
				if len(id) == len("00000000-0000-0000-0000-000000000000") && byID[id] == nil {
					byID[id] = c
				}
			}
		}
	}
	byApp := map[uint32]*actor.JudgedConsent{}
	for code := 1; code < t.Cardinality(timeline.ColAppID); code++ {
		id := t.Value(timeline.ColAppID, uint32(code))
		if known, ok := p.Reference.App(id); ok && known.FirstParty {
			continue
		}
		if c := byID[strings.ToLower(id)]; c != nil {
			byApp[t.Fold(timeline.ColAppID)[code]] = c
		}
	}
	return byApp
}
