package bec

import (
	"fmt"
	"slices"
	"strconv"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/reference"
)

const rareClientName = "rare-client"

var rareClient = &analysis.Analyzer{
	Name:  rareClientName,
	Title: "Rare clients",
	Doc: analysis.Doc{
		Question: "Which users were served by a client type that they hardly ever use?",
		Method: "For each user and client type k of n session-days are compared (distinct user, day, and session or network; the log of 2018 has neither, there a day counts once). " +
			"Rare is an upper bound of the 95 % Wilson interval below 5 % with k at most 5: medium, high for IMAP4, POP3 and EWS. Uncommon is a share below 5 % with the bound above: low. " +
			"Where the history is too short for the bound, low if the client was seen on 3 days at most and on fewer than 10 % of the active days. " +
			"For information only are clients that the examiner declared for the mailbox, that came from the user's usual networks alone, that 3 other users have as a habit (IMAP4, POP3 and EWS aside), or that 3 other users have and no record shows from an unusual network.",
		Limits: "A client that an intruder shares with the owner is not rare, and one used for many days is no longer rare: see the logons. Counts are by days, because one synchronisation makes thousands of events. " +
			"The client is what the server notes or the program claims.",
		Innocent: "A new phone or computer, webmail on a journey, a mail program tried once, a ticket or archive system that was just connected.",
		Confirm:  "Ask the user and the help desk for the device; compare the address with the user's logons.",
	},
	Columns: []analysis.Column{
		{Name: "Client", Doc: "client type"},
		{Name: "Verdict", Doc: "rare, uncommon, short history"},
		{Name: "k", Doc: "session-days with the client", Kind: analysis.Number},
		{Name: "n", Doc: "session-days of the user", Kind: analysis.Number},
		{Name: "Bound", Doc: "upper bound of the 95 % Wilson interval of k in n"},
		{Name: "Active days", Doc: "days on which the user was active", Kind: analysis.Number},
		{Name: "First day", Doc: "first day with the client"},
		{Name: "Last day", Doc: "last day with the client"},
		{Name: "Records", Doc: "records with the client", Kind: analysis.Number},
		{Name: "Networks", Doc: "networks it was used from"},
		{Name: "Estate", Doc: "other users of the client type"},
		{Name: "Excuse", Doc: "what speaks for an innocent reading", Kind: analysis.Prose},
	},
	Version:    1,
	Techniques: []string{"T1078.004", "T1114.002"},
	References: []string{"CrowdStrike, Hiding in Plain Sight, 2018", "elastic/detection-rules 48819484"},
	Settings:   []string{"mailboxes", "office_networks", "known_good", "thresholds"},
	Thresholds: []analysis.Threshold{
		{Name: "rare-client.share", Value: rareBound, Doc: "upper bound of a client's share of session-days below which it is rare"},
		{Name: "rare-client.session_days", Value: rareMost, Doc: "most session-days of a client that is rare"},
	},
	Run: runRareClient,
}

// Thresholds of rare-client.
const (
	rareBound  = 0.05
	rareMost   = 5   // session-days
	shortDays  = 3   // a client seen on more days is in use
	shortShare = 0.1 // of the active days
)

// Client types that take mail away without a browser or Outlook, as the
// reference tables name them.
const (
	clientIMAP = "IMAP4"
	clientPOP  = "POP3"
	clientEWS  = "EWS"
)

// takesMail reports whether a client type is one of these.
func takesMail(client string) bool {
	return client == clientIMAP || client == clientPOP || client == clientEWS
}

// A clientUse is what one user did with one client type.
type clientUse struct {
	user, client     uint32 // folded
	records          int
	first, last      int   // rows
	usual, elsewhere int   // records from usual networks, and from others
	day              int32 // of the last record
	session          uint64
	rows             []int // gathered for those that are rare
}

// A clientTable is the uses of client types by people, in the order of their
// first record. Failed operations are none.
type clientTable struct {
	uses  []*clientUse
	index map[uint64]*clientUse
	of    *routines
}

// clientUses goes over the events once.
func clientUses(p *analysis.Pass) *clientTable {
	t, pr, networks := p.Timeline, profileOf(p), networksOf(p)
	c := &clientTable{index: map[uint64]*clientUse{}}
	var days []sessionDay
	for row := range t.Timed() {
		user, client := used(t, row)
		if user == 0 {
			continue
		}
		key := pair(user, client)
		use := c.index[key]
		if use == nil {
			use = &clientUse{user: user, client: client, first: row, day: -1}
			c.index[key] = use
			c.uses = append(c.uses, use)
		}
		use.records++
		use.last = row
		ip := t.Code(timeline.ColIP, row)
		switch {
		case ip == 0:
		case pr.homeAddress(t, user, ip):
			use.usual++
		default:
			use.elsewhere++
		}
		n, _ := t.Nanos(row)
		d := sessionDay{user: user, day: timeline.Day(n), value: uint64(client)}
		if s := t.Code(timeline.ColSession, row); t.Source(row).Source == timeline.SourceActivities {
			d.session = 0
		} else if d.session = uint64(networks.number[ip]); s != 0 {
			d.session = uint64(s) | 1<<32
		}
		if d.day != use.day || d.session != use.session {
			use.day, use.session = d.day, d.session
			days = append(days, d)
		}
	}
	c.of = newRoutines(days, enough(p))
	return c
}

// used is whose use of which client a row is, 0 if it is none.
func used(t *timeline.Timeline, row int) (user, client uint32) {
	user, client = t.Folded(timeline.ColUser, row), t.Folded(timeline.ColClient, row)
	if client == 0 || t.Has(row, timeline.Service) || t.Outcome(row) == timeline.Failure {
		return 0, 0
	}
	return user, client
}

// homeAddress reports whether an address is of an office, cleared by the
// examiner, or in a network that is usual for a user.
func (pr *profile) homeAddress(t *timeline.Timeline, user, ip uint32) bool {
	return pr.office[ip] || pr.cleared[ip] || pr.asns.usual(user, uint64(t.PlaceOf(ip).ASN))
}

func runRareClient(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	table := clientUses(p)
	if len(table.uses) == 0 {
		return nil, analysis.Skip("no record names a user and a client; which programs were used cannot be told")
	}
	verdicts := map[*clientUse]verdict{}
	for _, use := range table.uses {
		if v, ok := use.judge(p, table.of); ok {
			verdicts[use] = v
		}
	}
	for row := range t.Timed() {
		if len(verdicts) == 0 {
			break
		}
		if user, client := used(t, row); user != 0 {
			if use := table.index[pair(user, client)]; verdicts[use].word != "" {
				use.rows = append(use.rows, row)
			}
		}
	}
	f := &analysis.Finding{}
	for _, use := range table.uses {
		if v := verdicts[use]; v.word != "" {
			f.Rows = append(f.Rows, use.row(p, table.of, v))
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of users and client types tested, on %d active days in all; %s accused, %s for information.",
		cite.Counted(len(table.uses), "pair"), table.of.days, cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

// A verdict says how rare a use is.
type verdict struct {
	word     string
	severity analysis.Severity
	strong   bool // a protocol for taking mail
	bound    float64
}

// judge weighs how rare a use is.
func (use *clientUse) judge(p *analysis.Pass, of *routines) (verdict, bool) {
	h := of.of[use.user]
	u := h.values[uint64(use.client)]
	k, n := u.sessions, h.sessions
	client := p.Timeline.Value(timeline.ColClient, use.client)
	v := verdict{severity: analysis.Low, bound: wilson(k, n), strong: takesMail(client)}
	share := p.Threshold("rare-client.share")
	switch days := len(h.days); {
	case days >= enough(p) && v.bound < share && k <= int(p.Threshold("rare-client.session_days")):
		v.word, v.severity = "rare", analysis.Medium
		if v.strong {
			v.severity = analysis.High
		}
	case days >= enough(p) && float64(k)/float64(n) < share:
		v.word = "uncommon"
	case len(u.days) <= shortDays && float64(len(u.days)) < shortShare*float64(days):
		v.word = "short history"
	}
	return v, v.word != ""
}

// row cites the records of a rare use; of one that came from usual networks
// as well, those from elsewhere.
func (use *clientUse) row(p *analysis.Pass, of *routines, v verdict) analysis.Row {
	t := p.Timeline
	h := of.of[use.user]
	u := h.values[uint64(use.client)]
	excuse := use.excuses(p, of, v.strong)
	rows := use.rows
	if use.usual > 0 && len(excuse) == 0 {
		rows = use.away(p)
	}
	r := cite.Citing(t, rows)
	r.Severity, r.Confidence = v.severity, analysis.Likely
	if len(excuse) > 0 {
		r = cite.Informing(t, use.first, use.last)
		r.Confidence = analysis.Likely
	}
	if v.word == "short history" {
		r.Confidence = analysis.Unsure
	}
	r.User = t.Value(timeline.ColUser, use.user)
	e := of.others(uint64(use.client), use.user)
	r.Cells = []string{
		t.Value(timeline.ColClient, use.client), v.word, strconv.Itoa(u.sessions), strconv.Itoa(h.sessions), cite.Percent(v.bound), strconv.Itoa(len(h.days)),
		cite.Date(u.days[0]), cite.Date(u.days[len(u.days)-1]), strconv.Itoa(use.records), cite.List(use.networks(t)),
		fmt.Sprintf("%s, a habit of %d", cite.Counted(e.users, "other user"), e.usual), cite.List(excuse),
	}
	return r
}

// excuses are what makes a rare use one for information.
func (use *clientUse) excuses(p *analysis.Pass, of *routines, strong bool) []string {
	t := p.Timeline
	client := t.Value(timeline.ColClient, use.client)
	var excuse []string
	if reference.ContainsAny(p.Settings.For(t.Value(timeline.ColUser, use.user)).Clients, client) {
		excuse = append(excuse, "declared for this mailbox")
	}
	e := of.others(uint64(use.client), use.user)
	common := e.usual >= sharedUsers || e.users >= sharedUsers && !strong
	switch {
	case use.elsewhere == 0 && use.usual > 0:
		excuse = append(excuse, "only from networks that are usual for this user")
	case use.elsewhere == 0 && common:
		excuse = append(excuse, "common in the estate, and no record with an unusual network")
	case e.usual >= sharedUsers && !strong:
		excuse = append(excuse, "a habit of other users; the logons decide")
	}
	return excuse
}

// away are the rows from networks that are not usual for the user.
func (use *clientUse) away(p *analysis.Pass) []int {
	t, pr := p.Timeline, profileOf(p)
	return slices.DeleteFunc(slices.Clone(use.rows), func(row int) bool {
		ip := t.Code(timeline.ColIP, row)
		return ip == 0 || pr.homeAddress(t, use.user, ip)
	})
}

func (use *clientUse) networks(t *timeline.Timeline) []string {
	seen := map[uint32]bool{}
	var words []string
	for _, row := range use.rows {
		ip := t.Code(timeline.ColIP, row)
		if ip == 0 {
			continue
		}
		if p := t.PlaceOf(ip); p.ASN != 0 && !seen[p.ASN] {
			seen[p.ASN] = true
			words = append(words, fmt.Sprintf("AS%d %s", p.ASN, p.Network))
		}
	}
	slices.Sort(words)
	return words
}
