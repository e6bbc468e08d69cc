package bec

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var externalForwarding = &analysis.Analyzer{
	Name:  "external-forwarding",
	Title: "Forwarding",
	Doc: analysis.Doc{
		Question: "Was mail made to leave a mailbox by itself?",
		Method: "Inbox rules that forward or redirect, forwarding set on mailboxes, transport rules that copy or redirect, and rules in snapshots. A target outside the accepted domains is high; critical if the mailbox keeps no copy (Set-Mailbox that says so, a transport rule that redirects), the rule deletes, the target is free mail, or one target serves two mailboxes. An act attributed to a suspicious actor weighs one step more; " +
			"one from a network that is usual for the account, with 20 active days of history, or where its own device was at the address within 12 hours, and with no suspicious logon in the 24 hours before, one step less. " +
			"A contact that was made on record stands for its address. A target inside is low; a rule in a snapshot is medium if its target is outside, low if it is switched off or the target is inside. Forwarding that was taken back later is shown so, and the record of it cited; user and addresses are those of who set it. A failed operation only informs, and counts for no other.",
		Limits:   "Without accepted domains from the examiner, the domains of the mailboxes and users in evidence are taken for the tenant's. What was forwarded is told by the message trace. Forwarding set before the log begins is seen only in a snapshot.",
		Innocent: "People forward to a private mailbox, ticket systems collect mail, colleagues stand in for each other.",
		Confirm:  "Whose address the target is; the message trace to it; the owner's account.",
	},
	Columns: []analysis.Column{
		{Name: "Target", Doc: "address that mail was sent on to", Kind: analysis.Text},
		{Name: "Where", Doc: "inside or outside of the tenant", Kind: analysis.Text},
		{Name: "How", Doc: "by which operation and parameter", Kind: analysis.Text},
		{Name: "Undone", Doc: "when it was taken back, if the record tells", Kind: analysis.Text},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Prose},
	},
	Needs:      analysis.Accusers,
	Version:    2,
	Techniques: []string{"T1114.003"},
	References: []string{"SigmaHQ/sigma c726e007", "elastic/detection-rules ec8efb0c", "Azure-Sentinel a1551ae4", "splunk/security_content 68469fd0"},
	Settings:   []string{"accepted_domains", "sister_domains"},
	Run:        runExternalForwarding,
}

// mailboxTargets are the parameters of Set-Mailbox that forward.
var mailboxTargets = []string{"ForwardingSmtpAddress", "ForwardingAddress"}

// Operations that forward for a mailbox, and for all mail.
const (
	opSetMailbox = "set-mailbox"
	opTransport  = "-transportrule"
)

// redirectMessage is the parameter of a transport rule by which the recipient
// gets no copy; an inbox rule that redirects leaves one.
const redirectMessage = "RedirectMessageTo"

// A forwarding is one target that one record set.
type forwarding struct {
	row     int
	target  string
	outside bool
	how     string
	mailbox string // whose mail is forwarded, as the record names it
	why     []string
	lost    bool   // the mailbox keeps no copy
	undo    string // what a record that takes it back is known by
	undone  int    // row that took it back, -1 if none
}

func runExternalForwarding(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	own := mail.OwnDomains(p)
	found, cleared := forwardings(p, own)
	markUndone(found, cleared)
	mailboxes := map[string]map[string]bool{}
	for _, f := range found {
		if t.Outcome(f.row) == timeline.Failure {
			continue
		}
		key := strings.ToLower(f.target)
		if mailboxes[key] == nil {
			mailboxes[key] = map[string]bool{}
		}
		mailboxes[key][strings.ToLower(f.mailbox)] = true
	}
	acts := actors(p)
	out := &analysis.Finding{}
	outside := 0
	for _, f := range found {
		r := cite.Citing(t, []int{f.row})
		if f.undone >= 0 {
			r.Origins = append(r.Origins, t.Origin(f.undone))
		}
		r.Severity, r.Confidence = analysis.Low, analysis.Firm
		where := "inside"
		if f.outside {
			where = "outside"
			outside++
			r.Severity = analysis.High
			if n := len(mailboxes[strings.ToLower(f.target)]); n > 1 {
				f.why = append(f.why, fmt.Sprintf("%d mailboxes forward to it", n))
			}
			if p.Reference.FreeMail(mail.DomainOf(f.target)) {
				f.why = append(f.why, "a free mail address")
			}
			if f.lost {
				f.why = append(f.why, "the mailbox keeps no copy")
			}
			if len(f.why) > 0 {
				r.Severity = analysis.Critical
			}
		}
		if t.Outcome(f.row) == timeline.Failure {
			r.Severity = analysis.Info
			f.why = append(f.why, "the operation failed")
		} else {
			before := r.Severity
			attributedTo(acts, f.row, &r, &f.why)
			if r.Severity == before && f.outside && usualNetwork(p, f.row) {
				r.Severity--
				f.why = append(f.why, "set where its account usually is, with nothing suspicious before: one step less")
			}
		}
		r.Cells = []string{f.target, where, f.how, undoneText(t, f.undone), strings.Join(f.why, "; ")}
		out.Rows = append(out.Rows, r)
	}
	snapshot := snapshotForwardings(p, own, mailboxes)
	out.Rows = append(out.Rows, snapshot...)
	cite.ByTime(out.Rows)
	out.Notes = attributionNotes(p)
	out.Summary = fmt.Sprintf("%s by operation, %d of them to addresses outside of the tenant; %s in snapshots of rules.", cite.Plural(len(found), "forwarding was set", "forwardings were set"), outside, cite.Counted(len(snapshot), "forwarding rule"))
	if len(p.Settings.AcceptedDomains) == 0 {
		out.Notes = append(out.Notes, "No accepted domains were given: the domains of mailboxes and users in evidence count as the tenant's.")
	}
	return out, nil
}

// forwardings lists what forwards, and the rows that take forwarding back, by
// what they take back, in time order.
func forwardings(p *analysis.Pass, own map[string]bool) (found []forwarding, cleared map[string][]int) {
	t := p.Timeline
	cleared = map[string][]int{}
	contacts, transport := mailContacts(t), transportTargets(p)
	relevant := make([]bool, t.Cardinality(timeline.ColOperation))
	for code := range relevant {
		op := operationKeyOf(t.Value(timeline.ColOperation, uint32(code)))
		relevant[code] = op == opSetMailbox || ruleAct(p, op, nil) != "" || strings.HasSuffix(op, opTransport)
	}
	for row := range t.Len() {
		if !relevant[t.Code(timeline.ColOperation, row)] {
			continue
		}
		changes := parametersOf(t.Text(timeline.ColRule, row))
		op := operationKeyOf(t.Text(timeline.ColOperation, row))
		f := forwarding{row: row, undone: -1, mailbox: forwardedMailbox(t, row, op, changes)}
		parameters := ruleTargets
		undoes := false
		switch {
		case op == opSetMailbox:
			parameters = mailboxTargets
			f.undo = op + "\x00" + strings.ToLower(f.mailbox)
			f.lost = strings.EqualFold(valueOf(changes, "DeliverToMailboxAndForward"), "false")
			undoes = clears(changes)
		case strings.HasSuffix(op, opTransport):
			parameters = transport
			f.lost = len(forwardTargets(changes, []string{redirectMessage})) > 0
			f.undo = opTransport + "\x00" + strings.ToLower(targetOf(t, row, changes))
			undoes = strings.HasPrefix(op, "remove") || strings.HasPrefix(op, "disable")
		default:
			f.undo = strings.ToLower(f.mailbox + "\x00" + ruleName(t, row, changes))
			act := ruleAct(p, op, changes)
			undoes = act == "removed" || act == "switched off"
			if isTrue(changes, "DeleteMessage") || isTrue(changes, "SoftDeleteMessage") {
				f.why = append(f.why, "the rule deletes the message")
			}
		}
		if undoes && t.Outcome(row) != timeline.Failure {
			cleared[f.undo] = append(cleared[f.undo], row)
		}
		for _, target := range forwardTargets(changes, parameters) {
			g := f
			g.why = slices.Clone(f.why)
			g.how = t.Text(timeline.ColOperation, row) + parameterOf(changes, parameters, target)
			if address := contacts[strings.ToLower(target[strings.LastIndexByte(target, '/')+1:])]; address != "" {
				g.how += " to the contact " + cite.QuoteName(target)
				target = address
			}
			g.target, g.outside = target, mail.External(own, target)
			found = append(found, g)
		}
	}
	return found, cleared
}

// opMailContact makes a contact: a name of the organisation for an address
// that may lie outside.
const opMailContact = "new-mailcontact"

// mailContacts are the addresses of the contacts that were made on record, by
// their names in lower case.
func mailContacts(t *timeline.Timeline) map[string]string {
	contacts := map[string]string{}
	making := make([]bool, t.Cardinality(timeline.ColOperation))
	for code := range making {
		making[code] = operationKeyOf(t.Value(timeline.ColOperation, uint32(code))) == opMailContact
	}
	for row := range t.Len() {
		if !making[t.Code(timeline.ColOperation, row)] || t.Outcome(row) == timeline.Failure {
			continue
		}
		changes := parametersOf(t.Text(timeline.ColRule, row))
		address := mailAddress(valueOf(changes, "ExternalEmailAddress"))
		for _, name := range [...]string{"Name", "Alias", "DisplayName"} {
			if v := valueOf(changes, name); v != "" && address != "" {
				contacts[strings.ToLower(v)] = address
			}
		}
	}
	return contacts
}

// parameterOf names the parameter that holds a target.
func parameterOf(changes []change, parameters []string, target string) string {
	for _, name := range parameters {
		if strings.Contains(strings.ToLower(valueOf(changes, name)), strings.ToLower(target)) {
			return " " + name
		}
	}
	return ""
}

// clears reports whether Set-Mailbox takes forwarding back: a forwarding
// parameter is set to nothing and none to something.
func clears(changes []change) bool {
	empty := false
	for _, c := range changes {
		for _, name := range mailboxTargets {
			if !strings.EqualFold(c.name, name) {
				continue
			}
			if mailAddress(c.new) != "" {
				return false
			}
			empty = true
		}
	}
	return empty
}

// forwardedMailbox is whose mail a record forwards.
func forwardedMailbox(t *timeline.Timeline, row int, op string, changes []change) string {
	if op == opSetMailbox {
		if id := valueOf(changes, "Identity"); id != "" {
			return id
		}
		return t.Text(timeline.ColTarget, row)
	}
	if m := t.Text(timeline.ColMailbox, row); m != "" {
		return m
	}
	return t.Text(timeline.ColUser, row)
}

// markUndone finds for each forwarding the first later record that takes it
// back.
func markUndone(found []forwarding, cleared map[string][]int) {
	for i := range found {
		f := &found[i]
		rows := cleared[f.undo]
		if at := sort.SearchInts(rows, f.row+1); at < len(rows) {
			f.undone = rows[at]
		}
	}
}

func undoneText(t *timeline.Timeline, row int) string {
	if row < 0 {
		return ""
	}
	return "taken back at " + cite.Stamp(t.Time(row))
}

// contextRule is the kind of context rows that are inbox rules in a snapshot.
const contextRule = "inbox rule"

// snapshotForwardings are the rules in snapshots that forward.
func snapshotForwardings(p *analysis.Pass, own map[string]bool, mailboxes map[string]map[string]bool) []analysis.Row {
	var rows []analysis.Row
	for _, c := range p.Timeline.Context() {
		if c.Kind != contextRule {
			continue
		}
		changes := contextChanges(c)
		for _, target := range forwardTargets(changes, ruleTargets) {
			r := analysis.Row{Severity: analysis.Low, Confidence: analysis.Firm, User: c.Owner, Mailbox: c.Owner, Origins: []timeline.Origin{c.Origin}}
			where := "inside"
			if mail.External(own, target) {
				r.Severity, where = analysis.Medium, "outside"
			}
			why := "alive when the snapshot was taken"
			if len(mailboxes[strings.ToLower(target)]) > 0 {
				why += "; an operation on record set the same target"
			}
			if strings.EqualFold(c.Get("Enabled"), "false") {
				r.Severity = analysis.Low
				why += "; switched off"
			}
			r.Cells = []string{target, where, "rule " + cite.QuoteName(c.Get("Name")) + " in a snapshot" + parameterOf(changes, ruleTargets, target), "", why}
			rows = append(rows, r)
		}
	}
	return rows
}

// contextChanges are a snapshot's cells as the parameters of a rule.
func contextChanges(c timeline.Context) []change {
	list := make([]change, len(c.Cells))
	for i, p := range c.Cells {
		list[i] = change{name: p.Name, new: p.Value}
	}
	return list
}
