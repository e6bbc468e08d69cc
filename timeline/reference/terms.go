package reference

import (
	"strings"
	"unicode"
	"unicode/utf8"

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
	var seen map[string]bool
	for word, rest := cutWord(Fold(text)); word != ""; word, rest = cutWord(rest) {
		for _, p := range t.byFirst[word] {
			after, ok := cutWords(rest, p.words[1:])
			if !ok {
				continue
			}
			if !seen[p.term.Text] {
				if seen == nil {
					seen = make(map[string]bool)
				}
				seen[p.term.Text] = true
				found = append(found, p.term)
			}
			rest = after
			break
		}
	}
	return found
}

// cutWords is what follows words in folded text that begins with them; false if
// it begins with others.
func cutWords(folded string, words []string) (rest string, ok bool) {
	for _, word := range words {
		var next string
		if next, folded = cutWord(folded); next != word {
			return "", false
		}
	}
	return folded, true
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
	if isASCII(text) {
		return strings.ToLower(text)
	}
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

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] > unicode.MaxASCII {
			return false
		}
	}
	return true
}

// cutWord is the first word of folded text and what follows it; no word if it
// holds none. Runs of letters and digits are words; a character of a script
// without spaces, and the number sign ("PO#"), is a word of its own; all else
// parts them.
func cutWord(folded string) (word, rest string) {
	start := -1
	for i, r := range folded {
		single := r == '#' || r > unicode.MaxASCII && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
		part := !single && (unicode.IsLetter(r) || unicode.IsDigit(r) || r > unicode.MaxASCII && unicode.Is(unicode.Mc, r))
		switch {
		case part && start < 0:
			start = i
		case !part && start >= 0:
			return folded[start:i], folded[i:]
		case single:
			end := i + utf8.RuneLen(r)
			return folded[i:end], folded[end:]
		}
	}
	if start < 0 {
		return "", ""
	}
	return folded[start:], ""
}

// words are the words of a text, folded.
func words(text string) []string {
	var list []string
	for word, rest := cutWord(Fold(text)); word != ""; word, rest = cutWord(rest) {
		list = append(list, word)
	}
	return list
}

// RotaTerms finds the terms of rotas and calendars, which people forward to
// themselves to know when they work.
func (s *Set) RotaTerms(text string) []Term { return s.rota.Find(text) }
