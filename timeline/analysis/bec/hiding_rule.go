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
)

var hidingRule = &analysis.Analyzer{
	Name:  "hiding-rule",
	Title: "Inbox rules",
	Doc: analysis.Doc{
		Question: "Was an inbox rule made that hides mail from the mailbox's owner?",
		Method: "Every rule on record, by cmdlet, by Outlook or in a snapshot, with its history, is given points: 3 for a name without a letter or digit, 1 for one of a single character, 3 for deleting, 3 for moving to a folder that hides mail (2 for deleted items, none for the archive, which people use as such), " +
			"2 for words of payment or warning in its conditions, 2 for naming a correspondent of the estate, 1 for marking as read, 1 for stopping further rules, 2 for deleting or moving without any condition, 2 for sending mail outside (Forwarding judges that by itself), " +
			"2 for an act of a suspicious actor, 1 for being made within 24 hours after a suspicious logon. From 3 points it is high, from 6 critical. Rules that one user made within 10 minutes from one address share the verdict.",
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
	Needs:      attributionNeeds,
	Version:    1,
	Techniques: []string{"T1564.008"},
	References: []string{"Azure-Sentinel 8ac77493, 7b907bf7", "elastic/detection-rules 40fe11c2, 1c3d9346", "SigmaHQ/sigma d3577be1"},
	Settings:   []string{"hide_folders", "terms", "accepted_domains", "sister_domains", "thresholds"},
	Run:        runHidingRule,
}

// The points at which a rule accuses, and the time in which rules of one
// address are one act.
const (
	rulePoints     = 3
	ruleCritical   = 6
	ruleBurst      = 10 * time.Minute
	mostHistory    = 12 // lines of a cell
	maxResyncNoted = 1
)

// A rule is what is known of one inbox rule.
type rule struct {
	name, owner string
	changes     []change // of the record that says most
	rows        []int    // events, in time order
	acts        []string // what each did
	origins     []timeline.Origin
	alive       bool
	points      int
	reasons     []string
	failed      bool // nothing that succeeded is on record
}

func runHidingRule(p *analysis.Pass) (*analysis.Finding, error) {
	rules, resync := collectRules(p)
	j := &ruleJudge{p: p, hidden: hiddenFolders(p), own: ownDomains(p), acts: actors(p), suspicious: suspiciousLogons(p), vocabulary: newVocabulary(p)}
	for _, r := range rules {
		j.judge(r)
	}
	shareVerdicts(p.Timeline, rules)
	least := int(p.Settings.Threshold("hiding-rule.points", rulePoints))
	worst := int(p.Settings.Threshold("hiding-rule.critical", ruleCritical))
	f := &analysis.Finding{}
	hiding := 0
	for _, r := range rules {
		row := ruleRow(p.Timeline, r)
		switch {
		case r.failed:
			row.Severity = analysis.Info
		case r.points >= worst:
			row.Severity = analysis.Critical
		case r.points >= least:
			row.Severity = analysis.High
		}
		if row.Severity > analysis.Info {
			hiding++
		}
		f.Rows = append(f.Rows, row)
	}
	byTime(f.Rows)
	f.Summary = fmt.Sprintf("%s on record or in snapshots, %d of them with %d points or more.", counted(len(rules), "inbox rule"), hiding, least)
	if resync >= maxResyncNoted {
		f.Notes = append(f.Notes, counted(resync, "record")+" of Outlook repeating its rules without saying what they are were left out.")
	}
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
		ok := t.Outcome(row) != timeline.Failure
		if len(r.rows) == 0 {
			r.failed = true
		}
		if ok {
			r.failed = false
		} else {
			act += " (failed)"
		}
		r.rows, r.acts = append(r.rows, row), append(r.acts, act)
		if len(changes) > len(r.changes) {
			r.changes = changes
		}
	}
	for _, c := range t.Context() {
		if c.Kind != contextRule {
			continue
		}
		r := get(snapshotOwner(p, c.Owner), c.Get("Name"))
		r.alive = true
		r.origins = append(r.origins, c.Origin)
		if len(r.changes) == 0 {
			r.changes = contextChanges(c)
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

// snapshotOwner is the account that a snapshot's owner, which may be a name
// without a domain, is in the log.
func snapshotOwner(p *analysis.Pass, owner string) string {
	if strings.Contains(owner, "@") {
		return owner
	}
	t := p.Timeline
	for code := 1; code < t.Cardinality(timeline.ColUser); code++ {
		name, _, _ := strings.Cut(t.Value(timeline.ColUser, uint32(code)), "@")
		if strings.EqualFold(name, owner) {
			return t.Value(timeline.ColUser, uint32(code))
		}
	}
	return owner
}

// shareVerdicts gives rules that one user made within a short time from one
// address the points of the worst of them, saying so.
func shareVerdicts(t *timeline.Timeline, rules []*rule) {
	type key struct{ user, ip uint32 }
	byActor := map[key][]*rule{}
	for _, r := range rules {
		if len(r.rows) > 0 {
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
			end, worst := start+1, group[start]
			for end < len(group) && nanosOf(t, group[end].rows[0])-nanosOf(t, group[end-1].rows[0]) <= int64(ruleBurst) {
				if group[end].points > worst.points {
					worst = group[end]
				}
				end++
			}
			for _, r := range group[start:end] {
				if r.points < worst.points && worst.points >= rulePoints {
					r.reasons = append(r.reasons, fmt.Sprintf("+%d made in one burst with rule %s", worst.points-r.points, quoteName(worst.name)))
					r.points = worst.points
				}
			}
			start = end
		}
	}
}

func ruleRow(t *timeline.Timeline, r *rule) analysis.Row {
	row := analysis.Row{User: r.owner, Mailbox: r.owner}
	if len(r.rows) > 0 {
		row = citing(t, r.rows)
		if row.Mailbox == "" {
			row.Mailbox = r.owner
		}
	}
	row.Confidence = analysis.Firm
	row.Origins = append(row.Origins, r.origins...)
	history := make([]string, len(r.rows))
	for i, event := range r.rows {
		history[i] = r.acts[i] + " " + stamp(t.Time(event)) + " by " + t.Text(timeline.ColOperation, event)
	}
	if len(history) > mostHistory {
		history = append(history[:mostHistory], counted(len(history)-mostHistory, "further record"))
	}
	alive := ""
	if r.alive {
		alive = "in the snapshot"
	}
	row.Cells = []string{r.name, strconv.Itoa(r.points), strings.Join(r.reasons, "; "), changesText(r.changes), strings.Join(history, "; "), alive}
	return row
}
