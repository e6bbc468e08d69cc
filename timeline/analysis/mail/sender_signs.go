package mail

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A SenderSigns tells the signs that several analyses of mail weigh.
type SenderSigns struct {
	p         *analysis.Pass
	Contacts  *ContactBook
	lookalike map[string]*Lookalike // accused, by registered domain
	failed    map[timeline.Origin]bool
	failedIDs map[string]bool   // message ids in lower case
	replies   map[string]string // domain of Reply-To by message id in lower case
}

type signReaderKey struct{}

// SenderSignsOf makes the reader once. An analysis that uses it needs
// authentication-failure.
func SenderSignsOf(p *analysis.Pass) *SenderSigns {
	return analysis.Once(p, signReaderKey{}, func() *SenderSigns {
		r := &SenderSigns{
			p: p, Contacts: ContactsOf(p), lookalike: map[string]*Lookalike{}, failed: analysis.AccusedRecords(p, "authentication-failure"),
			failedIDs: map[string]bool{}, replies: map[string]string{},
		}
		all := Lookalikes(p)
		for i := range all {
			if all[i].Severity > analysis.Info {
				r.lookalike[all[i].Domain.Name] = &all[i]
			}
		}
		for _, m := range HeadersOf(p) {
			id := strings.ToLower(m.MessageID)
			if id == "" {
				continue
			}
			r.failedIDs[id] = r.failedIDs[id] || slices.ContainsFunc(m.Origins, func(o timeline.Origin) bool { return r.failed[o] })
			if from, to := DomainOf(m.Sender), DomainOf(m.ReplyTo); to != "" && !Under(from, to) && !Under(to, from) {
				r.replies[id] = to
			}
		}
		return r
	})
}

// Resembling is the accused lookalike that an address belongs to, or nil.
func (r *SenderSigns) Resembling(address string) *Lookalike {
	for domain := DomainOf(address); domain != ""; _, domain, _ = strings.Cut(domain, ".") {
		if l := r.lookalike[domain]; l != nil {
			return l
		}
	}
	return nil
}

// Stranger reports whether a letter is the first contact with its sender.
func (r *SenderSigns) Stranger(l *Message) bool {
	isNew, known := r.Contacts.NewAt(l.Sender, l.At)
	return l.Timed && isNew && known
}

// id is a letter's message id in lower case.
func (r *SenderSigns) id(l *Message) string {
	return strings.ToLower(r.p.Timeline.Text(timeline.ColMessageID, l.Rows[0]))
}

// ReplyTo is the other domain to which answers to a letter go, or "".
func (r *SenderSigns) ReplyTo(l *Message) string { return r.replies[r.id(l)] }

// Unauthenticated reports whether authentication-failure accuses a letter.
func (r *SenderSigns) Unauthenticated(l *Message) bool {
	return r.failedIDs[r.id(l)] || slices.ContainsFunc(l.Rows, func(row int) bool { return r.failed[r.p.Timeline.Origin(row)] })
}
