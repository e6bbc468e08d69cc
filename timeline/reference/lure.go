package reference

import (
	"net/url"
	"strings"
)

func compileNames(t *Table) *Terms {
	var terms []Term
	for row := range t.Rows() {
		terms = append(terms, Term{Text: row.Key(), Language: row.Get("language"), Source: row.Get("source")})
	}
	return NewTerms(terms)
}

// LureNames finds the names that strangers give themselves to be trusted, such
// as that of a help desk.
func (s *Set) LureNames(text string) []Term { return s.lureNames.Find(text) }

// LureHost is what the table says of the host of a link, or of a domain above
// it; empty if it knows neither.
func (s *Set) LureHost(link string) (kind, meaning string) {
	u, err := url.Parse(link)
	if err != nil {
		return "", ""
	}
	for host := strings.ToLower(u.Hostname()); host != ""; {
		if row, ok := s.Table(LureHosts).Find(host); ok {
			return row.Get("kind"), row.Get("meaning")
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return "", ""
}
