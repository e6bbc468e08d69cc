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
	"becforensics/timeline/reference"
)

var mailboxDelegation = &analysis.Analyzer{
	Name:  "mailbox-delegation",
	Title: "Mailbox delegation",
	Doc:   explain("mailbox-delegation"),
	Columns: []analysis.Column{
		{Name: "Kind", Doc: "what was granted", Kind: analysis.Text},
		{Name: "To", Doc: "who was given it", Kind: analysis.Text},
		{Name: "On", Doc: "whose mailbox or folder", Kind: analysis.Text},
		{Name: "Rights", Doc: "the rights as written", Kind: analysis.Text},
		{Name: "Operation", Doc: "the source's word for the operation", Kind: analysis.Text},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Kind", "To", "On", "Operation"},
	Needs:      []analysis.Need{analysis.Signs, mail.Delegates, actor.Actors, actor.Routines},
	Version:    6,
	Techniques: []string{"T1098.002"},
	References: []string{"elastic/detection-rules 0ce6487d", "splunk/security_content 2246c142, 21421896"},
	Settings:   []string{"thresholds"},
	Family:     "persist",
	Run:        runMailboxDelegation,
	Acts:       runMailboxDelegation,
}

func runMailboxDelegation(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	table := p.Reference.Table(reference.Delegations)
	byCode := make([]reference.Row, t.Cardinality(timeline.ColOperation))
	known := make([]bool, len(byCode))
	for code := range byCode {
		byCode[code], known[code] = table.Find(strings.TrimRight(t.Value(timeline.ColOperation, uint32(code)), ". "))
	}
	f := &analysis.Finding{}
	service, unread := 0, 0
	for row := range t.Len() {
		code := t.Code(timeline.ColOperation, row)
		if !known[code] {
			continue
		}
		changes := change.GrantOf(t, row)
		d, ok := change.PermissionOf(p, row, byCode[code], changes)
		if !ok {
			if !d.Told(byCode[code], changes) {
				unread++
			}
			continue
		}
		if t.Has(row, timeline.Service) {
			service++
			continue
		}
		r := cite.Citing(t, []int{row})
		r.Severity, r.Confidence = d.Severity, analysis.Firm
		r.Reasons = d.Why
		if t.Outcome(row) == timeline.Failure {
			r.Severity = analysis.Info
			r.Reasons = append(r.Reasons, "the operation failed")
		} else if r.Severity > analysis.Info {
			routine := &actor.Usual
			if r.Severity >= analysis.High && samePerson(d.To, r.User) {
				routine = &actor.Routine{To: analysis.Low, Reason: "the account gave it to itself, from where it usually is"}
				if used := usedBy(p, r.User, d.On, row); len(used) > 0 {
					routine = nil
					r.Origins = append(r.Origins, cite.Origins(t, used)...)
					r.Last = t.Time(used[len(used)-1])
					r.Reasons = append(r.Reasons, "the account gave it to itself and then opened messages there: "+cite.Counted(len(used), "record"))
				}
			}
			actor.Weigh(p, row, &r, routine)
		}
		r.Cells = cite.Cells(d.Kind, d.To, d.On, d.Rights, t.Text(timeline.ColOperation, row), strings.Join(r.Reasons, "; "))
		f.Rows = append(f.Rows, r)
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s by people or applications on record; %s by Microsoft's own service left out.", cite.Plural(len(f.Rows), "permission was granted", "permissions were granted"), cite.Counted(service, "grant"))
	if unread > 0 {
		f.Summary += fmt.Sprintf(" %s of such operations, whose properties do not say what was granted to whom, could not be judged: the export lost them or they are cut.", cite.Plural(unread, "record", "records"))
	}
	f.Rows = append(f.Rows, snapshotDelegations(t)...)
	f.Notes = actor.AttributionNotes(p)
	return f, nil
}

// usedBy are the records in which an account opened messages of a mailbox after
// it gave itself access to it.
func usedBy(p *analysis.Pass, user, mailbox string, grant int) []int {
	rows := mail.Delegates.Of(p)[mail.DelegateKey{User: strings.ToLower(user), Mailbox: strings.ToLower(mailbox)}]
	i, _ := slices.BinarySearch(rows, grant)
	return rows[i:]
}

// samePerson reports whether a trustee, who may be named by alias alone, is
// an account.
func samePerson(trustee, account string) bool {
	alias, _, _ := strings.Cut(account, "@")
	return account != "" && (strings.EqualFold(trustee, account) || strings.EqualFold(trustee, alias))
}

// snapshotDelegations lists permissions in snapshots, as information.
func snapshotDelegations(t *timeline.Timeline) []analysis.Row {
	var rows []analysis.Row
	for _, c := range t.Context() {
		if !strings.HasPrefix(c.Kind, "mailbox permission") {
			continue
		}
		snapshot := func(to, rights string) {
			rows = append(rows, analysis.Row{
				Severity: analysis.Info, Confidence: analysis.Firm, Mailbox: c.Owner, Origins: []timeline.Origin{c.Origin},
				Cells: cite.Cells("mailbox permission", to, c.Owner, rights, "snapshot", "stood when the snapshot was taken"),
			})
		}
		if to := c.Get("User"); !change.IsBlank(to) && !strings.EqualFold(to, mailboxItself) && !strings.EqualFold(c.Get("IsInherited"), "true") {
			snapshot(to, c.Get("AccessRights"))
		}
		for _, column := range [...]string{"FullAccessUsers", "SendAsUsers", "SendOnBehalfUsers"} {
			if to := c.Get(column); !change.IsBlank(to) {
				snapshot(to, strings.TrimSuffix(column, "Users"))
			}
		}
	}
	return rows
}

// mailboxItself is the trustee through which a mailbox's owner opens it.
const mailboxItself = `NT AUTHORITY\SELF`
