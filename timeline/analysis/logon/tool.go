package logon

import (
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// Categories of user agents, as the reference table names them.
const (
	LegacyAgent   = "legacy-authentication"
	AttackAgent   = "attack-tool"
	PhishingAgent = "phishing-kit"
)

// Classes of Microsoft's own applications that phishing prefers, as the
// reference table names them.
const (
	WatchLanding = "landing"     // where kits land after the password
	WatchToken   = "token-phish" // whose tokens are asked for
)

// Tools is what the reference table knows of each code of the user agent
// column; the zero Agent where it knows nothing.
var Tools = &analysis.Fact[[]reference.Agent]{
	Name: "tools",
	Make: findTools,
}

func findTools(p *analysis.Pass) []reference.Agent {
	tools := make([]reference.Agent, p.Timeline.Cardinality(timeline.ColUserAgent))
	for code := 1; code < len(tools); code++ {
		tools[code], _ = p.Reference.UserAgent(p.Timeline.Value(timeline.ColUserAgent, uint32(code)))
	}
	return tools
}

// MailboxClients are the mailboxes and clients that occur together in records
// that are no logons, as pairs of folded codes: a mailbox's own word that a
// client got in.
var MailboxClients = &analysis.Fact[map[uint64]bool]{
	Name:  "mailbox clients",
	Needs: []analysis.Need{analysis.Operations},
	Make:  findMailboxClients,
}

func findMailboxClients(p *analysis.Pass) map[uint64]bool {
	t := p.Timeline
	classes := analysis.Operations.Of(p)
	seen := map[uint64]bool{}
	for row := range t.Len() {
		mailbox, client := t.Folded(timeline.ColMailbox, row), t.Folded(timeline.ColClient, row)
		if mailbox != 0 && client != 0 && classes[t.Code(timeline.ColOperation, row)] != analysis.ClassLogon && !t.Has(row, timeline.Service) {
			seen[Pair(mailbox, client)] = true
		}
	}
	return seen
}
