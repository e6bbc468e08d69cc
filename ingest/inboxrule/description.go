package inboxrule

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// quotes takes the quotes off a list of words: one' or 'two.
var quotes = strings.NewReplacer("' or '", ";", "' and '", ";", "', '", ";")

// described fills from a rule's Description the parameters whose cells are
// empty or were lost. Its parts begin as the table of rule phrases has them.
func described(c timeline.Context, set *reference.Set) timeline.Context {
	text := c.Get("Description")
	if text == "" {
		return c
	}
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }) {
		line = strings.TrimSpace(line)
		for _, joint := range [...]string{"and ", "or "} {
			line = strings.TrimPrefix(line, joint)
		}
		words, part := phraseOf(line, set)
		if words == "" {
			continue
		}
		value := part.Get("value")
		if value == "" {
			value = quotes.Replace(strings.Trim(line[len(words):], "'\" .:"))
		}
		if name := part.Get("parameter"); c.Get(name) == "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: name, Value: value})
		}
	}
	return c
}

// phraseOf is the longest phrase that a line begins with, and what it means.
func phraseOf(line string, set *reference.Set) (words string, part reference.Row) {
	for row := range set.Table(reference.RulePhrases).Rows() {
		if key := row.Key(); len(key) > len(words) && len(line) >= len(key) && strings.EqualFold(line[:len(key)], key) {
			words, part = key, row
		}
	}
	return words, part
}
