package bec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
)

var directSend = &analysis.Analyzer{
	Name:  "direct-send",
	Title: "Direct send",
	Doc:   explain("direct-send"),
	Columns: []analysis.Column{
		{Name: "Sender", Doc: "address of From, under a domain of the tenant", Kind: analysis.Text},
		{Name: "Messages", Doc: "messages of the row", Kind: analysis.Count},
		{Name: "Days", Doc: "on how many days, and from the first to the last", Kind: analysis.Text},
		{Name: "Recipients", Doc: "to whom", Kind: analysis.List, Wrap: true},
		{Name: "Subjects", Doc: "subjects of the messages", Kind: analysis.List, Wrap: true},
		{Name: "Checks", Doc: "what the receiving server's checks found", Kind: analysis.List},
		{Name: "Network", Doc: "network of the sending address", Kind: analysis.List},
		{Name: "Why", Doc: "why it stands here, and what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Sender", "Network"},
	Needs:      []analysis.Need{analysis.Operations, logon.Logons, logon.Networks, logon.Profiles, mail.Contacts, mail.Headers},
	Family:     "fraud",
	Version:    1,
	Techniques: []string{"T1566", "T1672"},
	References: []string{"Varonis and abnormal.ai, Direct Send abuse (2025)", "Microsoft Learn, Direct Send and RejectDirectSend"},
	Settings:   []string{"accepted_domains", "known_good", "office_networks", "thresholds"},
	Thresholds: []*analysis.Threshold{directDays},
	Points:     []*analysis.Point{logon.RoutineDays, logon.SharedUsers},
	Run:        runDirectSend,
}

// directDays is how long a device must have sent so to be the tenant's own.
var directDays = &analysis.Threshold{Name: "direct-send.habit_days", Value: 20, Doc: "days from the first to the last such message that make a device or service a habit"}

// A directMail is one message under the tenant's name that nobody was signed in
// for.
type directMail struct {
	id, sender, ip string
	at             time.Time
	rows           []int
	origins        []timeline.Origin // of records that are no events
	subject        string
	to             []string
	checks         string
	proved         bool // a check of the receiving server says so
	silent         bool // the sender's own sending is on record, and not of this
}

// A directFinder gathers such messages from headers, Defender and traces.
type directFinder struct {
	p      *analysis.Pass
	own    *mail.ContactBook
	byID   map[string]*directMail
	signed map[string]bool // message ids of mail that somebody was signed in for
	sends  map[string]bool // accounts whose sending is on record
	all    []*directMail
	looked int
}

func runDirectSend(p *analysis.Pass) (*analysis.Finding, error) {
	d := &directFinder{p: p, own: mail.Contacts.Of(p), byID: map[string]*directMail{}, signed: map[string]bool{}, sends: map[string]bool{}}
	d.readHeaders()
	d.readRows()
	if d.looked == 0 {
		return nil, analysis.Skip("no message headers, trace or Defender table of mail that names a sender of the tenant: whether mail was sent under its name without signing in cannot be told")
	}
	opened := openedMessages(p)
	lines := officeLines(p)
	groups := map[string][]*directMail{}
	var order []string
	numbers := logon.Networks.Of(p).Number
	for _, m := range d.all {
		key := m.sender + " " + m.ip
		if code, ok := p.Timeline.Find(timeline.ColIP, m.ip); ok && code != 0 {
			key = fmt.Sprint(m.sender, " ", numbers[code])
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], m)
	}
	f := &analysis.Finding{}
	for _, key := range order {
		f.Rows = append(f.Rows, d.row(groups[key], opened, lines))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s under the tenant's own domains from outside without anybody signed in, of %d that name a sender of the tenant; %s suspicious.", cite.Counted(len(d.all), "message"), d.looked, cite.Counted(cite.Accusing(f.Rows), "row"))
	return f, nil
}

// add takes in a message, or another record of one.
func (d *directFinder) add(m *directMail) {
	if known := d.byID[m.id]; m.id != "" && known != nil {
		known.rows, known.origins, known.to = append(known.rows, m.rows...), append(known.origins, m.origins...), append(known.to, m.to...)
		known.proved, known.silent = known.proved || m.proved, known.silent || m.silent
		if known.checks == "" {
			known.checks = m.checks
		}
		if known.ip == "" {
			known.ip = m.ip
		}
		return
	}
	d.byID[m.id] = m
	d.all = append(d.all, m)
}

// readHeaders looks at messages whose headers are known: Exchange Online writes
// whether the sender was signed in.
func (d *directFinder) readHeaders() {
	for _, h := range mail.Headers.Of(d.p) {
		if !d.own.Own(h.Sender) {
			continue
		}
		d.looked++
		id := mail.BareID(h.MessageID)
		as := h.Headers.Get("X-MS-Exchange-Organization-AuthAs")
		if as == "" {
			as = h.Headers.Get("X-MS-Exchange-CrossTenant-AuthAs")
		}
		checks, by := h.Headers.Results()
		if as != "" && !strings.EqualFold(as, "Anonymous") {
			d.signed[id] = true
			continue
		}
		if by == "" && as == "" || checks.Passes() {
			continue
		}
		ip := ""
		if _, after, ok := strings.Cut(h.Headers.Get("Authentication-Results"), "sender IP is "); ok {
			ip, _, _ = strings.Cut(after, ")")
		}
		d.add(&directMail{
			id: id, sender: strings.ToLower(h.Sender), ip: ip, at: h.At, origins: h.Origins, subject: h.Subject, to: []string{h.Mailbox},
			checks: checksText(checks.SPF, checks.DKIM, checks.DMARC, checks.Compauth), proved: true,
		})
	}
}

// checksText lists results of the checks of a message.
func checksText(spf, dkim, dmarc, compauth string) string {
	var parts []string
	for _, c := range [...][2]string{{"SPF", spf}, {"DKIM", dkim}, {"DMARC", dmarc}, {"composite", compauth}} {
		if c[1] != "" {
			parts = append(parts, c[0]+" "+c[1])
		}
	}
	return strings.Join(parts, ", ")
}

// readRows looks at traces and at Defender's table of mail. A trace does not
// say whether the sender was signed in: it is a weak sign where no record of
// the sender's own tells of the sending, or of their being at the address.
func (d *directFinder) readRows() {
	t := d.p.Timeline
	traces := d.traces()
	if d.looked += len(traces); len(traces) == 0 {
		return
	}
	users, fold := map[string]uint32{}, t.Fold(timeline.ColUser)
	for code := 1; code < len(fold); code++ {
		users[strings.ToLower(t.Value(timeline.ColUser, uint32(code)))] = fold[code]
	}
	transport := transportCodes(t)
	at := map[uint64]bool{} // users and addresses
	for row := range t.Len() {
		if ip := t.Code(timeline.ColIP, row); ip != 0 && t.Outcome(row) != timeline.Failure && !transport[t.Code(timeline.ColOperation, row)] {
			at[logon.Pair(t.Folded(timeline.ColUser, row), ip)] = true
		}
	}
	for row := range analysis.RowsOf(d.p, analysis.ClassSend) {
		if mail.Sends(t, row) && t.Outcome(row) != timeline.Failure {
			d.signed[mail.BareID(t.Text(timeline.ColMessageID, row))] = true
			d.sends[strings.ToLower(t.Text(timeline.ColUser, row))], d.sends[strings.ToLower(t.Text(timeline.ColMailbox, row))] = true, true
		}
	}
	for _, row := range traces {
		sender := mail.Address(t.Text(timeline.ColSender, row))
		id, ip := mail.BareID(t.Text(timeline.ColMessageID, row)), t.Text(timeline.ColIP, row)
		place := t.Place(row)
		if d.signed[id] && id != "" || place == nil || place.Class != "" || place.Kind == logon.KindService || users[sender] != 0 && at[logon.Pair(users[sender], t.Code(timeline.ColIP, row))] {
			continue
		}
		m := &directMail{id: id, sender: sender, ip: ip, at: t.Time(row), rows: []int{row}, subject: t.Text(timeline.ColSubject, row), to: mail.Addresses(t.Text(timeline.ColRecipients, row))}
		m.silent = d.sends[sender] || users[sender] == 0 && len(d.sends) > 0
		if t.Text(timeline.ColOperation, row) == opEmailEvents {
			inbound, passed, checks := defenderChecks(t.Details(row))
			if !inbound || passed {
				continue
			}
			m.checks, m.proved = checks, checks != ""
		}
		d.add(m)
	}
}

// traces are the rows of traces and of Defender's table that name a sender of
// the tenant.
func (d *directFinder) traces() []int {
	t := d.p.Timeline
	var rows []int
	for row := range t.RowsWith(timeline.ColOperation, transportCodes(t)) {
		if row < t.Timed() && d.own.Own(mail.Address(t.Text(timeline.ColSender, row))) {
			rows = append(rows, row)
		}
	}
	return rows
}

// Operations of the records of mail on its way.
const (
	opTrace       = "MessageTrace"
	opEmailEvents = "EmailEvents"
)

// transportCodes tells of each code of the operation column whether it is one of
// these.
func transportCodes(t *timeline.Timeline) []bool {
	of := make([]bool, t.Cardinality(timeline.ColOperation))
	for code := range of {
		op := t.Value(timeline.ColOperation, uint32(code))
		of[code] = op == opTrace || op == opEmailEvents
	}
	return of
}

// defenderChecks reads what Defender's table says of a message: whether it came
// in from outside, and not by a connector; whether a check passed; and all.
func defenderChecks(details string) (inbound, passed bool, checks string) {
	var d struct {
		EmailDirection, Connectors string
		AuthenticationDetails      json.RawMessage
	}
	if json.Unmarshal([]byte(details), &d) != nil {
		return false, false, ""
	}
	var results map[string]string
	if json.Unmarshal(d.AuthenticationDetails, &results) != nil {
		var text string
		if json.Unmarshal(d.AuthenticationDetails, &text) == nil {
			_ = json.Unmarshal([]byte(text), &results)
		}
	}
	folded := map[string]string{}
	for name, result := range results {
		folded[strings.ToLower(name)] = strings.ToLower(result)
		passed = passed || strings.EqualFold(result, "pass")
	}
	return strings.EqualFold(d.EmailDirection, "Inbound") && d.Connectors == "", passed, checksText(folded["spf"], folded["dkim"], folded["dmarc"], folded["compauth"])
}

// openedMessages are the ids of messages of which a link was clicked or an
// attachment opened.
func openedMessages(p *analysis.Pass) map[string]bool {
	t := p.Timeline
	opened := map[string]bool{}
	for row := range analysis.RowsOf(p, analysis.ClassOpen) {
		if id := mail.BareID(t.Text(timeline.ColMessageID, row)); id != "" {
			opened[id] = true
		}
	}
	return opened
}

// officeLines are the addresses, by code, from which several users log on.
func officeLines(p *analysis.Pass) map[uint32]bool {
	users := map[uint32]map[uint32]bool{}
	lines := map[uint32]bool{}
	for _, l := range logon.Logons.Of(p) {
		if !l.Admitted() || l.User == 0 || l.Service || logon.Anonymous(l.Place) {
			continue
		}
		if users[l.IP] == nil {
			users[l.IP] = map[uint32]bool{}
		}
		users[l.IP][l.User] = true
		lines[l.IP] = lines[l.IP] || len(users[l.IP]) >= logon.SharedUsers.Int()
	}
	return lines
}

// row weighs the messages of one sender from one network.
func (d *directFinder) row(list []*directMail, opened map[string]bool, lines map[uint32]bool) analysis.Row {
	t, pr := d.p.Timeline, logon.Profiles.Of(d.p)
	slices.SortStableFunc(list, func(a, b *directMail) int { return a.at.Compare(b.at) })
	days := map[string]bool{}
	var rows []int
	var origins []timeline.Origin
	var to, subjects, checks, ips []string
	proved, silent, clicked, office, cleared := false, false, false, false, d.own.Cleared(list[0].sender)
	var first, last time.Time
	for _, m := range list {
		if !m.at.IsZero() {
			days[m.at.Format(time.DateOnly)] = true
			if first.IsZero() {
				first = m.at
			}
			last = m.at
		}
		rows, origins = append(rows, m.rows...), append(origins, m.origins...)
		to, subjects, checks, ips = append(to, m.to...), append(subjects, m.subject), append(checks, m.checks), append(ips, m.ip)
		proved, silent, clicked = proved || m.proved, silent || m.silent, clicked || opened[m.id]
		if code, ok := t.Find(timeline.ColIP, m.ip); ok && code != 0 {
			office, cleared = office || lines[code] || pr.Office[code], cleared || pr.Cleared[code] && !pr.Office[code]
		}
	}
	severity, why := analysis.Info, "the trace has an address from outside for mail under a domain of the tenant; whether anybody was signed in is not on record"
	switch {
	case proved:
		severity, why = analysis.Medium, "mail under a domain of the tenant that came from outside, that no check passed and that nobody was signed in for"
	case silent:
		severity, why = analysis.Low, why+", and no record of a mailbox tells of the sending, as others do"
	}
	if clicked && severity > analysis.Info {
		severity, why = analysis.High, why+"; a link or an attachment of it was opened"
	}
	switch span := last.Sub(first); {
	case cleared:
		severity, why = analysis.Info, why+"; cleared by the examiner"
	case len(days) >= logon.RoutineDays.Int() && span >= d.p.Days(directDays):
		severity, why = analysis.Info, fmt.Sprintf("%s; sent so on %d days from %s to %s: consistent with a device or service of the tenant", why, len(days), first.Format(time.DateOnly), last.Format(time.DateOnly))
	case office && !clicked:
		severity, why = analysis.Info, why+"; from an address from which several users of the tenant log on: consistent with a device of the office"
	}
	slices.Sort(rows)
	r := cite.About(t, rows, severity, first, origins)
	r.First, r.Last, r.Confidence, r.Mailbox = first, last, analysis.Likely, ""
	if len(once(to)) == 1 {
		r.Mailbox = once(to)[0]
	}
	r.IPs = once(ips)
	var networks []string
	for _, ip := range r.IPs {
		if code, ok := t.Find(timeline.ColIP, ip); ok && code != 0 {
			networks = append(networks, logon.PlaceName(t.PlaceOf(code)))
		}
	}
	span := ""
	if len(days) > 0 {
		span = fmt.Sprintf("%s, %s to %s", cite.Counted(len(days), "day"), first.Format(time.DateOnly), last.Format(time.DateOnly))
	}
	r.Cells = cite.Cells(list[0].sender, len(list), span, once(to), once(subjects), once(checks), once(networks), why)
	return r
}
