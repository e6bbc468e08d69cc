package bec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

var namesImpersonated = &analysis.Analyzer{
	Name:  "impersonation",
	Title: "Impersonation",
	Doc: analysis.Doc{
		Question: "Did somebody outside write under the name of one of the tenant's people, or is an account or application made to look like another name?",
		Method: "A name is taken from the display name of a sender, or from an address of two or more words (anna.smith@…). An address outside the tenant under the name of one of its people is weighed: first contact 1 point, an address at a free-mail provider 1, the message to 3 or more recipients 1, words of payments in the subject 2, " +
			"a Reply-To at another domain 2, failed authentication 2, a domain that resembles a known one 2. 3 points are low, 4 medium, 6 high; less informs, and so does mail that only the person of that name got. " +
			"Names of accounts, of applications and of addresses that look like a name of the table of imitated names but are not spelled so (rnicrosoft, ITCornpany) are high: nobody arrives at them by chance.",
		Limits:   "Most exports hold addresses without display names, which is what imitations of persons live from. Who is an executive is not known. People of one word, and people who never appear in the evidence, are not known either.",
		Innocent: "People who write to their employer from their private mailbox; namesakes.",
		Confirm:  "The person whose name it is, asked by telephone.",
	},
	Columns: []analysis.Column{
		{Name: "Name", Doc: "the name as written, or the address", Kind: analysis.Text},
		{Name: "Imitates", Doc: "whose name or which name it is", Kind: analysis.Text},
		{Name: "Kind", Doc: "person, account, address or application", Kind: analysis.Text},
		{Name: "Recipients", Doc: "the tenant's addresses that got mail under the name", Kind: analysis.Text},
		{Name: "Subjects", Doc: "subjects of that mail", Kind: analysis.Text},
		{Name: "Records", Doc: "records that hold the name", Kind: analysis.Number},
		{Name: "Operations", Doc: "operations of these records", Kind: analysis.Text},
		{Name: "Points", Doc: "sum of what speaks against a person's namesake", Kind: analysis.Number},
		{Name: "Reasons", Doc: "what speaks against it, with points", Kind: analysis.Prose},
	},
	Needs:      []string{"authentication-failure"},
	Version:    1,
	Techniques: []string{"T1656", "T1036.010"},
	References: []string{"invictus-ir/o365_dataset", "Unicode Technical Standard 39, Unicode Security Mechanisms"},
	Settings:   []string{"accepted_domains", "sister_domains", "known_good", "thresholds"},
	Run:        runImpersonation,
}

// Points of a stranger under a known name. A private mailbox used for the
// first time (2) is not enough for a row; a second oddity is.
const (
	pointsNewSender    = 1
	pointsFreeMail     = 1
	pointsSeveral      = 1
	pointsPayment      = 2
	pointsReplyTo      = 2
	pointsFailed       = 2
	pointsLikeDomain   = 2
	impersonationLow   = 3
	impersonationMid   = 4
	impersonationHigh  = 6
	severalRecipients  = 3
	shortestImitation  = 5 // letters of a name; shorter ones stand in other words
	kindPerson         = "person"
	kindApplication    = "application"
	kindAccount        = "account"
	kindForeignAddress = "address"
)

func runImpersonation(p *analysis.Pass) (*analysis.Finding, error) {
	if p.Timeline.Len() == 0 && len(p.Timeline.Context()) == 0 {
		return nil, analysis.Skip("no events")
	}
	f := &analysis.Finding{}
	f.Rows = append(impersonatedPeople(p), imitatedNames(p)...)
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of the tenant known by name; %s under one of their names or under a name made to look like another, %d accused.",
		cite.Plural(len(peopleOf(p).by), "person", "people"), cite.Counted(len(f.Rows), "name"), cite.Accusing(f.Rows))
	return f, nil
}

// A namesake is an address outside the tenant under the name of one inside.
type namesake struct {
	name, address, person string
	letters               []int
	mails                 []*mail
}

// impersonatedPeople are the rows of strangers under the names of the
// tenant's people.
func impersonatedPeople(p *analysis.Pass) []analysis.Row {
	t := p.Timeline
	who, post, own := peopleOf(p), postOf(p), ownDomains(p)
	by := map[string]*namesake{}
	var order []*namesake
	sake := func(name, key, sender string) *namesake {
		person, ok := who.by[key]
		if key == "" || !ok || sender == "" || inDomains(own, domainOf(sender)) || !strings.Contains(sender, "@") {
			return nil
		}
		n := by[sender]
		if n == nil {
			n = &namesake{name: name, address: sender, person: person}
			by[sender] = n
			order = append(order, n)
		}
		return n
	}
	for i := range post.letters {
		l := &post.letters[i]
		code := t.Code(timeline.ColSender, l.rows[0])
		n := sake(t.Value(timeline.ColSender, code), who.names[code], l.sender)
		if n == nil {
			n = sake(l.sender, addressKey(l.sender), l.sender)
		}
		if n != nil {
			n.letters = append(n.letters, i)
		}
	}
	for _, m := range mailsOf(p) {
		from := m.headers.get("From")
		n := sake(from, nameKey(displayName(from)), m.sender)
		if n == nil {
			n = sake(m.sender, addressKey(m.sender), m.sender)
		}
		if n != nil {
			n.mails = append(n.mails, m)
		}
	}
	failed := analysis.AccusedRecords(p, "authentication-failure")
	like := accusedDomains(p)
	rows := make([]analysis.Row, 0, len(order))
	for _, n := range order {
		rows = append(rows, n.finding(p, failed, like))
	}
	return rows
}

// finding weighs a namesake.
func (n *namesake) finding(p *analysis.Pass, failed map[timeline.Origin]bool, like map[string]bool) analysis.Row {
	t, post, c := p.Timeline, postOf(p), correspondence(p)
	var rows []int
	var origins []timeline.Origin
	var subjects []string
	var to cite.Sample
	most := 0
	first := int64(0)
	replies := ""
	note := func(at int64, subject string) {
		if at != 0 && (first == 0 || at < first) {
			first = at
		}
		if subject != "" && len(subjects) < cite.Sampled && !slices.Contains(subjects, subject) {
			subjects = append(subjects, subject)
		}
	}
	for _, i := range n.letters {
		l := &post.letters[i]
		rows = append(rows, l.rows...)
		recipients := post.reached(l)
		most = max(most, len(recipients))
		for _, a := range recipients {
			to.Add(a)
		}
		if l.timed {
			note(l.at, l.subject)
		}
	}
	for _, m := range n.mails {
		origins = append(origins, m.origins...)
		to.Add(strings.ToLower(m.mailbox))
		if d := domainOf(m.replyTo); d != "" && !under(d, domainOf(m.sender)) && !under(domainOf(m.sender), d) {
			replies = d
		}
		at := int64(0)
		if !m.at.IsZero() {
			at = m.at.UnixNano()
		}
		note(at, m.subject)
	}
	var against cite.Score
	isNew, known := c.newAt(n.address, first)
	against.Add(isNew && known, pointsNewSender, "first contact with the sender")
	against.Add(p.Reference.FreeMail(n.address), pointsFreeMail, "an address that anybody can have")
	against.Add(most >= severalRecipients, pointsSeveral, "to "+cite.Counted(most, "recipient"))
	words := paymentWords(p, subjects)
	against.Add(len(words) > 0, pointsPayment, "words of payments in subjects: "+cite.List(words))
	against.Add(replies != "", pointsReplyTo, "answers go to another domain, "+replies)
	slices.Sort(rows)
	against.Add(slices.ContainsFunc(origins, func(o timeline.Origin) bool { return failed[o] }) ||
		slices.ContainsFunc(rows, func(row int) bool { return failed[t.Origin(row)] }), pointsFailed, "its authentication failed")
	against.Add(inDomains(like, domainOf(n.address)), pointsLikeDomain, "its domain resembles a known one")
	points, reasons := against.Points(), against.String()
	severity := analysis.Info
	switch {
	case c.cleared(n.address):
		reasons = cite.Also(reasons, "the examiner cleared the domain")
	case len(to.Values) == 1 && to.Values[0] == n.person:
		reasons = cite.Also(reasons, "only the person of that name got it: consistent with mail to oneself")
	case points >= impersonationHigh:
		severity = analysis.High
	case points >= impersonationMid:
		severity = analysis.Medium
	case points >= impersonationLow:
		severity = analysis.Low
	}
	r := (&domainUse{first: first, origins: slices.Clone(origins)}).citing(t, rows, severity)
	r.Severity, r.Confidence = severity, analysis.Likely
	if severity == analysis.Info && len(r.Origins) > 2 {
		r.Origins = []timeline.Origin{r.Origins[0], r.Origins[len(r.Origins)-1]}
	}
	for _, row := range rows {
		origins = append(origins, t.Origin(row))
	}
	slices.SortFunc(origins, timeline.Origin.Compare)
	r.Cells = []string{
		n.name, n.person, kindPerson, cite.List(to.Sorted()), cite.List(subjects), strconv.Itoa(len(slices.Compact(origins))), cite.List(cite.Operations(t, rows)),
		strconv.Itoa(points), reasons,
	}
	return r
}

// An imitation is a name that looks like another but is not spelled so.
type imitation struct {
	shown, of, kind string
	rows            []int
}

// imitatedNames are the rows of names of accounts, addresses and applications
// that look like a name of the table.
func imitatedNames(p *analysis.Pass) []analysis.Row {
	t := p.Timeline
	x := newImitations(p)
	columns := []timeline.Col{timeline.ColApp, timeline.ColUser, timeline.ColMailbox, timeline.ColTarget, timeline.ColSender, timeline.ColRecipients, timeline.ColRule}
	timeline.Scan(t, columns, x.lookup, func(row int, _ timeline.Col, hit int) {
		m := x.all[hit]
		if n := len(m.rows); n == 0 || m.rows[n-1] != row {
			m.rows = append(m.rows, row)
		}
	})
	rows := make([]analysis.Row, 0, len(x.all))
	for _, m := range x.all {
		r := cite.Citing(t, m.rows)
		r.Severity, r.Confidence = analysis.High, analysis.Firm
		if m.kind == kindForeignAddress {
			r.User, r.Mailbox = "", "" // who had to do with the address is not its owner
		}
		r.Cells = []string{m.shown, m.of, m.kind, "", "", strconv.Itoa(len(m.rows)), cite.List(cite.Operations(t, m.rows)), "", "it looks like " + cite.Quote(m.of) + " but is spelled otherwise"}
		rows = append(rows, r)
	}
	return rows
}

// imitations finds names that look like those of the table.
type imitations struct {
	t        *timeline.Timeline
	naming   *naming
	own      map[string]bool
	names    []imitated
	verdicts map[string]int // of a name in lower case: 1-based imitation, 0 for none
	all      []*imitation
}

// An imitated name of the table, with its skeleton.
type imitated struct{ name, skeleton string }

func newImitations(p *analysis.Pass) *imitations {
	x := &imitations{t: p.Timeline, naming: namingOf(p), own: ownDomains(p), verdicts: map[string]int{}}
	for row := range p.Reference.Table(reference.ImitatedNames).Rows() {
		if name := strings.ToLower(row.Key()); len(name) >= shortestImitation {
			x.names = append(x.names, imitated{name, x.naming.skeleton(name)})
		}
	}
	slices.SortStableFunc(x.names, func(a, b imitated) int { return cmp.Compare(len(b.name), len(a.name)) })
	return x
}

// lookup is the imitations in a value: of an application its name, elsewhere
// the names of the addresses in it.
func (x *imitations) lookup(c timeline.Col, code uint32) []int {
	text := x.t.Value(c, code)
	if c == timeline.ColApp {
		return x.judge(text, text, kindApplication)
	}
	var hits []int
	for word := range strings.FieldsFuncSeq(text, notInAddress) {
		local, domain, ok := cutLast(word, '@')
		if !ok || local == "" {
			continue
		}
		local = strings.TrimPrefix(strings.ToLower(local), smtpPrefix)
		kind := kindForeignAddress
		if inDomains(x.own, domainOf("@"+domain)) {
			kind = kindAccount
		}
		hits = append(hits, x.judge(local, local+"@"+strings.ToLower(domain), kind)...)
	}
	return hits
}

func (x *imitations) judge(name, shown, kind string) []int {
	key := kind + "\x00" + strings.ToLower(shown)
	n, ok := x.verdicts[key]
	if !ok {
		if of := x.imitates(name); of != "" {
			x.all = append(x.all, &imitation{shown: shown, of: of, kind: kind})
			n = len(x.all)
		}
		x.verdicts[key] = n
	}
	if n == 0 {
		return nil
	}
	return []int{n - 1}
}

// imitates is the longest name of the table that a name looks like in a part
// where it is not spelled so.
func (x *imitations) imitates(name string) string {
	folded := reference.Fold(name)
	skeleton := x.naming.skeleton(name)
	for _, n := range x.names {
		if strings.Count(skeleton, n.skeleton) > strings.Count(folded, n.name) {
			return n.name
		}
	}
	return ""
}
