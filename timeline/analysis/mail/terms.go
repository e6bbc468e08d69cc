package mail

import (
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// PaymentWeight is the least weight of a term that makes a subject one about
// payments: the lightest are words of everyday business.
var PaymentWeight = &analysis.Point{Name: "mail.payment_weight", Value: 2, Doc: "least weight in the table of terms that makes a text one about payments"}

// BankTerms finds the terms of bank details in subjects and attachments, each
// distinct value once.
type BankTerms struct {
	p     *analysis.Pass
	found map[timeline.Col]map[uint32][]string
}

// NewBankTerms prepares the search for terms of bank details.
func NewBankTerms(p *analysis.Pass) *BankTerms {
	return &BankTerms{p, map[timeline.Col]map[uint32][]string{timeline.ColSubject: {}, timeline.ColAttachments: {}}}
}

// Of are the terms in a message, each once.
func (b *BankTerms) Of(t *timeline.Timeline, l *Message) []string {
	var words []string
	for _, row := range l.Rows {
		for _, c := range []timeline.Col{timeline.ColSubject, timeline.ColAttachments} {
			code := t.Code(c, row)
			if code == 0 {
				continue
			}
			found, ok := b.found[c][code]
			if !ok {
				for _, term := range b.p.Reference.SearchTerms(t.Value(c, code)) {
					if term.Category == "bank-detail" && term.Weight >= PaymentWeight.Int() {
						found = append(found, term.Text)
					}
				}
				b.found[c][code] = found
			}
			for _, w := range found {
				if !slices.Contains(words, w) {
					words = append(words, w)
				}
			}
		}
	}
	return words
}

// BankWords reports whether a text speaks of bank details or of their change.
func BankWords(p *analysis.Pass, text string) bool {
	for _, term := range p.Reference.SearchTerms(text) {
		if term.Category == "bank-detail" && term.Weight >= PaymentWeight.Int() {
			return true
		}
	}
	return false
}

// SuspectDomains are the registered domains of lookalikes that do more than
// inform.
func SuspectDomains(p *analysis.Pass) map[string]bool {
	suspect := map[string]bool{}
	for _, l := range Lookalikes.Of(p) {
		if l.Severity > analysis.Info {
			suspect[l.Domain.Name] = true
		}
	}
	return suspect
}
