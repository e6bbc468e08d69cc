package reference

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Term is a word or phrase of a table of terms.
type Term struct {
	Text     string
	Category string
	Language string // ISO 639-1, several parted by a space
	Weight   int
	Source   string
}

// Terms finds whole words and phrases in texts. It never changes and is safe
// for concurrent use.
type Terms struct {
	byFirst map[string][]phrase // first word -> phrases, the longest first
}

type phrase struct {
	words []string
	term  Term
}

// NewTerms compiles terms; of two that fold alike the first stands.
func NewTerms(terms []Term) *Terms {
	t := &Terms{byFirst: make(map[string][]phrase)}
	seen := make(map[string]bool)
	for _, term := range terms {
		words := words(term.Text)
		key := strings.Join(words, " ")
		if len(words) == 0 || seen[key] {
			continue
		}
		seen[key] = true
		list := t.byFirst[words[0]]
		i := 0
		for i < len(list) && len(list[i].words) >= len(words) {
			i++
		}
		list = append(list, phrase{})
		copy(list[i+1:], list[i:])
		list[i] = phrase{words, term}
		t.byFirst[words[0]] = list
	}
	return t
}

func compileTerms(t *Table) *Terms {
	var terms []Term
	for row := range t.Rows() {
		terms = append(terms, Term{
			Text:     row.Key(),
			Category: row.Get("category"),
			Language: row.Get("language"),
			Weight:   row.Int("weight"),
			Source:   row.Get("source"),
		})
	}
	return NewTerms(terms)
}

// Find returns the terms that stand in text as whole words, each once, in the
// order of first appearance. Case, compatibility forms, diacritics and
// invisible characters do not matter. At each place the longest phrase counts
// and its words not again: "wire transfer" is one term, not three. Scripts
// written without spaces are matched character by character.
func (t *Terms) Find(text string) []Term {
	var found []Term
	seen := make(map[string]bool)
	for rest := words(text); len(rest) > 0; {
		step := 1
		for _, p := range t.byFirst[rest[0]] {
			if !hasPrefix(rest, p.words) {
				continue
			}
			if !seen[p.term.Text] {
				seen[p.term.Text] = true
				found = append(found, p.term)
			}
			step = len(p.words)
			break
		}
		rest = rest[step:]
	}
	return found
}

func hasPrefix(list, prefix []string) bool {
	if len(list) < len(prefix) {
		return false
	}
	for i, word := range prefix {
		if list[i] != word {
			return false
		}
	}
	return true
}

// SearchTerms finds the terms that intruders search mailboxes for.
func (s *Set) SearchTerms(text string) []Term { return s.search.Find(text) }

// SuppressTerms finds the terms of warnings, bounces and security notices that
// an intruder hides by a rule or deletes.
func (s *Set) SuppressTerms(text string) []Term { return s.suppress.Find(text) }

// Fold makes texts comparable across case, Unicode compatibility forms (NFKC),
// diacritics and invisible format characters. It keeps white space and
// punctuation.
func Fold(text string) string {
	var b strings.Builder
	// norm passes over letters that follow bytes of no character.
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(text, string(unicode.ReplacementChar))) {
		if unicode.In(r, unicode.Mn, unicode.Cf) {
			continue
		}
		b.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
	}
	return norm.NFC.String(b.String())
}

// words splits folded text: runs of letters and digits are words; a character
// of a script without spaces, and the number sign ("PO#"), is a word of its
// own; all else parts them.
func words(text string) []string {
	folded := Fold(text)
	var list []string
	start := -1
	for i, r := range folded {
		single := r == '#' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
		part := !single && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.Mc))
		if part {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			list = append(list, folded[start:i])
			start = -1
		}
		if single {
			list = append(list, string(r))
		}
	}
	if start >= 0 {
		list = append(list, folded[start:])
	}
	return list
}

// RotaTerms finds the terms of rotas and calendars, which people forward to
// themselves to know when they work.
func (s *Set) RotaTerms(text string) []Term { return s.rota.Find(text) }
