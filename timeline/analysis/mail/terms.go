package mail

import (
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// paymentWeight is the least weight of a term that makes a subject one about
// payments: weight 1 are words of everyday business.
const paymentWeight = 2

// termsByCode are the terms of bank details in subjects and attachments, found
// once for each distinct value.
type termsByCode struct {
	p     *analysis.Pass
	found map[timeline.Col]map[uint32][]string
}

func NewTermsByCode(p *analysis.Pass) *termsByCode {
	return &termsByCode{p, map[timeline.Col]map[uint32][]string{timeline.ColSubject: {}, timeline.ColAttachments: {}}}
}

// Of are the terms in a letter, each once.
func (b *termsByCode) Of(t *timeline.Timeline, l *Message) []string {
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
					if term.Category == "bank-detail" && term.Weight >= paymentWeight {
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
		if term.Category == "bank-detail" && term.Weight >= paymentWeight {
			return true
		}
	}
	return false
}

// AccusedDomains are the registered domains that lookalike-domain accuses.
func AccusedDomains(p *analysis.Pass) map[string]bool {
	accused := map[string]bool{}
	for _, l := range Lookalikes.Of(p) {
		if l.Severity > analysis.Info {
			accused[l.Domain.Name] = true
		}
	}
	return accused
}
