package bec

import (
	"fmt"
	"slices"
	"strconv"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
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
			"For information only are clients that 3 other users have as a habit, that the examiner declared for the mailbox, or that came from the user's usual networks alone.",
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
	Run:        runRareClient,
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

// A clientUse is what one user did with one client type.
type clientUse struct {
	user, client     uint32 // folded
	rows             []int
	usual, elsewhere int // rows from usual networks, and from others
}

type clientUseKey struct{}

// clientUses are the uses of client types by people, in the order of their
// first record. Failed operations are none.
func clientUses(p *analysis.Pass) ([]*clientUse, *routines) {
	type result struct {
		uses []*clientUse
		of   *routines
	}
	r := analysis.Once(p, clientUseKey{}, func() result {
		t, pr, networks := p.Timeline, profileOf(p), networksOf(p)
		users, clients := t.Fold(timeline.ColUser), t.Fold(timeline.ColClient)
		index := map[uint64]*clientUse{}
		last := map[uint64]sessionDay{}
		var r result
		var days []sessionDay
		for row := range t.Timed() {
			user, client := users[t.Code(timeline.ColUser, row)], clients[t.Code(timeline.ColClient, row)]
			if user == 0 || client == 0 || t.Has(row, timeline.Service) || t.Outcome(row) == timeline.Failure {
				continue
			}
			key := pair(user, client)
			use := index[key]
			if use == nil {
				use = &clientUse{user: user, client: client}
				index[key] = use
				r.uses = append(r.uses, use)
			}
			use.rows = append(use.rows, row)
			ip := t.Code(timeline.ColIP, row)
			if ip != 0 {
				if pr.office[ip] || pr.cleared[ip] || pr.asns.usual(user, uint64(t.PlaceOf(ip).ASN)) {
					use.usual++
				} else {
					use.elsewhere++
				}
			}
			n, _ := t.Nanos(row)
			d := sessionDay{user: user, day: timeline.Day(n), value: uint64(client)}
			if t.Source(row).Source != sourceActivities {
				d.session = uint64(networks.number[ip])
				if s := t.Code(timeline.ColSession, row); s != 0 {
					d.session = uint64(s) | 1<<32
				}
			}
			if last[key] != d {
				last[key] = d
				days = append(days, d)
			}
		}
		r.of = newRoutines(days)
		return r
	})
	return r.uses, r.of
}

func runRareClient(p *analysis.Pass) (*analysis.Finding, error) {
	uses, of := clientUses(p)
	if len(uses) == 0 {
		return nil, analysis.Skip("no record names a user and a client; which programs were used cannot be told")
	}
	f := &analysis.Finding{}
	for _, use := range uses {
		if row, ok := use.judge(p, of); ok {
			f.Rows = append(f.Rows, row)
		}
	}
	byTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of users and client types tested, on %d active days in all; %s accused, %s for information.",
		counted(len(uses), "pair"), of.days, counted(accusing(f.Rows), "row"), counted(len(f.Rows)-accusing(f.Rows), "row"))
	return f, nil
}

// judge weighs how rare a use is. The use that a user has most is never rare.
func (use *clientUse) judge(p *analysis.Pass, of *routines) (analysis.Row, bool) {
	t := p.Timeline
	h := of.of[use.user]
	u := h.values[uint64(use.client)]
	k, n := u.sessions, h.sessions
	bound, share := wilson(k, n), float64(k)/float64(n)
	client := t.Value(timeline.ColClient, use.client)
	strong := client == clientIMAP || client == clientPOP || client == clientEWS
	verdict, severity := "", analysis.Low
	switch days := len(h.days); {
	case days >= enough(p) && bound < rareBound && k <= rareMost:
		verdict, severity = "rare", analysis.Medium
		if strong {
			severity = analysis.High
		}
	case days >= enough(p) && share < rareBound:
		verdict = "uncommon"
	case len(u.days) <= shortDays && float64(len(u.days)) < shortShare*float64(days):
		verdict = "short history"
	default:
		return analysis.Row{}, false
	}
	excuse := use.excuses(p, of, strong)
	if len(excuse) > 0 {
		severity = analysis.Info
	}
	rows := use.rows
	if severity > analysis.Info && use.usual > 0 {
		rows = use.away(p)
	}
	r := citing(t, rows)
	if severity == analysis.Info {
		r = informing(t, rows[0], rows[len(rows)-1])
	}
	r.User = t.Value(timeline.ColUser, use.user)
	r.Severity, r.Confidence = severity, analysis.Likely
	if verdict == "short history" {
		r.Confidence = analysis.Unsure
	}
	e := of.others(uint64(use.client), use.user)
	r.Cells = []string{
		client, verdict, strconv.Itoa(k), strconv.Itoa(n), percent(bound), strconv.Itoa(len(h.days)), date(u.days[0]), date(u.days[len(u.days)-1]),
		strconv.Itoa(len(use.rows)), list(use.networks(t)), fmt.Sprintf("%s, a habit of %d", counted(e.users, "other user"), e.usual), list(excuse),
	}
	return r, true
}

// excuses are what makes a rare use one for information.
func (use *clientUse) excuses(p *analysis.Pass, of *routines, strong bool) []string {
	t := p.Timeline
	client := t.Value(timeline.ColClient, use.client)
	var excuse []string
	if slices.ContainsFunc(p.Settings.For(t.Value(timeline.ColUser, use.user)).Clients, func(c string) bool { return equalFold(c, client) }) {
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
	var rows []int
	for _, row := range use.rows {
		if ip := t.Code(timeline.ColIP, row); ip != 0 && !pr.office[ip] && !pr.cleared[ip] && !pr.asns.usual(use.user, uint64(t.PlaceOf(ip).ASN)) {
			rows = append(rows, row)
		}
	}
	return rows
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
