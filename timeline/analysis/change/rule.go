package change

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A Rule is what is known of one inbox rule.
type Rule struct {
	Name, Owner string
	Changes     []Property     // the latest that is known of each parameter
	known       map[string]int // where each stands, by folded name
	Rows        []int          // events, in time order
	Acts        []string       // what each did
	Origins     []timeline.Origin
	Alive       bool
	Points      int
	Reasons     []string
	Failed      bool // nothing that succeeded is on record
	Hides       bool // some reason is more than sorting mail
}

// collectRules gathers the records and snapshots of each rule, by owner and
// name, in the order in which they were first seen.
func collectRules(p *analysis.Pass) (rules []*Rule, resync int) {
	t := p.Timeline
	byKey := map[string]*Rule{}
	get := func(owner, name string) *Rule {
		key := strings.ToLower(owner) + "\x00" + strings.ToLower(name)
		r := byKey[key]
		if r == nil {
			r = &Rule{Name: name, Owner: owner}
			byKey[key] = r
			rules = append(rules, r)
		}
		return r
	}
	relevant := make([]bool, t.Cardinality(timeline.ColOperation))
	for code := range relevant {
		relevant[code] = ruleAct(p, t.Value(timeline.ColOperation, uint32(code)), nil) != ""
	}
	for row := range t.Len() {
		if !relevant[t.Code(timeline.ColOperation, row)] {
			continue
		}
		if t.Has(row, timeline.Resync) {
			resync++
			continue
		}
		changes := ParametersOf(t.Text(timeline.ColRule, row))
		r := get(ruleOwner(t, row), ruleName(t, row, changes))
		act := ruleAct(p, t.Text(timeline.ColOperation, row), changes)
		if len(r.Rows) == 0 {
			r.Failed = true
		}
		switch {
		case t.Outcome(row) == timeline.Failure:
			act += " (failed)"
			if r.Failed {
				r.merge(changes)
			}
		case r.Failed:
			r.Failed, r.Changes, r.known = false, nil, nil
			r.merge(changes)
		default:
			r.merge(changes)
		}
		r.Rows, r.Acts = append(r.Rows, row), append(r.Acts, act)
	}
	accounts := accountsByName(t)
	for _, c := range t.Context() {
		if c.Kind != ContextRule {
			continue
		}
		owner := c.Owner
		if account, ok := accounts[strings.ToLower(owner)]; ok {
			owner = account
		}
		r := get(owner, c.Get("Name"))
		r.Alive, r.Failed = true, false
		r.Origins = append(r.Origins, c.Origin)
		if len(r.Changes) == 0 {
			r.merge(ContextChanges(c))
		} else {
			r.complete(p, c)
		}
	}
	return rules, resync
}

// ruleOwner is the account whose rule a record is about.
func ruleOwner(t *timeline.Timeline, row int) string {
	if m := t.Text(timeline.ColMailbox, row); m != "" {
		return m
	}
	return t.Text(timeline.ColUser, row)
}

// merge takes over what a later record says of the rule.
func (r *Rule) merge(changes []Property) {
	for _, c := range changes {
		r.set(c, true)
	}
}

// complete adds from a snapshot the conditions and actions that no record
// names.
func (r *Rule) complete(p *analysis.Pass, c timeline.Context) {
	table := p.Reference.Table(reference.RuleParameters)
	for _, cell := range ContextChanges(c) {
		if _, known := table.Find(cell.Name); known && !IsBlank(cell.New) && !strings.EqualFold(cell.New, "false") {
			r.set(cell, false)
		}
	}
}

// set takes over one parameter, one that is known already only if it replaces.
func (r *Rule) set(c Property, replace bool) {
	key := strings.ToLower(c.Name)
	i, known := r.known[key]
	switch {
	case !known:
		if r.known == nil {
			r.known = map[string]int{}
		}
		r.known[key] = len(r.Changes)
		r.Changes = append(r.Changes, c)
	case replace:
		r.Changes[i] = c
	}
}

// accountsByName are the accounts of the log by their names without a domain,
// as snapshots may name their owners; one that several share is nobody's.
func accountsByName(t *timeline.Timeline) map[string]string {
	accounts := map[string]string{}
	fold := t.Fold(timeline.ColUser)
	for code := 1; code < t.Cardinality(timeline.ColUser); code++ {
		name, _, ok := strings.Cut(strings.ToLower(t.Value(timeline.ColUser, uint32(code))), "@")
		if !ok || name == "" || fold[code] != uint32(code) {
			continue
		}
		if _, shared := accounts[name]; shared {
			accounts[name] = name
			continue
		}
		accounts[name] = t.Value(timeline.ColUser, uint32(code))
	}
	return accounts
}
