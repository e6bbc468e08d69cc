package change

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// A Rule is what is known of one inbox rule.
type Rule struct {
	Name, Owner string
	Changes     []Property        // the latest that is known of each parameter
	Rows        []int             // events, in time order
	Made        []int             // those of them by whoever made or changed it
	Acts        []string          // what each did
	Origins     []timeline.Origin // in snapshots
	Alive       bool              // in a snapshot
	Failed      bool              // nothing that succeeded is on record
	Text        string            // of the changes, as a cell has it
	Verdict                       // by itself, whoever made it

	records int            // how many there are, while rules are collected
	known   map[string]int // where each parameter stands in Changes, by folded name, while rules are collected; nil while these are those of one record
}

// A Verdict is what a rule weighs.
type Verdict struct {
	Points  int
	Reasons []string // of the points
	Hides   bool     // some reason is more than sorting mail
}

// collectRules gathers the records and snapshots of each rule, by owner and
// name, in the order in which they were first seen.
func collectRules(p *analysis.Pass) (rules []*Rule, resync int) {
	t := p.Timeline
	type key struct{ owner, name string } // in lower case
	byKey := map[key]*Rule{}
	var room []Rule // for more of them
	get := func(owner, name string) *Rule {
		k := key{strings.ToLower(owner), strings.ToLower(name)}
		r := byKey[k]
		if r == nil {
			if len(room) == 0 {
				room = make([]Rule, 64)
			}
			r, room = &room[0], room[1:]
			r.Name, r.Owner = name, owner
			byKey[k] = r
			rules = append(rules, r)
		}
		return r
	}
	operations := make([]string, t.Cardinality(timeline.ColOperation))
	relevant := make([]bool, len(operations))
	for code := range relevant {
		operations[code] = t.Value(timeline.ColOperation, uint32(code))
		relevant[code] = ruleAct(p, operations[code], nil) != ""
	}
	var records ruleRecords
	parameters := &parameterReader{t: t}
	for row := range t.RowsWith(timeline.ColOperation, relevant) {
		if t.Has(row, timeline.Resync) {
			resync++
			continue
		}
		changes := parameters.of(row)
		r := get(ruleOwner(t, row), ruleName(t, row, changes))
		act := ruleAct(p, operations[t.Code(timeline.ColOperation, row)], changes)
		if r.records == 0 {
			r.Failed = true
		}
		switch {
		case t.Outcome(row) == timeline.Failure:
			act += failedAct
			if r.Failed {
				r.merge(changes)
			}
		case r.Failed:
			r.Failed, r.Changes, r.known = false, nil, nil
			r.merge(changes)
		default:
			r.merge(changes)
		}
		records.add(r, row, act)
	}
	records.deal()
	rules = requestedRules(p, rules)
	for _, r := range rules {
		r.Made = r.makers(t)
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
	for _, r := range rules {
		r.known = nil
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

// makers are the records of those who made or changed the rule, and of what
// they did to it later from the same address. Whoever else removes a rule or
// switches it off is not its maker.
func (r *Rule) makers(t *timeline.Timeline) []int {
	if !slices.ContainsFunc(r.Acts, undoing) {
		return r.Rows
	}
	type hand struct{ user, ip uint32 }
	of := func(row int) hand { return hand{t.Folded(timeline.ColUser, row), t.Code(timeline.ColIP, row)} }
	hands := map[hand]bool{}
	for i, row := range r.Rows {
		if !undoing(r.Acts[i]) {
			hands[of(row)] = true
		}
	}
	var rows []int
	for i, row := range r.Rows {
		if !undoing(r.Acts[i]) || hands[of(row)] {
			rows = append(rows, row)
		}
	}
	return rows
}

// Words for what a record did to a rule, as the reference table has them.
const (
	actRemoved = "removed"
	actOff     = "switched off"
	failedAct  = " (failed)"
)

// undoing reports whether an act took the rule back.
func undoing(act string) bool {
	act = strings.TrimSuffix(act, failedAct)
	return act == actRemoved || act == actOff
}

// merge takes over what a later record says of the rule. While one record says
// all that is known of it, the rule's changes are those of the record.
func (r *Rule) merge(changes []Property) {
	if r.known == nil && (len(r.Changes) == 0 && eachOnce(changes) || sameNames(r.Changes, changes)) {
		r.Changes = changes
		return
	}
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

// eachOnce reports whether changes are few and name no parameter twice.
func eachOnce(changes []Property) bool {
	const few = 32
	if len(changes) > few {
		return false
	}
	for i, c := range changes {
		if slices.ContainsFunc(changes[:i], func(before Property) bool { return strings.EqualFold(before.Name, c.Name) }) {
			return false
		}
	}
	return true
}

func sameNames(a, b []Property) bool {
	return slices.EqualFunc(a, b, func(x, y Property) bool { return x.Name == y.Name })
}

// set takes over one parameter, one that is known already only if it replaces.
func (r *Rule) set(c Property, replace bool) {
	if r.known == nil {
		r.known = make(map[string]int, len(r.Changes))
		r.Changes = slices.Clone(r.Changes)
		for i, known := range r.Changes {
			r.known[strings.ToLower(known.Name)] = i
		}
	}
	key := strings.ToLower(c.Name)
	i, known := r.known[key]
	switch {
	case !known:
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

// ruleAct says what a record did to an inbox rule: made, changed, removed …;
// empty if it is no such record.
func ruleAct(p *analysis.Pass, operation string, changes []Property) string {
	table := p.Reference.Table(reference.RuleOperations)
	row, ok := table.Find(strings.TrimRight(strings.TrimSpace(operation), ". "))
	if !ok || row.Get("where") != "Operation" {
		return ""
	}
	if inner, ok := table.Find(ValueOf(changes, "RuleOperation")); ok {
		return inner.Get("act")
	}
	return row.Get("act")
}

// ruleName is the name of the rule that a record is about: its Name, else
// what its Identity or the object names behind the mailbox.
func ruleName(t *timeline.Timeline, row int, changes []Property) string {
	for _, name := range []string{"Name", "RuleName"} {
		for _, c := range changes {
			if strings.EqualFold(c.Name, name) {
				return c.New
			}
		}
	}
	for _, s := range []string{ValueOf(changes, "Identity"), t.Text(timeline.ColTarget, row)} {
		if i := strings.LastIndexByte(s, '\\'); i >= 0 {
			return s[i+1:]
		}
		if s != "" {
			return s
		}
	}
	return ""
}

// ContextRule is the kind of context rows that are inbox rules in a snapshot.
const ContextRule = "inbox rule"

// ContextChanges are a snapshot's cells as the parameters of a rule.
func ContextChanges(c timeline.Context) []Property {
	list := make([]Property, len(c.Cells))
	for i, p := range c.Cells {
		list[i] = Property{Name: p.Name, New: p.Value}
	}
	return list
}

// add gives a point, with its reason in words.
func (r *Verdict) add(point *analysis.Point, format string, args ...any) {
	r.Points += point.Int()
	r.Reasons = append(r.Reasons, fmt.Sprintf("+%d ", point.Int())+fmt.Sprintf(format, args...))
}

// Hide gives a point for more than sorting mail.
func (r *Verdict) Hide(point *analysis.Point, format string, args ...any) {
	r.Hides = true
	r.add(point, format, args...)
}

// Senders are the senders that a rule names; ok is false if it names none, or
// if anything but senders limits which messages it acts on.
func (r *Rule) Senders(p *analysis.Pass) (senders []string, ok bool) {
	for _, c := range r.Changes {
		if !conditionOf(p, c) {
			continue
		}
		if !reference.ContainsFold(fromConditions, c.Name) {
			return nil, false
		}
		senders = append(senders, mail.ListParts(c.New)...)
	}
	return senders, len(senders) > 0
}
