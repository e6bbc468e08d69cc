package mail

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

const (
	// typingPause is how long typing may pause and still be one search: the
	// suggestions of Outlook on the web come seconds apart; LMG Security shows
	// a series of 23 s. Longer pauses occur, and only split a row in two.
	typingPause = 60 * time.Second
)

// Sitting is the pause that ends a series of searches of one person, as
// long as that of a pseudo-session.
var Sitting = &analysis.Threshold{Name: "suspicious-search.sitting_minutes", Value: 30, Doc: "minutes without a search that end a sitting"}

// Operations of a search in Outlook on the web.
const (
	opSearchStart = "SearchSessionStart"
	OpSuggestions = "SearchSuggestion" // SearchSuggestionsDisplay, also without s
)

// A Vocabulary finds listed terms in queries, once for each distinct query.
type Vocabulary struct {
	p        *analysis.Pass
	examiner *reference.Terms
	found    map[uint32][]reference.Term // by query code
}

// examinersWeight puts the examiner's own terms with the strongest of the
// table: they were chosen for this case.
const examinersWeight = 3

// NewVocabulary is the vocabulary of the reference table and of the settings.
func NewVocabulary(p *analysis.Pass) *Vocabulary {
	var own []reference.Term
	for _, text := range p.Settings.Terms {
		own = append(own, reference.Term{Text: text, Category: "examiner", Language: "", Weight: examinersWeight, Source: "the examiner's settings"})
	}
	return &Vocabulary{p: p, examiner: reference.NewTerms(own), found: map[uint32][]reference.Term{}}
}

// Terms are the listed terms in a query.
func (v *Vocabulary) Terms(code uint32) []reference.Term {
	if found, ok := v.found[code]; ok {
		return found
	}
	found := v.In(withoutProperties(v.p.Timeline.Value(timeline.ColQuery, code)))
	v.found[code] = found
	return found
}

// In are the listed terms in a text, the examiner's first.
func (v *Vocabulary) In(text string) []reference.Term {
	found := v.examiner.Find(text)
	for _, term := range v.p.Reference.SearchTerms(text) {
		if !slices.ContainsFunc(found, func(f reference.Term) bool { return reference.Fold(f.Text) == reference.Fold(term.Text) }) {
			found = append(found, term)
		}
	}
	return found
}

// withoutProperties takes the names of properties out of a query in KQL:
// from:cfo subject:"bank details" asks for cfo and bank details. A name is a
// word with a colon and a value right behind it.
func withoutProperties(query string) string {
	if !strings.Contains(query, ":") {
		return query
	}
	var b strings.Builder
	for field := range strings.FieldsSeq(query) {
		name, value, ok := strings.Cut(field, ":")
		name = strings.TrimLeft(name, `("-+`)
		if ok && value != "" && name != "" && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) {
			field = value
		}
		b.WriteString(field)
		b.WriteByte(' ')
	}
	return b.String()
}
