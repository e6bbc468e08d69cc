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
	p                     *analysis.Pass
	subjects, attachments bankColumn
}

// A bankColumn is what the values of a column hold of terms, by code.
type bankColumn struct {
	col   timeline.Col
	read  []bool
	terms map[uint32][]string // of those that hold any
}

func newBankColumn(t *timeline.Timeline, c timeline.Col) bankColumn {
	return bankColumn{c, make([]bool, t.Cardinality(c)), map[uint32][]string{}}
}

// NewBankTerms prepares the search for terms of bank details.
func NewBankTerms(p *analysis.Pass) *BankTerms {
	return &BankTerms{p, newBankColumn(p.Timeline, timeline.ColSubject), newBankColumn(p.Timeline, timeline.ColAttachments)}
}

// Of are the terms in a message, each once.
func (b *BankTerms) Of(l *Message) []string {
	var words []string
	for _, row := range l.Rows {
		for _, c := range [...]*bankColumn{&b.subjects, &b.attachments} {
			for _, w := range c.of(b.p, row) {
				if !slices.Contains(words, w) {
					words = append(words, w)
				}
			}
		}
	}
	return words
}

// of are the terms in a row's value.
func (c *bankColumn) of(p *analysis.Pass, row int) []string {
	code := p.Timeline.Code(c.col, row)
	if !c.read[code] {
		c.read[code] = true
		if terms := bankTerms(p, p.Timeline.Value(c.col, code)); len(terms) > 0 {
			c.terms[code] = terms
		}
	}
	return c.terms[code]
}

// bankTerms are the terms of bank details in a text.
func bankTerms(p *analysis.Pass, text string) []string {
	var terms []string
	for _, term := range p.Reference.SearchTerms(text) {
		if term.Category == "bank-detail" && term.Weight >= PaymentWeight.Int() {
			terms = append(terms, term.Text)
		}
	}
	return terms
}

// BankWords reports whether a text speaks of bank details or of their change.
func BankWords(p *analysis.Pass, text string) bool { return len(bankTerms(p, text)) > 0 }

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
