package bec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var hidingRule = &analysis.Analyzer{
	Name:  "hiding-rule",
	Title: "Inbox rules",
	Doc: analysis.Doc{
		Question: "Was an inbox rule made that hides mail from the mailbox's owner?",
		Method: "Every rule on record, by cmdlet, by Outlook or in a snapshot, sweep rules included, with its history, is given points: 3 for a name without a letter or digit, 1 for one of a single character, 3 for deleting, 3 for moving to a folder that hides mail or whose name has no letter or digit (2 for deleted items; for the archive, which people use as such, 1 if what the conditions look for is marked as read besides), " +
			"2 for words of payment or warning or of the examiner's in its conditions, 2 for naming a correspondent of the estate, 1 for marking as read, 1 for stopping further rules, 2 for deleting or moving without any condition, 2 for sending mail outside (Forwarding judges that by itself), " +
			"2 for an act of a suspicious actor, 1 for being made within 24 hours after a suspicious logon. From 3 points it is high, from 6 critical, if it hides mail by name, deleting, folder or target, or an actor made it: what only sorts mail, by whatever words, informs. One of fewer than 6 points is medium if it was made from a network that is usual for the owner, with 20 active days of history, or where his own device was at the address within 12 hours, and with no suspicious logon in the 24 hours before. So does a rule for senders alone to whom nobody in the estate writes and who wrote 14 days before it and earlier, made from a network that is usual for the owner, with 20 active days of history, or where the account's own device was at the address within 12 hours, and with no suspicious logon in the 24 hours before: a newsletter. " +
			"What later records change of a rule is added to what is known of it. Rules that one user made within 10 minutes from one address share the verdict. A failed operation only informs, as do rows of a message trace by which some rule acted.",
		Limits:   "A rule made before the log begins is known only from a snapshot. Outlook repeats its rules without saying what they are; such repetitions are counted, not judged. Rules kept by a client on a computer leave no record.",
		Innocent: "People sort newsletters away, delete notices they are tired of, and give rules one-letter names.",
		Confirm:  "The owner's account of the rule; what lies in the target folder; the logon under which it was made.",
	},
	Columns: []analysis.Column{
		{Name: "Rule", Doc: "the rule's name", Kind: analysis.Text},
		{Name: "Points", Doc: "sum of the points", Kind: analysis.Number},
		{Name: "Reasons", Doc: "the reason of every point", Kind: analysis.Prose},
		{Name: "Conditions and actions", Doc: "what the rule does, as the record gives it", Kind: analysis.Prose},
		{Name: "History", Doc: "when it was made, changed and removed", Kind: analysis.Prose},
		{Name: "Alive", Doc: "whether a snapshot shows it", Kind: analysis.Text},
	},
	Needs:      analysis.Accusers,
	Version:    2,
	Techniques: []string{"T1564.008"},
	References: []string{"Azure-Sentinel 8ac77493, 7b907bf7", "elastic/detection-rules 40fe11c2, 1c3d9346", "SigmaHQ/sigma d3577be1"},
	Settings:   []string{"hide_folders", "terms", "accepted_domains", "sister_domains", "thresholds"},
	Thresholds: []analysis.Threshold{
		{Name: "hiding-rule.points", Value: rulePoints, Doc: "points from which on a rule that hides mail is accused"},
		{Name: "hiding-rule.critical", Value: ruleCritical, Doc: "points from which on it is critical"},
	},
	Run: runHidingRule,
}

// The points at which a rule accuses, and the time in which rules of one
// address are one act.
const (
	rulePoints   = 3
	ruleCritical = 6
	ruleBurst    = 10 * time.Minute
	mostHistory  = 12 // lines of a cell
)

// A rule is what is known of one inbox rule.
type rule struct {
	name, owner string
	changes     []change       // the latest that is known of each parameter
	known       map[string]int // where each stands, by folded name
	rows        []int          // events, in time order
	acts        []string       // what each did
	origins     []timeline.Origin
	alive       bool
	points      int
	reasons     []string
	failed      bool // nothing that succeeded is on record
	hides       bool // some reason is more than sorting mail
}

func runHidingRule(p *analysis.Pass) (*analysis.Finding, error) {
	rules, resync := collectRules(p)
	j := &ruleJudge{p: p, hidden: mail.FoldersOf(p), own: mail.OwnDomains(p), acts: actors(p), suspicious: suspiciousLogons(p), vocabulary: mail.NewVocabulary(p)}
	for _, r := range rules {
		j.judge(r)
	}
	least := int(p.Threshold("hiding-rule.points"))
	shareVerdicts(p.Timeline, rules, least)
	worst := int(p.Threshold("hiding-rule.critical"))
	f := &analysis.Finding{}
	hiding := 0
	for _, r := range rules {
		atHome := len(r.rows) > 0 && r.hides && r.points >= least && r.points < worst && usualNetwork(p, r.rows[0])
		if atHome {
			r.reasons = append(r.reasons, "+0 made where the owner usually is, with nothing suspicious before: one step less")
		}
		row := ruleRow(p.Timeline, r)
		switch {
		case r.failed || !r.hides:
			row.Severity = analysis.Info
		case r.points >= worst:
			row.Severity = analysis.Critical
		case atHome:
			row.Severity = analysis.Medium
		case r.points >= least:
			row.Severity = analysis.High
		}
		if row.Severity > analysis.Info {
			hiding++
		}
		f.Rows = append(f.Rows, row)
	}
	f.Rows = append(f.Rows, rulesAtWork(p.Timeline)...)
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s on record or in snapshots, %d of them hide mail with %d points or more.", cite.Counted(len(rules), "inbox rule"), hiding, least)
	if resync > 0 {
		f.Notes = append(f.Notes, cite.Counted(resync, "record")+" of Outlook repeating its rules without saying what they are left out.")
	}
	f.Notes = append(f.Notes, attributionNotes(p)...)
	return f, nil
}

// collectRules gathers the records and snapshots of each rule, by owner and
// name, in the order in which they were first seen.
func collectRules(p *analysis.Pass) (rules []*rule, resync int) {
	t := p.Timeline
	byKey := map[string]*rule{}
	get := func(owner, name string) *rule {
		key := strings.ToLower(owner) + "\x00" + strings.ToLower(name)
		r := byKey[key]
		if r == nil {
			r = &rule{name: name, owner: owner}
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
		changes := parametersOf(t.Text(timeline.ColRule, row))
		r := get(ruleOwner(t, row), ruleName(t, row, changes))
		act := ruleAct(p, t.Text(timeline.ColOperation, row), changes)
		if len(r.rows) == 0 {
			r.failed = true
		}
		switch {
		case t.Outcome(row) == timeline.Failure:
			act += " (failed)"
			if r.failed {
				r.merge(changes)
			}
		case r.failed:
			r.failed, r.changes, r.known = false, nil, nil
			r.merge(changes)
		default:
			r.merge(changes)
		}
		r.rows, r.acts = append(r.rows, row), append(r.acts, act)
	}
	accounts := accountsByName(t)
	for _, c := range t.Context() {
		if c.Kind != contextRule {
			continue
		}
		owner := c.Owner
		if account, ok := accounts[strings.ToLower(owner)]; ok {
			owner = account
		}
		r := get(owner, c.Get("Name"))
		r.alive, r.failed = true, false
		r.origins = append(r.origins, c.Origin)
		if len(r.changes) == 0 {
			r.merge(contextChanges(c))
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
func (r *rule) merge(changes []change) {
	for _, c := range changes {
		r.set(c, true)
	}
}

// complete adds from a snapshot the conditions and actions that no record
// names.
func (r *rule) complete(p *analysis.Pass, c timeline.Context) {
	table := p.Reference.Table(reference.RuleParameters)
	for _, cell := range contextChanges(c) {
		if _, known := table.Find(cell.name); known && !isBlank(cell.new) && !strings.EqualFold(cell.new, "false") {
			r.set(cell, false)
		}
	}
}

// set takes over one parameter, one that is known already only if it replaces.
func (r *rule) set(c change, replace bool) {
	key := strings.ToLower(c.name)
	i, known := r.known[key]
	switch {
	case !known:
		if r.known == nil {
			r.known = map[string]int{}
		}
		r.known[key] = len(r.changes)
		r.changes = append(r.changes, c)
	case replace:
		r.changes[i] = c
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

// ruleWitness is what the rule column holds on rows of a message trace that
// tell that an inbox rule acted.
const ruleWitness = `{"Source":"MAILBOXRULE"}`

// rulesAtWork are the rows about messages on which some inbox rule acted by
// the message trace, one a sender and recipients.
func rulesAtWork(t *timeline.Timeline) []analysis.Row {
	witness, ok := t.Find(timeline.ColRule, ruleWitness)
	if !ok {
		return nil
	}
	type key struct{ sender, recipients uint32 }
	groups := map[key][]int{}
	var order []key
	for row := range t.Len() {
		if t.Code(timeline.ColRule, row) != witness {
			continue
		}
		k := key{t.Folded(timeline.ColSender, row), t.Folded(timeline.ColRecipients, row)}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], row)
	}
	var rows []analysis.Row
	for _, k := range order {
		list := groups[k]
		r := cite.Informing(t, list[0], list[len(list)-1])
		r.Cells = []string{"", "0", "an inbox rule acted on " + cite.Counted(len(list), "message") + ", by the message trace", "from " + t.Value(timeline.ColSender, k.sender) + " to " + t.Value(timeline.ColRecipients, k.recipients), "", ""}
		rows = append(rows, r)
	}
	return rows
}

// shareVerdicts gives rules that one user made within a short time from one
// address the points of the worst of them, saying so.
func shareVerdicts(t *timeline.Timeline, rules []*rule, least int) {
	type key struct{ user, ip uint32 }
	byActor := map[key][]*rule{}
	for _, r := range rules {
		if len(r.rows) > 0 && !r.failed {
			k := key{t.Folded(timeline.ColUser, r.rows[0]), t.Code(timeline.ColIP, r.rows[0])}
			byActor[k] = append(byActor[k], r)
		}
	}
	for k, group := range byActor {
		if k.ip == 0 {
			continue
		}
		slices.SortStableFunc(group, func(a, b *rule) int { return cmp.Compare(a.rows[0], b.rows[0]) })
		for start := 0; start < len(group); {
			end, worst := start+1, &rule{}
			if group[start].hides {
				worst = group[start]
			}
			for end < len(group) && timeline.UnixNano(t, group[end].rows[0])-timeline.UnixNano(t, group[end-1].rows[0]) <= int64(ruleBurst) {
				if group[end].hides && group[end].points > worst.points {
					worst = group[end]
				}
				end++
			}
			for _, r := range group[start:end] {
				if worst.points < least {
					break
				}
				if more := max(0, worst.points-r.points); more > 0 || !r.hides {
					r.reasons = append(r.reasons, fmt.Sprintf("+%d made in one burst with rule %s", more, cite.QuoteName(worst.name)))
					r.points += more
				}
				r.hides = true
			}
			start = end
		}
	}
}

func ruleRow(t *timeline.Timeline, r *rule) analysis.Row {
	row := analysis.Row{User: r.owner, Mailbox: r.owner}
	if len(r.rows) > 0 {
		row = cite.Citing(t, r.rows)
		if row.Mailbox == "" {
			row.Mailbox = r.owner
		}
	}
	row.Confidence = analysis.Firm
	row.Origins = append(row.Origins, r.origins...)
	history := make([]string, len(r.rows))
	for i, event := range r.rows {
		history[i] = r.acts[i] + " " + cite.Stamp(t.Time(event)) + " by " + t.Text(timeline.ColOperation, event)
	}
	if len(history) > mostHistory {
		history = append(history[:mostHistory], cite.Counted(len(history)-mostHistory, "further record"))
	}
	alive := ""
	if r.alive {
		alive = "in the snapshot"
	}
	row.Cells = []string{r.name, strconv.Itoa(r.points), strings.Join(r.reasons, "; "), changesText(r.changes), strings.Join(history, "; "), alive}
	return row
}
