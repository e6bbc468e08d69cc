package change

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// oneRuleSeconds is how far apart the mailbox's record of a rule and the
// request that made it lie.
var oneRuleSeconds = &analysis.Point{Name: "hiding-rule.one_act_seconds", Value: 60, Doc: "seconds within which a request and a mailbox's record tell of one change of a rule"}

// requestedRules adds the requests that make, change or remove rules: each to
// the rule of its mailbox that was changed at the time, else as a rule of which
// nothing more is known.
func requestedRules(p *analysis.Pass, rules []*Rule) []*Rule {
	t := p.Timeline
	for row, class := range analysis.RowsOf(p, analysis.ClassRule) {
		if t.Code(timeline.ColRequest, row) == 0 || class != analysis.ClassRule {
			continue
		}
		owner := ruleOwner(t, row)
		act := requestAct(t.Text(timeline.ColRequest, row))
		failed := t.Outcome(row) == timeline.Failure
		if failed {
			act += " (failed)"
		}
		i := slices.IndexFunc(rules, func(r *Rule) bool { return strings.EqualFold(r.Owner, owner) && r.changedAbout(t, row) })
		if i < 0 {
			rules = append(rules, &Rule{Owner: owner, Rows: []int{row}, Acts: []string{act}, Failed: failed})
			continue
		}
		at, _ := slices.BinarySearch(rules[i].Rows, row)
		rules[i].Rows, rules[i].Acts = slices.Insert(rules[i].Rows, at, row), slices.Insert(rules[i].Acts, at, act)
	}
	return rules
}

// changedAbout reports whether a record of the rule lies at about the time of
// another record.
func (r *Rule) changedAbout(t *timeline.Timeline, row int) bool {
	at, timed := t.Nanos(row)
	return timed && slices.ContainsFunc(r.Rows, func(one int) bool {
		n, ok := t.Nanos(one)
		return ok && max(n-at, at-n) <= int64(oneRuleSeconds.Value*1e9)
	})
}

// requestAct says what a request did to a rule, as ruleAct does.
func requestAct(request string) string {
	switch method, _, _ := strings.Cut(request, " "); method {
	case "POST":
		return "made"
	case "DELETE":
		return "removed"
	}
	return "changed"
}
