package bec

import (
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A signReader tells the signs that several analyses of mail weigh.
type signReader struct {
	p         *analysis.Pass
	contacts  *correspondents
	lookalike map[string]*lookalike // accused, by registered domain
	failed    map[timeline.Origin]bool
	failedIDs map[string]bool   // message ids in lower case
	replies   map[string]string // domain of Reply-To by message id in lower case
}

type signReaderKey struct{}

// signsOf makes the reader once. An analysis that uses it needs
// authentication-failure.
func signsOf(p *analysis.Pass) *signReader {
	return analysis.Once(p, signReaderKey{}, func() *signReader {
		r := &signReader{
			p: p, contacts: correspondence(p), lookalike: map[string]*lookalike{}, failed: analysis.AccusedRecords(p, "authentication-failure"),
			failedIDs: map[string]bool{}, replies: map[string]string{},
		}
		all := lookalikes(p)
		for i := range all {
			if all[i].severity > analysis.Info {
				r.lookalike[all[i].domain.name] = &all[i]
			}
		}
		for _, m := range mailsOf(p) {
			id := strings.ToLower(m.messageID)
			if id == "" {
				continue
			}
			r.failedIDs[id] = r.failedIDs[id] || slices.ContainsFunc(m.origins, func(o timeline.Origin) bool { return r.failed[o] })
			if from, to := domainOf(m.sender), domainOf(m.replyTo); to != "" && !under(from, to) && !under(to, from) {
				r.replies[id] = to
			}
		}
		return r
	})
}

// resembling is the accused lookalike that an address belongs to, or nil.
func (r *signReader) resembling(address string) *lookalike {
	for domain := domainOf(address); domain != ""; _, domain, _ = strings.Cut(domain, ".") {
		if l := r.lookalike[domain]; l != nil {
			return l
		}
	}
	return nil
}

// stranger reports whether a letter is the first contact with its sender.
func (r *signReader) stranger(l *letter) bool {
	isNew, known := r.contacts.newAt(l.sender, l.at)
	return l.timed && isNew && known
}

// id is a letter's message id in lower case.
func (r *signReader) id(l *letter) string {
	return strings.ToLower(r.p.Timeline.Text(timeline.ColMessageID, l.rows[0]))
}

// replyTo is the other domain to which answers to a letter go, or "".
func (r *signReader) replyTo(l *letter) string { return r.replies[r.id(l)] }

// unauthenticated reports whether authentication-failure accuses a letter.
func (r *signReader) unauthenticated(l *letter) bool {
	return r.failedIDs[r.id(l)] || slices.ContainsFunc(l.rows, func(row int) bool { return r.failed[r.p.Timeline.Origin(row)] })
}
