package change

import (
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// Words are the words and phrases that a rule's conditions name.
func Words(changes []Property) []string {
	var words []string
	for _, c := range changes {
		if reference.ContainsFold(wordConditions, c.Name) && !IsBlank(c.New) {
			words = append(words, mail.ListParts(c.New)...)
		}
	}
	return words
}

// RotaOnly reports whether a rule acts on nothing but rotas and calendars: every
// word that it looks for is one of those, and there is one.
func RotaOnly(p *analysis.Pass, changes []Property) bool {
	words := Words(changes)
	for _, word := range words {
		if len(p.Reference.RotaTerms(word)) == 0 {
			return false
		}
	}
	return len(words) > 0
}

// Sorts reports whether a rule deletes nothing, and looks for no word that
// intruders look for: what people make for themselves.
func Sorts(p *analysis.Pass, changes []Property) bool {
	for _, word := range Words(changes) {
		if len(p.Reference.SearchTerms(word)) > 0 {
			return false
		}
	}
	return !isTrue(changes, "DeleteMessage") && !isTrue(changes, "SoftDeleteMessage")
}
