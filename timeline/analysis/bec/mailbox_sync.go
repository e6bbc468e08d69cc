package bec

import (
	"fmt"
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
)

var mailboxSync = &analysis.Analyzer{
	Name:  "mailbox-sync",
	Title: "Mailbox copies by sync clients",
	Doc:   explain("mailbox-sync"),
	Columns: []analysis.Column{
		{Name: "Client", Doc: "client type"},
		{Name: "Whose", Doc: "actor, rare, or usual"},
		{Name: "Grade", Doc: "grade of proof: A, B or C"},
		{Name: "Logons", Doc: "successful logons with the client", Kind: analysis.Count},
		{Name: "Records", Doc: "all records with the client", Kind: analysis.Count},
		{Name: "Presumed copied from", Doc: "first record", Kind: analysis.Moment},
		{Name: "Meaning", Doc: "what follows", Kind: analysis.Text, Wrap: true},
		{Name: "Reason", Doc: "why it is suspicious", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyMailbox, analysis.KeyUser, "Client", "Whose"},
	Needs:      []analysis.Need{analysis.Operations, logon.ClientUses, logon.Profiles, actor.Actors},
	Thresholds: logon.RareThresholds,
	Version:    3,
	Techniques: []string{"T1114.002"},
	References: []string{"CrowdStrike, Hiding in Plain Sight, 2018", "CrowdStrike, Unclear mailbox sync"},
	Settings:   []string{"known_good", "office_networks", "thresholds"},
	Acts:       runMailboxSync,
}

// A copying is what one client type did in one mailbox, for one actor or for
// none.
type copying struct {
	mailbox, client uint32
	user            uint32
	actor           *actor.Actor
	rare            analysis.Severity
	rows            []int // of what is suspicious
	first, last     int   // rows
	records, logons int
	grade           byte
	basis           string
}

func runMailboxSync(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	if t.Cardinality(timeline.ColClientRaw) < 2 && t.Cardinality(timeline.ColClient) < 2 {
		return nil, analysis.Skip("no record names a client; whether a mailbox was synchronised cannot be told")
	}
	f := &analysis.Finding{}
	list := copyings(p)
	for _, c := range list {
		f.Rows = append(f.Rows, c.row(p))
	}
	cite.ByTime(f.Rows)
	hostile := 0
	for _, c := range list {
		if c.actor != nil {
			hostile++
		}
	}
	f.Summary = fmt.Sprintf("%s of mailboxes and clients that copy mail by themselves; %d by a suspicious actor.", cite.Counted(len(list), "pair"), hostile)
	return f, nil
}

// copyings groups the records of clients that synchronise.
func copyings(p *analysis.Pass) []*copying {
	t, who, classes := p.Timeline, actor.Actors.Of(p), analysis.Operations.Of(p)
	uses := logon.ClientUses.Of(p)
	sync := make([]bool, t.Cardinality(timeline.ColClientRaw))
	for code := range sync {
		_, sync[code] = p.Reference.ClientClass(t.Value(timeline.ColClientRaw, uint32(code)))
	}
	type key struct {
		mailbox, client, user uint32
		actor                 *actor.Actor
	}
	index := map[key]*copying{}
	var list []*copying
	for row := range t.Timed() {
		if !sync[t.Code(timeline.ColClientRaw, row)] || t.Has(row, timeline.Service) || t.Outcome(row) != timeline.Success && t.Outcome(row) != timeline.Unknown {
			continue
		}
		k := key{mailbox: t.Folded(timeline.ColMailbox, row), client: t.Folded(timeline.ColClient, row)}
		a, basis := who.At(row)
		if k.actor = a; k.mailbox == 0 {
			k.user = t.Folded(timeline.ColUser, row)
		}
		c := index[k]
		if c == nil {
			c = &copying{mailbox: k.mailbox, client: k.client, user: t.Folded(timeline.ColUser, row), actor: a, grade: 'C', basis: basis, first: row}
			c.rare = uses.Rare(p, c.user, c.client)
			index[k] = c
			list = append(list, c)
		}
		c.records++
		c.last = row
		if a != nil || c.rare > analysis.Info {
			c.rows = append(c.rows, row)
		}
		c.grade = min(c.grade, proof(p, row, classes[t.Code(timeline.ColOperation, row)]))
		if classes[t.Code(timeline.ColOperation, row)] == analysis.ClassLogon && t.Outcome(row) == timeline.Success {
			c.logons++
		}
	}
	return list
}

// proof grades what one record proves of a synchronisation. The opening of a
// mailbox by an IMAP or POP client is a record of the mailbox, not of a
// sign-in.
func proof(p *analysis.Pass, row int, class string) byte {
	t := p.Timeline
	client := t.Text(timeline.ColClient, row)
	protocol := client == logon.ClientIMAP || client == logon.ClientPOP
	switch {
	case t.Has(row, timeline.Sync), protocol && t.Text(timeline.ColOperation, row) == opMailboxLogin:
		return 'A'
	case class == analysis.ClassLogon:
		return 'C'
	case protocol && !t.Source(row).CopiesUnrecorded:
		return 'A'
	}
	return 'B'
}

// row holds the copies of an actor, and those by a client that is rare for
// the user from networks that are not usual.
func (c *copying) row(p *analysis.Pass) analysis.Row {
	t := p.Timeline
	severity, whose, reason := analysis.Info, "usual", ""
	rows := c.rows
	switch {
	case c.actor != nil:
		severity, whose, reason = actor.Raised(c.actor, analysis.Critical), "actor", actor.Attributed(c.actor, c.basis)
	case c.rare > analysis.Info:
		rows = slices.DeleteFunc(slices.Clone(rows), func(row int) bool {
			ip := t.Code(timeline.ColIP, row)
			return ip != 0 && logon.Profiles.Of(p).HomeAddress(t, c.user, ip)
		})
		if severity = c.rare; severity > analysis.Low {
			severity = analysis.High
		}
		whose, reason = "rare", "this client is rare for the user, see rare-client"
	}
	meaning := "the owner's client: it keeps a copy of the mailbox"
	r := cite.Informing(t, c.first, c.last)
	if severity > analysis.Info && len(rows) > 0 {
		r = cite.Citing(t, rows)
		r.Severity = severity
		meaning = fmt.Sprintf("the contents of the mailbox from %s on must be presumed copied; the absence of read events proves nothing", cite.Stamp(t.Time(c.first)))
		if s := mail.StatisticsOf(t, r.Mailbox); s.Folders > 0 {
			meaning += fmt.Sprintf("; it held %s in %s when these were listed, %d of them deleted and recoverable", cite.Counted(s.Items, "item"), cite.Counted(s.Folders, "folder"), s.Recoverable)
			r.Origins = append(r.Origins, s.Origins...)
		}
		if c.grade == 'C' {
			meaning += "; a logon alone may be recorded although the protocol was blocked: check the mailbox's settings"
		}
	}
	r.Confidence = map[byte]analysis.Confidence{'A': analysis.Firm, 'B': analysis.Likely, 'C': analysis.Unsure}[c.grade]
	r.Cells = cite.Cells(
		t.Value(timeline.ColClient, c.client), whose, string(c.grade), c.logons, c.records, t.Time(c.first), meaning, reason,
	)
	return r
}
