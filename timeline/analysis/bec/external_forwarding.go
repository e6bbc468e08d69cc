package bec

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var externalForwarding = &analysis.Analyzer{
	Name:  "external-forwarding",
	Title: "Forwarding",
	Doc:   explain("external-forwarding"),
	Columns: []analysis.Column{
		{Name: "Target", Doc: "address that mail was sent on to", Kind: analysis.Text},
		{Name: "Where", Doc: "inside or outside of the tenant", Kind: analysis.Text},
		{Name: "How", Doc: "by which operation and parameter", Kind: analysis.Text},
		{Name: "Undone", Doc: "when it was taken back, if that is on record", Kind: analysis.Text},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, analysis.KeyMailbox, "Target", "How"},
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, mail.Tenant, change.Forwards, actor.Actors, actor.Routines},
	Thresholds: []*analysis.Threshold{forwardMailboxes},
	Version:    6,
	Techniques: []string{"T1114.003"},
	References: []string{"SigmaHQ/sigma c726e007", "elastic/detection-rules ec8efb0c", "Azure-Sentinel a1551ae4", "splunk/security_content 68469fd0"},
	Settings:   []string{"accepted_domains", "sister_domains", "thresholds"},
	Family:     "persist",
	Run:        runExternalForwarding,
	Acts:       runExternalForwarding,
}

// forwardMailboxes is when one target is no longer one person's arrangement.
var forwardMailboxes = &analysis.Threshold{Name: "external-forwarding.mailboxes", Value: 2, Doc: "mailboxes that forward to one target outside from which on it is critical"}

func runExternalForwarding(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	own := mail.Tenant.Of(p)
	found := change.Forwards.Of(p)
	mailboxes := map[string]map[string]bool{}
	for _, f := range found {
		if t.Outcome(f.Row) == timeline.Failure {
			continue
		}
		key := strings.ToLower(f.Target)
		if mailboxes[key] == nil {
			mailboxes[key] = map[string]bool{}
		}
		mailboxes[key][strings.ToLower(f.Mailbox)] = true
	}
	out := &analysis.Finding{}
	outside := 0
	several := p.Threshold(forwardMailboxes)
	made := cite.RowsOf(t)
	for _, f := range found {
		f.Why = slices.Clip(f.Why)
		r := made.Citing(f.Row)
		if f.Undone >= 0 {
			r.Origins = append(r.Origins, t.Origin(f.Undone))
		}
		r.Severity, r.Confidence = analysis.Low, analysis.Firm
		where := "inside"
		if f.Outside {
			where = "outside"
			outside++
			r.Severity = analysis.High
			if n := len(mailboxes[strings.ToLower(f.Target)]); float64(n) >= several {
				f.Why = append(f.Why, fmt.Sprintf("%d mailboxes forward to it", n))
			}
			if p.Reference.FreeMail(mail.DomainOf(f.Target)) {
				f.Why = append(f.Why, "a free mail address")
			}
			if f.Lost {
				f.Why = append(f.Why, "the mailbox keeps no copy")
			}
			if len(f.Why) > 0 {
				r.Severity = analysis.Critical
			}
		}
		if t.Outcome(f.Row) == timeline.Failure {
			r.Severity = analysis.Info
			r.Reasons = append(f.Why, "the operation failed")
		} else {
			var routine *actor.Routine
			private := len(mailboxes[strings.ToLower(f.Target)]) == 1 && !f.Lost && change.Sorts(p, f.Changes)
			switch user := t.Folded(timeline.ColUser, f.Row); {
			case !f.Outside:
			case private && user != 0 && strings.EqualFold(r.User, f.Mailbox) && actor.Routines.Of(p).Quiet(user):
				routine = privateForward(p, f.Changes, "set by the account itself where it usually is, with nothing suspicious on record")
			default:
				routine = &actor.Routine{To: r.Severity - 1, Reason: "set where its account usually is, with nothing suspicious before: one step less"}
			}
			r.Reasons = f.Why
			actor.Weigh(p, f.Row, &r, routine)
		}
		r.Cells = made.Cells(f.Target, where, f.How, undoneText(t, f.Undone), made.Sentence(r.Reasons))
		out.Rows = append(out.Rows, r)
	}
	snapshot := snapshotForwardings(p, own, mailboxes)
	standing := standingForwards(p, own, mailboxes)
	out.Rows = append(append(out.Rows, snapshot...), standing...)
	cite.ByTime(out.Rows)
	out.Notes = actor.AttributionNotes(p)
	out.Summary = fmt.Sprintf("%s by operation, %d of them to addresses outside of the tenant; %s in snapshots of rules.", cite.Plural(len(found), "forwarding was set", "forwardings were set"), outside, cite.Counted(len(snapshot), "forwarding rule"))
	if len(standing) > 0 {
		out.Summary = strings.TrimSuffix(out.Summary, ".") + fmt.Sprintf(", %s of mailboxes.", cite.Counted(len(standing), "forwarding"))
	}
	if len(p.Settings.AcceptedDomains) == 0 {
		out.Notes = append(out.Notes, "No accepted domains were given: the domains of mailboxes and users in evidence count as the tenant's.")
	}
	return out, nil
}

func undoneText(t *timeline.Timeline, row int) string {
	if row < 0 {
		return ""
	}
	return "taken back at " + cite.Stamp(t.Time(row))
}

// privateForward is what forwarding to an address outside weighs that somebody
// set for themselves: a rota informs.
func privateForward(p *analysis.Pass, changes []change.Property, why string) *actor.Routine {
	if change.RotaOnly(p, changes) {
		return &actor.Routine{To: analysis.Info, Reason: why + "; it concerns rotas or calendars only"}
	}
	return &actor.Routine{To: analysis.Low, Reason: why + ": consistent with an arrangement of one's own"}
}

// rulesRecorded says in which mailboxes operations on inbox rules are on record
// that do not name the rule, and whether any are on record at all: then a rule
// that none of them can have made was set before the record begins.
func rulesRecorded(p *analysis.Pass) (unnamed map[string]bool, any bool) {
	unnamed = map[string]bool{}
	for row := range analysis.RowsOf(p, analysis.ClassRule) {
		any = true
		if p.Timeline.Code(timeline.ColRule, row) == 0 {
			unnamed[strings.ToLower(p.Timeline.Text(timeline.ColMailbox, row))] = true
		}
	}
	return unnamed, any
}

// snapshotForwardings are the rules in snapshots that forward, given the
// mailboxes for which records set each target.
func snapshotForwardings(p *analysis.Pass, own map[string]bool, mailboxes map[string]map[string]bool) []analysis.Row {
	var rows []analysis.Row
	unnamed, recorded := rulesRecorded(p)
	for _, c := range p.Timeline.Context() {
		if c.Kind != change.ContextRule {
			continue
		}
		changes := change.ContextChanges(c)
		for _, target := range change.ForwardTargets(changes, change.RuleTargets) {
			r := analysis.Row{Severity: analysis.Low, Confidence: analysis.Firm, User: c.Owner, Mailbox: c.Owner, Origins: []timeline.Origin{c.Origin}}
			where := "inside"
			if mail.External(own, target) {
				r.Severity, where = analysis.Medium, "outside"
			}
			why := "alive when the snapshot was taken"
			set := mailboxes[strings.ToLower(target)]
			switch {
			case set[strings.ToLower(c.Owner)]:
				r.Severity = analysis.Info
				why += "; an operation on record set it, and weighs"
			case len(set) > 0:
				why += "; an operation on record set the same target"
			case where == "outside" && recorded && !unnamed[strings.ToLower(c.Owner)] && change.Sorts(p, changes) && actor.Routines.Of(p).Quiet(foldedUser(p.Timeline, c.Owner)):
				routine := privateForward(p, changes, "set before the record begins, with nothing suspicious of the account on it")
				r.Severity = routine.To
				why += "; " + routine.Reason
			}
			if strings.EqualFold(c.Get("Enabled"), "false") {
				r.Severity = min(r.Severity, analysis.Low)
				why += "; switched off"
			}
			r.Cells = cite.Cells(target, where, "rule "+cite.Quote(c.Get("Name"))+" in a snapshot"+change.ParameterOf(changes, change.RuleTargets, target), "", why)
			rows = append(rows, r)
		}
	}
	return rows
}

// standingForwards are the mailboxes in snapshots that forward.
func standingForwards(p *analysis.Pass, own map[string]bool, mailboxes map[string]map[string]bool) []analysis.Row {
	var rows []analysis.Row
	for _, f := range change.StandingForwards(p) {
		owner := f.Mailbox.Owner
		r := analysis.Row{Severity: analysis.Low, Confidence: analysis.Firm, User: owner, Mailbox: owner, Origins: []timeline.Origin{f.Mailbox.Origin}}
		where, why := "inside", []string{"stood when the snapshot was taken"}
		if mail.External(own, f.Target) {
			r.Severity, where = analysis.Medium, "outside"
			if p.Reference.FreeMail(mail.DomainOf(f.Target)) {
				why = append(why, "a free mail address")
			}
		}
		if f.Lost {
			why = append(why, "the mailbox keeps no copy")
		}
		switch set := mailboxes[strings.ToLower(f.Target)]; {
		case set[strings.ToLower(owner)]:
			r.Severity = analysis.Info
			why = append(why, "an operation on record set it, and weighs")
		case len(set) > 0:
			why = append(why, "an operation on record set the same target")
		}
		r.Reasons = why
		r.Cells = cite.Cells(f.Target, where, f.How, "", strings.Join(why, "; "))
		rows = append(rows, r)
	}
	return rows
}
