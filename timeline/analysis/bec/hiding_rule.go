package bec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
)

var hidingRule = &analysis.Analyzer{
	Name:  "hiding-rule",
	Title: "Inbox rules",
	Doc:   explain("hiding-rule"),
	Columns: []analysis.Column{
		{Name: "Rule", Doc: "the rule's name", Kind: analysis.Text},
		{Name: "Points", Doc: "sum of the points", Kind: analysis.Count},
		{Name: "Reasons", Doc: "the reason of every point", Kind: analysis.Text, Wrap: true},
		{Name: "Conditions and actions", Doc: "what the rule does, as the record gives it", Kind: analysis.Text, Wrap: true},
		{Name: "History", Doc: "when it was made, changed and removed", Kind: analysis.Text, Wrap: true},
		{Name: "Alive", Doc: "whether a snapshot shows it", Kind: analysis.Text},
	},
	Key:        []string{analysis.KeyMailbox, "Rule"},
	Needs:      []analysis.Need{analysis.Signs, mail.Contacts, mail.Tenant, change.Rules, actor.Actors, actor.Routines},
	Thresholds: []*analysis.Threshold{mail.ContactHistory, ruleCritical, logon.HidingPoints, ruleBurst},
	Version:    5,
	Techniques: []string{"T1564.008"},
	References: []string{"Azure-Sentinel 8ac77493, 7b907bf7", "elastic/detection-rules 40fe11c2, 1c3d9346", "SigmaHQ/sigma d3577be1"},
	Settings:   []string{"hide_folders", "terms", "accepted_domains", "sister_domains", "thresholds"},
	Points:     append(slices.Clone(change.RulePoints), pointActor, pointAfterLogon),
	Family:     "hide",
	Run:        runHidingRule,
	Acts:       runHidingRule,
}

// Bounds of a rule's points, and the time in which rules of one address are one
// act.
var (
	ruleCritical = &analysis.Threshold{Name: "hiding-rule.critical", Value: 6, Doc: "points from which on such a rule is critical"}
	ruleBurst    = &analysis.Threshold{Name: "hiding-rule.burst_minutes", Value: 10, Doc: "minutes between rules of one user and address that were made in one burst"}
)

// What a rule gets points for by who made it and when.
var (
	pointActor      = &analysis.Point{Name: "hiding-rule.actor", Value: 2, Doc: "made or changed by an actor"}
	pointAfterLogon = &analysis.Point{Name: "hiding-rule.after_logon", Value: 1, Doc: "first record soon after a suspicious logon"}
)

// A weighedRule is a rule with what it weighs once it is known who made it and
// when.
type weighedRule struct {
	rule *change.Rule
	change.Verdict
}

func runHidingRule(p *analysis.Pass) (*analysis.Finding, error) {
	set := change.Rules.Of(p)
	rules := make([]weighedRule, len(set.Rules))
	for i, known := range set.Rules {
		r := &rules[i]
		r.rule, r.Verdict = known, known.Verdict
		r.byActor(p)
		r.sorting(p)
	}
	least := int(p.Threshold(logon.HidingPoints))
	shareVerdicts(p.Timeline, rules, least, p.Minutes(ruleBurst))
	worst := int(p.Threshold(ruleCritical))
	f := &analysis.Finding{Rows: make([]analysis.Row, 0, len(rules))}
	made := cite.RowsOf(p.Timeline)
	hiding := 0
	for i := range rules {
		r := &rules[i]
		routine := len(r.rule.Made) > 0 && r.Hides && r.Points >= least && r.Points < worst && actor.Routines.Of(p).Usual(r.rule.Made[0])
		if routine {
			r.Reasons = append(r.Reasons, "+0 made where the owner usually is, with nothing suspicious before: one step less")
		}
		row := r.row(p.Timeline, made)
		switch {
		case r.rule.Failed || !r.Hides || len(r.rule.Made) == 0 && !r.rule.Alive:
			row.Severity = analysis.Info
		case r.Points >= worst:
			row.Severity = analysis.Critical
		case routine:
			row.Severity = analysis.Medium
		case r.Points >= least:
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
	if set.Resync > 0 {
		f.Notes = append(f.Notes, cite.Counted(set.Resync, "record")+" of Outlook repeating its rules without saying what they are left out.")
	}
	f.Notes = append(f.Notes, actor.AttributionNotes(p)...)
	return f, nil
}

// rulesAtWork are the rows about messages on which some inbox rule acted by
// the message trace, one for each sender and its recipients.
func rulesAtWork(t *timeline.Timeline) []analysis.Row {
	witness, ok := t.Find(timeline.ColRule, timeline.RuleActed)
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
		r.Cells = cite.Cells("", 0, "an inbox rule acted on "+cite.Counted(len(list), "message")+", by the message trace", "from "+t.Value(timeline.ColSender, k.sender)+" to "+t.Value(timeline.ColRecipients, k.recipients), "", "")
		rows = append(rows, r)
	}
	return rows
}

// shareVerdicts gives rules that one user made from one address, each within a
// span of the one before, the points of the worst of them, saying so.
func shareVerdicts(t *timeline.Timeline, rules []weighedRule, least int, span time.Duration) {
	type key struct{ user, ip uint32 }
	worstOf, byActor := map[key]int{}, map[key][]*weighedRule{}
	by := func(r *change.Rule) (k key, made bool) {
		if len(r.Made) == 0 || r.Failed {
			return key{}, false
		}
		return key{t.Folded(timeline.ColUser, r.Made[0]), t.Code(timeline.ColIP, r.Made[0])}, true
	}
	for i := range rules {
		if k, made := by(rules[i].rule); made && rules[i].Hides {
			worstOf[k] = max(worstOf[k], rules[i].Points)
		}
	}
	for i := range rules {
		if k, made := by(rules[i].rule); made && worstOf[k] >= least {
			byActor[k] = append(byActor[k], &rules[i])
		}
	}
	for k, group := range byActor {
		if k.ip == 0 {
			continue
		}
		slices.SortStableFunc(group, func(a, b *weighedRule) int { return cmp.Compare(a.rule.Made[0], b.rule.Made[0]) })
		at := func(i int) int64 { return timeline.UnixNano(t, group[i].rule.Made[0]) }
		for start := 0; start < len(group); {
			end, worst := start+1, &weighedRule{rule: &change.Rule{}}
			if group[start].Hides {
				worst = group[start]
			}
			for end < len(group) && at(end)-at(end-1) <= int64(span) {
				if group[end].Hides && group[end].Points > worst.Points {
					worst = group[end]
				}
				end++
			}
			for _, r := range group[start:end] {
				if worst.Points < least {
					break
				}
				if more := max(0, worst.Points-r.Points); more > 0 || !r.Hides {
					r.Reasons = append(r.Reasons, fmt.Sprintf("+%d made in one burst with rule %s", more, cite.Quote(worst.rule.Name)))
					r.Points += more
				}
				r.Hides = true
			}
			start = end
		}
	}
}

// mostHistory is how many records of a rule a cell lists.
const mostHistory = 12

// row is the row of the rule.
func (w *weighedRule) row(t *timeline.Timeline, made *cite.Rows) analysis.Row {
	r := w.rule
	row := analysis.Row{User: r.Owner, Mailbox: r.Owner}
	switch {
	case len(r.Made) > 0:
		row = made.Citing(r.Made...)
		if row.Mailbox == "" {
			row.Mailbox = r.Owner
		}
	case len(r.Rows) > 0:
		row = made.Informing(r.Rows[0], r.Rows[len(r.Rows)-1])
		row.User = r.Owner
	}
	row.Confidence = analysis.Firm
	row.Origins = append(row.Origins, r.Origins...)
	alive := ""
	if r.Alive {
		alive = "in the snapshot"
	}
	row.Cells = made.Cells(r.Name, w.Points, made.Sentence(w.Reasons), r.Text, ruleHistory(t, r), alive)
	return row
}

// ruleHistory lists the records of a rule.
func ruleHistory(t *timeline.Timeline, r *change.Rule) string {
	var room [512]byte
	b := room[:0]
	for i, event := range r.Rows[:min(len(r.Rows), mostHistory)] {
		if i > 0 {
			b = append(b, "; "...)
		}
		b = append(append(b, r.Acts[i]...), ' ')
		if at := t.Time(event); !at.IsZero() {
			b = timeline.AppendTime(b, at.UnixNano())
		}
		b = append(append(b, " by "...), t.Text(timeline.ColOperation, event)...)
	}
	if more := len(r.Rows) - mostHistory; more > 0 {
		b = append(append(b, "; "...), cite.Counted(more, "further record")...)
	}
	return string(b)
}

// byActor gives the points of who made a rule and when.
func (w *weighedRule) byActor(p *analysis.Pass) {
	r, t, acts := w.rule, p.Timeline, actor.Actors.Of(p)
	for _, row := range r.Made {
		if by, basis := acts.Against(row); by != nil {
			w.Hide(pointActor, "by a suspicious actor (%s)", actor.Attributed(by, basis))
			break
		}
	}
	if len(r.Made) == 0 {
		return
	}
	at, timed := t.Nanos(r.Made[0])
	routines := actor.Routines.Of(p)
	if _, ok := routines.SuspiciousBefore(t.Folded(timeline.ColUser, r.Made[0]), at); timed && ok {
		w.Hide(pointAfterLogon, "first on record within %.0f hours after a suspicious logon", routines.Soon.Hours())
	}
}

// sorting takes the verdict from a rule that sorts away a sender whom nobody
// writes to, as people do with newsletters: it names senders and nothing else,
// each has long been writing, and the user made it where they usually are.
func (w *weighedRule) sorting(p *analysis.Pass) {
	r := w.rule
	if !w.Hides || len(r.Made) == 0 || !change.HasWord(strings.TrimSpace(r.Name)) || !actor.Routines.Of(p).Usual(r.Made[0]) {
		return
	}
	if by, _ := actor.Actors.Of(p).Against(r.Made[0]); by != nil || len(change.ForwardTargets(r.Changes, change.RuleTargets)) > 0 {
		return
	}
	if senders, ok := r.Senders(p); ok && oneSided(p, senders, timeline.UnixNano(p.Timeline, r.Made[0])) {
		w.Hides = false
		w.Reasons = append(w.Reasons, "+0 made where the owner usually is, for a sender of long standing whom nobody writes to: consistent with a newsletter")
	}
}

// oneSided reports whether all of some senders had long been writing at a
// time, and nobody in the estate ever wrote to them.
func oneSided(p *analysis.Pass, senders []string, at int64) bool {
	c, own := mail.Contacts.Of(p), mail.Tenant.Of(p)
	for _, text := range senders {
		from := change.MailAddress(text)
		first, known := c.From[c.Key(strings.ToLower(from))]
		if from == "" || !known || at-first < int64(p.Days(mail.ContactHistory)) || len(c.To) == 0 || c.Correspondent(own, from) {
			return false
		}
	}
	return true
}
