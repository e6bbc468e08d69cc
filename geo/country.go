package geo

import (
	"slices"
	"strings"
)

// FindCountry returns the two-letter code of ISO 3166 that text names, as
// written in any case, and whether text is that code itself. Else the code is
// that of the country whose name is text or holds it as a word, as the UK in
// "Britain (UK)"; of several the one whose name has the fewest words, empty if
// there is no such one.
func FindCountry(text string) (code string, exact bool) {
	text = strings.TrimSpace(text)
	names := countryNames()
	if upper := strings.ToUpper(text); names[upper] != "" {
		return upper, true
	}
	fewest := 0
	for named, name := range names {
		if strings.EqualFold(name, text) {
			return named, false
		}
		words := countryWords(name)
		if !slices.ContainsFunc(words, func(word string) bool { return strings.EqualFold(word, text) }) {
			continue
		}
		switch n := len(words); {
		case code == "" && fewest == 0 || n < fewest:
			code, fewest = named, n
		case n == fewest:
			code = ""
		}
	}
	return code, false
}

// CountryNames lists the names of countries in English and the words of which
// they are made, in order: what FindCountry takes beside codes.
func CountryNames() []string {
	var names []string
	for _, name := range countryNames() {
		names = append(append(names, name), countryWords(name)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func countryWords(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(" ()&,-", r) })
}
