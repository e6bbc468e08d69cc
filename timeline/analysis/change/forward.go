package change

import (
	"slices"
	"sort"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// A Forward is one target that one record set.
type Forward struct {
	Row     int
	Target  string
	Outside bool     // of the tenant
	How     string   // the operation and its parameter
	Mailbox string   // whose mail is forwarded, as the record names it
	Why     []string // what makes it worse
	Lost    bool     // the mailbox keeps no copy
	Undone  int      // row that took it back, -1 if none

	undo string // what a record that takes it back is known by
}

// Operations that forward for a mailbox, and for all mail.
const (
	opSetMailbox = "set-mailbox"
	opTransport  = "-transportrule"
)

// mailboxTargets are the parameters of Set-Mailbox that forward.
var mailboxTargets = []string{"ForwardingSmtpAddress", "ForwardingAddress"}

// redirectMessage is the parameter of a transport rule by which the recipient
// gets no copy; an inbox rule that redirects leaves one.
const redirectMessage = "RedirectMessageTo"

// Forwards lists what forwards, and the rows that take forwarding back, by
// what they take back, in time order.
func Forwards(p *analysis.Pass, own map[string]bool) (found []Forward, cleared map[string][]int) {
	t := p.Timeline
	cleared = map[string][]int{}
	contacts, transport := mailContacts(t), TransportTargets(p)
	relevant := make([]bool, t.Cardinality(timeline.ColOperation))
	for code := range relevant {
		op := OperationKeyOf(t.Value(timeline.ColOperation, uint32(code)))
		relevant[code] = op == opSetMailbox || ruleAct(p, op, nil) != "" || strings.HasSuffix(op, opTransport)
	}
	for row := range t.RowsWith(timeline.ColOperation, relevant) {
		changes := ParametersOf(t.Text(timeline.ColRule, row))
		op := OperationKeyOf(t.Text(timeline.ColOperation, row))
		f := Forward{Row: row, Undone: -1, Mailbox: forwardedMailbox(t, row, op, changes)}
		parameters := RuleTargets
		undoes := false
		switch {
		case op == opSetMailbox:
			parameters = mailboxTargets
			f.undo = op + "\x00" + strings.ToLower(f.Mailbox)
			f.Lost = strings.EqualFold(ValueOf(changes, "DeliverToMailboxAndForward"), "false")
			undoes = clears(changes)
		case strings.HasSuffix(op, opTransport):
			parameters = transport
			f.Lost = len(ForwardTargets(changes, []string{redirectMessage})) > 0
			f.undo = opTransport + "\x00" + strings.ToLower(targetOf(t, row, changes))
			undoes = strings.HasPrefix(op, "remove") || strings.HasPrefix(op, "disable")
		default:
			f.undo = strings.ToLower(f.Mailbox + "\x00" + ruleName(t, row, changes))
			act := ruleAct(p, op, changes)
			undoes = act == actRemoved || act == actOff
			if isTrue(changes, "DeleteMessage") || isTrue(changes, "SoftDeleteMessage") {
				f.Why = append(f.Why, "the rule deletes the message")
			}
		}
		if undoes && t.Outcome(row) != timeline.Failure {
			cleared[f.undo] = append(cleared[f.undo], row)
		}
		for _, target := range ForwardTargets(changes, parameters) {
			g := f
			g.Why = slices.Clone(f.Why)
			g.How = t.Text(timeline.ColOperation, row) + ParameterOf(changes, parameters, target)
			if address := contacts[strings.ToLower(target[strings.LastIndexByte(target, '/')+1:])]; address != "" {
				g.How += " to the contact " + cite.Quote(target)
				target = address
			}
			g.Target, g.Outside = target, mail.External(own, target)
			found = append(found, g)
		}
	}
	return found, cleared
}

// MarkUndone finds for each forwarding the first later record that takes it
// back.
func MarkUndone(found []Forward, cleared map[string][]int) {
	for i := range found {
		f := &found[i]
		rows := cleared[f.undo]
		if at := sort.SearchInts(rows, f.Row+1); at < len(rows) {
			f.Undone = rows[at]
		}
	}
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
		making[code] = OperationKeyOf(t.Value(timeline.ColOperation, uint32(code))) == opMailContact
	}
	for row := range t.RowsWith(timeline.ColOperation, making) {
		if t.Outcome(row) == timeline.Failure {
			continue
		}
		changes := ParametersOf(t.Text(timeline.ColRule, row))
		address := MailAddress(ValueOf(changes, "ExternalEmailAddress"))
		for _, name := range [...]string{"Name", "Alias", "DisplayName"} {
			if v := ValueOf(changes, name); v != "" && address != "" {
				contacts[strings.ToLower(v)] = address
			}
		}
	}
	return contacts
}

// ParameterOf names the parameter that holds a target.
func ParameterOf(changes []Property, parameters []string, target string) string {
	for _, name := range parameters {
		if strings.Contains(strings.ToLower(ValueOf(changes, name)), strings.ToLower(target)) {
			return " " + name
		}
	}
	return ""
}

// clears reports whether Set-Mailbox takes forwarding back: a forwarding
// parameter is set to nothing and none to something.
func clears(changes []Property) bool {
	empty := false
	for _, c := range changes {
		for _, name := range mailboxTargets {
			if !strings.EqualFold(c.Name, name) {
				continue
			}
			if MailAddress(c.New) != "" {
				return false
			}
			empty = true
		}
	}
	return empty
}

// forwardedMailbox is whose mail a record forwards.
func forwardedMailbox(t *timeline.Timeline, row int, op string, changes []Property) string {
	if op == opSetMailbox {
		if id := ValueOf(changes, "Identity"); id != "" {
			return id
		}
		return t.Text(timeline.ColTarget, row)
	}
	if m := t.Text(timeline.ColMailbox, row); m != "" {
		return m
	}
	return t.Text(timeline.ColUser, row)
}
