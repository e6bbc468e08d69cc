package mail

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// SenderSigns holds the signs against senders that several analyses weigh.
type SenderSigns struct {
	p         *analysis.Pass
	Contacts  *ContactBook
	lookalike map[string]*Lookalike // those that are signs, by registered domain
	sisters   map[string]*Lookalike // those that are consistent with a sister domain, likewise
	checks    *AuthenticationIndex
	failedIDs map[string]bool   // message ids in lower case
	replies   map[string]string // domain of Reply-To by message id in lower case
}

// Reputation is what several analyses of mail know of senders.
var Reputation = &analysis.Fact[*SenderSigns]{
	Name:  "reputation of senders",
	Needs: []analysis.Need{Authentication, Contacts, Headers, Lookalikes},
	Make:  readReputation,
}

func readReputation(p *analysis.Pass) *SenderSigns {
	r := &SenderSigns{
		p: p, Contacts: Contacts.Of(p), lookalike: map[string]*Lookalike{}, sisters: map[string]*Lookalike{}, checks: Authentication.Of(p),
		failedIDs: map[string]bool{}, replies: map[string]string{},
	}
	all := Lookalikes.Of(p)
	for i := range all {
		if all[i].Severity > analysis.Info {
			r.lookalike[all[i].Domain.Name] = &all[i]
		} else if all[i].Sister && !all[i].Domain.Cleared {
			r.sisters[all[i].Domain.Name] = &all[i]
		}
	}
	for _, m := range Headers.Of(p) {
		id := strings.ToLower(m.MessageID)
		if id == "" {
			continue
		}
		r.failedIDs[id] = r.failedIDs[id] || slices.ContainsFunc(m.Origins, r.checks.Failed)
		if from, to := DomainOf(m.Sender), DomainOf(m.ReplyTo); to != "" && !Under(from, to) && !Under(to, from) {
			r.replies[id] = to
		}
	}
	return r
}

// Resembling is the lookalike that an address belongs to; nil if it belongs to
// none, or to one that only informs.
func (r *SenderSigns) Resembling(address string) *Lookalike {
	return lookalikeOf(r.lookalike, address)
}

// Sister is the lookalike that an address belongs to and that is consistent
// with a sister domain; nil if it belongs to none.
func (r *SenderSigns) Sister(address string) *Lookalike { return lookalikeOf(r.sisters, address) }

// lookalikeOf is that of an address's domain or of one above it.
func lookalikeOf(all map[string]*Lookalike, address string) *Lookalike {
	for domain := DomainOf(address); domain != ""; _, domain, _ = strings.Cut(domain, ".") {
		if l := all[domain]; l != nil {
			return l
		}
	}
	return nil
}

// Stranger reports whether a message is the first contact with its sender.
func (r *SenderSigns) Stranger(l *Message) bool {
	isNew, known := r.Contacts.NewAt(l.Sender, l.At)
	return l.Timed && isNew && known
}

// id is a message's id in lower case.
func (r *SenderSigns) id(l *Message) string {
	return strings.ToLower(r.p.Timeline.Text(timeline.ColMessageID, l.Rows[0]))
}

// ReplyTo is the other domain to which answers to a message go, or "".
func (r *SenderSigns) ReplyTo(l *Message) string { return r.replies[r.id(l)] }

// Unauthenticated reports whether a message failed its checks.
func (r *SenderSigns) Unauthenticated(l *Message) bool {
	return r.failedIDs[r.id(l)] || slices.ContainsFunc(l.Rows, func(row int) bool { return r.checks.Failed(r.p.Timeline.Origin(row)) })
}
