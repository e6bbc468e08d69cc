package report

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"
)

// DifferencesByPiece compares a text with markup with what it was computed as,
// piece by piece. A piece reaches from a match of begins to the next one; its
// name, and what stands before the first is the head, says where it is.
func DifferencesByPiece(recorded, computed string, begins *regexp.Regexp, name func(match []string) string) []Difference {
	if recorded == computed {
		return nil
	}
	was, is := pieces(recorded, begins, name), pieces(computed, begins, name)
	var list []Difference
	for _, p := range is.names {
		if old, ok := was.text[p]; !ok || old != is.text[p] {
			list = append(list, differentText(p, old, is.text[p]))
		}
	}
	for _, p := range was.names {
		if _, ok := is.text[p]; !ok {
			list = append(list, differentText(p, was.text[p], ""))
		}
	}
	if len(list) == 0 {
		list = append(list, Difference{Recorded: "the same in another order", Computed: "this order"})
	}
	return list
}

// DifferentLines compares a text with what it was computed as, line by line.
func DifferentLines(recorded, computed []byte) ([]Difference, error) {
	return DifferencesByPiece(string(recorded), string(computed), lineBegins, func([]string) string { return "line" }), nil
}

var lineBegins = regexp.MustCompile(`(?m)^`)

// Pieces are the parts of a text by name, in its order.
type namedPieces struct {
	names []string
	text  map[string]string
}

func pieces(text string, begins *regexp.Regexp, name func([]string) string) namedPieces {
	p := namedPieces{text: map[string]string{}}
	add := func(name, text string) {
		unique := name
		for n := 2; ; n++ {
			if _, taken := p.text[unique]; !taken {
				break
			}
			unique = fmt.Sprintf("%s (%d)", name, n)
		}
		p.names, p.text[unique] = append(p.names, unique), text
	}
	last, at := "head", 0
	for _, m := range begins.FindAllStringSubmatchIndex(text, -1) {
		add(last, text[at:m[0]])
		groups := make([]string, len(m)/2)
		for i := range groups {
			if m[2*i] >= 0 {
				groups[i] = text[m[2*i]:m[2*i+1]]
			}
		}
		last, at = name(groups), m[0]
	}
	add(last, text[at:])
	return p
}

var anyTag = regexp.MustCompile(`<[^>]*>`)

// differentText shows where two texts begin to differ: what a reader sees of
// them, or their markup if that is all that does.
func differentText(path, recorded, computed string) Difference {
	seen := func(s string) string { return html.UnescapeString(anyTag.ReplaceAllString(s, " ")) }
	if a, b := seen(recorded), seen(computed); a != b {
		recorded, computed = a, b
	}
	at := 0
	for at < min(len(recorded), len(computed)) && recorded[at] == computed[at] {
		at++
	}
	return Difference{path, excerpt(recorded, at), excerpt(computed, at)}
}

// Bytes of a text that are shown before a place and from it on.
const excerptBefore, excerptAfter = 40, 80

// excerpt is the part of a text around a place.
func excerpt(s string, at int) string {
	from, to := max(0, at-excerptBefore), min(len(s), at+excerptAfter)
	for from > 0 && !utf8.RuneStart(s[from]) {
		from--
	}
	for to < len(s) && !utf8.RuneStart(s[to]) {
		to++
	}
	shown := strings.TrimSpace(s[from:to])
	if from > 0 {
		shown = "… " + shown
	}
	if to < len(s) {
		shown += " …"
	}
	return shown
}
