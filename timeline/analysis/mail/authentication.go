package mail

import (
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

const (
	// MostlyPassing is how many other messages of a domain must have passed, and
	// FailingShare how many of all may fail, for a failure to stand out.
	MostlyPassing = 5
	FailingShare  = 0.2
	// paymentWeight is the least weight of a term that makes a subject one about
	// payments: weight 1 are words of everyday business.
	paymentWeight = 2
)

// authHeader is the header in which a receiving server writes what it found.
const authHeader = "Authentication-Results"

// Reasons are what speaks against a message beside its authentication.
func (m *Header) Reasons(p *analysis.Pass, c *ContactBook, like map[string]bool) []string {
	var reasons []string
	if from, to := DomainOf(m.Sender), DomainOf(m.ReplyTo); from != "" && to != "" && !Under(from, to) && !Under(to, from) {
		reasons = append(reasons, "answers go to another domain, "+to)
	}
	if !m.At.IsZero() {
		if isNew, known := c.NewAt(m.Sender, m.At.UnixNano()); known && isNew {
			reasons = append(reasons, "first contact with the sender")
		}
	}
	for _, a := range [...]string{m.Sender, m.ReplyTo} {
		if InDomains(like, DomainOf(a)) {
			reasons = append(reasons, "the domain resembles a known one")
			break
		}
	}
	if words := PaymentWords(p, []string{m.Subject}); len(words) > 0 {
		reasons = append(reasons, "words of payments in the subject: "+cite.List(words))
	}
	return reasons
}
