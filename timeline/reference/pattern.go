package reference

import (
	"cmp"
	"slices"
	"strings"
)

// How a pattern of a table is compared with a text; case never matters.
const (
	matchEquals   = "equals"
	matchPrefix   = "prefix"
	matchContains = "contains"
)

// patterns finds the most telling row for a text: equals before prefix before
// contains, and the longer pattern before the shorter.
type patterns struct {
	equals   map[string]Row
	prefixes []pattern
	contains []pattern
}

type pattern struct {
	text string // lower case
	row  Row
}

func compilePatterns(t *Table) *patterns {
	p := &patterns{equals: make(map[string]Row)}
	for row := range t.Rows() {
		text := foldKey(row.Key())
		switch row.Get("match") {
		case matchEquals:
			p.equals[text] = row
		case matchPrefix:
			p.prefixes = append(p.prefixes, pattern{text, row})
		case matchContains:
			p.contains = append(p.contains, pattern{text, row})
		}
	}
	longestFirst := func(a, b pattern) int {
		return cmp.Or(cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.text, b.text))
	}
	slices.SortFunc(p.prefixes, longestFirst)
	slices.SortFunc(p.contains, longestFirst)
	return p
}

func (p *patterns) find(raw string) (Row, bool) {
	text := foldKey(raw)
	if text == "" {
		return Row{}, false
	}
	if row, ok := p.equals[text]; ok {
		return row, true
	}
	for _, q := range p.prefixes {
		if strings.HasPrefix(text, q.text) {
			return q.row, true
		}
	}
	for _, q := range p.contains {
		if strings.Contains(text, q.text) {
			return q.row, true
		}
	}
	return Row{}, false
}
