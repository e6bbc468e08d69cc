package change

import (
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
	Outside bool       // of the tenant
	How     string     // the operation and its parameter
	Mailbox string     // whose mail is forwarded, as the record names it
	Changes []Property // what the record set
	Why     []string   // what makes it worse
	Lost    bool       // the mailbox keeps no copy
	Undone  int        // row that took it back, -1 if none

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

// Forwards is what forwards, in time order, each with the first later record
// that takes it back.
var Forwards = &analysis.Fact[[]Forward]{
	Name:  "forwarding",
	Needs: []analysis.Need{mail.Tenant},
	Make:  findForwards,
}

func findForwards(p *analysis.Pass) []Forward {
	t, own := p.Timeline, mail.Tenant.Of(p)
	var found []Forward
	cleared := map[string][]int{} // rows that take forwarding back, by what they take back
	contacts, transport, parameters := mailContacts(t), TransportTargets(p), &parameterReader{t: t}
	keys := make([]string, t.Cardinality(timeline.ColOperation))
	relevant := make([]bool, len(keys))
	for code := range keys {
		op := OperationKeyOf(t.Value(timeline.ColOperation, uint32(code)))
		keys[code], relevant[code] = op, op == opSetMailbox || ruleAct(p, op, nil) != "" || strings.HasSuffix(op, opTransport)
	}
	for row := range t.RowsWith(timeline.ColOperation, relevant) {
		changes := parameters.of(row)
		f := Forward{Row: row, Changes: changes, Undone: -1}
		op := keys[t.Code(timeline.ColOperation, row)]
		targets, undoes := RuleTargets, false
		switch {
		case op == opSetMailbox:
			targets, undoes = mailboxTargets, clears(changes)
		case strings.HasSuffix(op, opTransport):
			targets, undoes = transport, strings.HasPrefix(op, "remove") || strings.HasPrefix(op, "disable")
		default:
			act := ruleAct(p, op, changes)
			undoes = act == actRemoved || act == actOff
		}
		undoes = undoes && t.Outcome(row) != timeline.Failure
		addresses := ForwardTargets(changes, targets)
		if len(addresses) == 0 && !undoes {
			continue
		}
		f.describe(t, op)
		if undoes {
			cleared[f.undo] = append(cleared[f.undo], row)
		}
		for _, target := range addresses {
			g := f
			g.How = t.Text(timeline.ColOperation, row) + ParameterOf(changes, targets, target)
			if address := contacts[strings.ToLower(target[strings.LastIndexByte(target, '/')+1:])]; address != "" {
				g.How += " to the contact " + cite.Quote(target)
				target = address
			}
			g.Target, g.Outside = target, mail.External(own, target)
			found = append(found, g)
		}
	}
	for i := range found {
		f := &found[i]
		rows := cleared[f.undo]
		if at := sort.SearchInts(rows, f.Row+1); at < len(rows) {
			f.Undone = rows[at]
		}
	}
	return found
}

// describe completes what a record of an operation says of its targets alike.
func (f *Forward) describe(t *timeline.Timeline, op string) {
	f.Mailbox = forwardedMailbox(t, f.Row, op, f.Changes)
	switch {
	case op == opSetMailbox:
		f.undo = op + "\x00" + strings.ToLower(f.Mailbox)
		f.Lost = strings.EqualFold(ValueOf(f.Changes, "DeliverToMailboxAndForward"), "false")
	case strings.HasSuffix(op, opTransport):
		f.undo = opTransport + "\x00" + strings.ToLower(targetOf(t, f.Row, f.Changes))
		f.Lost = len(ForwardTargets(f.Changes, []string{redirectMessage})) > 0
	default:
		f.undo = strings.ToLower(f.Mailbox + "\x00" + ruleName(t, f.Row, f.Changes))
		if isTrue(f.Changes, "DeleteMessage") || isTrue(f.Changes, "SoftDeleteMessage") {
			f.Why = []string{"the rule deletes the message"}
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
