package logon

import (
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// Thresholds by which a client type is rare. One seen on more days than a few
// is in use.
var (
	rareMost     = &analysis.Threshold{Name: "rare-client.session_days", Value: 5, Doc: "most session-days of a client that is rare"}
	rareBound    = &analysis.Threshold{Name: "rare-client.share", Value: 0.05, Doc: "upper bound of a client's share of session-days below which it is rare"}
	shortDays    = &analysis.Threshold{Name: "rare-client.short_days", Value: 3, Doc: "most days of a client that is rare in a history too short for the bound"}
	shortPercent = &analysis.Threshold{Name: "rare-client.short_percent", Value: 10, Doc: "per cent of the active days below which those days must lie"}
)

// RareThresholds are those of Judge and Rare.
var RareThresholds = []*analysis.Threshold{HistoryDays, rareBound, rareMost, shortDays, shortPercent}

// Client types that take mail away without a browser or Outlook, as the
// reference tables name them.
const (
	ClientIMAP = "IMAP4"
	ClientPOP  = "POP3"
	clientEWS  = "EWS"
)

// takesMail reports whether a client type is one of these.
func takesMail(client string) bool {
	return client == ClientIMAP || client == ClientPOP || client == clientEWS
}

// A ClientUse is what one user did with one client type.
type ClientUse struct {
	User, Client     uint32 // folded
	Records          int
	First, Last      int   // rows
	Usual, elsewhere int   // records from usual networks, and from others
	day              int32 // of the last record
	session          uint64
}

// A ClientTable is the uses of client types by people, in the order of their
// first record. Operations that failed are left out.
type ClientTable struct {
	Uses  []*ClientUse
	Index map[uint64]*ClientUse
	Of    *Habits
}

// ClientUses are what users did with each client type.
var ClientUses = &analysis.Fact[*ClientTable]{
	Name:       "client uses",
	Needs:      []analysis.Need{Networks, Profiles},
	Thresholds: []*analysis.Threshold{HistoryDays},
	Points:     habitPoints,
	Make:       findClientUses,
}

func findClientUses(p *analysis.Pass) *ClientTable {
	t, pr, networks := p.Timeline, Profiles.Of(p), Networks.Of(p)
	c := &ClientTable{Index: map[uint64]*ClientUse{}}
	days := newCalendar()
	for row := range t.Timed() {
		user, client := Used(t, row)
		if user == 0 {
			continue
		}
		key := Pair(user, client)
		use := c.Index[key]
		if use == nil {
			use = &ClientUse{User: user, Client: client, First: row, day: -1}
			c.Index[key] = use
			c.Uses = append(c.Uses, use)
		}
		use.Records++
		use.Last = row
		ip := t.Code(timeline.ColIP, row)
		switch {
		case ip == 0:
		case pr.HomeAddress(t, user, ip):
			use.Usual++
		default:
			use.elsewhere++
		}
		n, _ := t.Nanos(row)
		d := sessionDay{day: timeline.Day(n), of: client}
		if s := t.Code(timeline.ColSession, row); t.Source(row).ClientSessions {
			d.session = 0
		} else if d.session = uint64(networks.Number[ip]); s != 0 {
			d.session = uint64(s) | 1<<32
		}
		if d.day != use.day || d.session != use.session {
			use.day, use.session = d.day, d.session
			days.add(user, d)
		}
	}
	days.sort()
	c.Of = days.habits(func(client uint32) uint64 { return uint64(client) }, Enough(p))
	return c
}

// Used is whose use of which client a row is, 0 if it isn't one.
func Used(t *timeline.Timeline, row int) (user, client uint32) {
	user, client = t.Folded(timeline.ColUser, row), t.Folded(timeline.ColClient, row)
	if client == 0 || t.Has(row, timeline.Service) || t.Outcome(row) == timeline.Failure {
		return 0, 0
	}
	return user, client
}

// HomeAddress reports whether an address is of an office, cleared by the
// examiner, or in a network that is usual for a user.
func (pr *Estate) HomeAddress(t *timeline.Timeline, user, ip uint32) bool {
	return pr.Office[ip] || pr.Cleared[ip] || pr.ASNs.Usual(user, uint64(t.PlaceOf(ip).ASN))
}

// A Verdict says how rare a use is.
type Verdict struct {
	Word     string
	Severity analysis.Severity
	Strong   bool // a protocol for taking mail
	Bound    float64
}

// Judge weighs how rare a use is.
func (use *ClientUse) Judge(p *analysis.Pass, of *Habits) (Verdict, bool) {
	h := of.Of[use.User]
	u := h.Values[uint64(use.Client)]
	k, n := u.Sessions, h.Sessions
	client := p.Timeline.Value(timeline.ColClient, use.Client)
	v := Verdict{Severity: analysis.Low, Bound: Wilson(k, n), Strong: takesMail(client)}
	share := p.Threshold(rareBound)
	switch days := len(h.Days); {
	case days >= Enough(p) && v.Bound < share && k <= int(p.Threshold(rareMost)):
		v.Word, v.Severity = "rare", analysis.Medium
		if v.Strong {
			v.Severity = analysis.High
		}
	case days >= Enough(p) && float64(k)/float64(n) < share:
		v.Word = "uncommon"
	case len(u.Days) <= int(p.Threshold(shortDays)) && float64(len(u.Days)) < p.Threshold(shortPercent)/100*float64(days):
		v.Word = "short history"
	}
	return v, v.Word != ""
}

// Explanations are what makes a rare use one for information.
func (use *ClientUse) Explanations(p *analysis.Pass, of *Habits, strong bool) []string {
	t := p.Timeline
	client := t.Value(timeline.ColClient, use.Client)
	var explained []string
	if reference.ContainsFold(p.Settings.For(t.Value(timeline.ColUser, use.User)).Clients, client) {
		explained = append(explained, "declared for this mailbox")
	}
	e := of.Others(uint64(use.Client), use.User)
	common := e.Usual >= SharedUsers.Int() || e.Users >= SharedUsers.Int() && !strong
	switch {
	case use.elsewhere == 0 && use.Usual > 0:
		explained = append(explained, "only from networks that are usual for this user")
	case use.elsewhere == 0 && common:
		explained = append(explained, "common in the estate, and no record with an unusual network")
	case e.Usual >= SharedUsers.Int() && !strong:
		explained = append(explained, "a habit of other users; the logons decide")
	}
	return explained
}

// Rare is how grave it is that a user's client type, given by folded codes, is
// rare for them; Info if it isn't, or if something explains it.
func (c *ClientTable) Rare(p *analysis.Pass, user, client uint32) analysis.Severity {
	use := c.Index[Pair(user, client)]
	if use == nil {
		return analysis.Info
	}
	v, ok := use.Judge(p, c.Of)
	if !ok || len(use.Explanations(p, c.Of, v.Strong)) > 0 {
		return analysis.Info
	}
	return v.Severity
}
