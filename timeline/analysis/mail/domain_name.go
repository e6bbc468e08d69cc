package mail

import (
	"strconv"
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A DomainName is a domain as it was registered: the label that was chosen,
// and the ending under which it was given out.
type DomainName struct {
	Name     string // label and suffix, as written, in lower case
	Shown    string // the label in the characters a reader sees
	label    string // the same, folded
	Suffix   string
	skeleton string // of the label
}

// A NameIndex takes domains and names apart by the reference tables.
type NameIndex struct {
	suffixes   *reference.Table
	confusable map[rune]string
}

// Names are the reference tables by which domains and names are taken apart.
var Names = &analysis.Fact[*NameIndex]{
	Name: "names",
	Make: readNames,
}

func readNames(p *analysis.Pass) *NameIndex {
	n := &NameIndex{p.Reference.Table(reference.DomainSuffixes), map[rune]string{}}
	for row := range p.Reference.Table(reference.Confusables).Rows() {
		code, err := strconv.ParseUint(strings.TrimPrefix(row.Key(), "U+"), 16, 32)
		if err == nil {
			n.confusable[rune(code)] = row.Get("skeleton")
		}
	}
	return n
}

// domain takes a domain apart; false if it has no label under its ending.
func (n *NameIndex) domain(domain string) (DomainName, bool) {
	labels := strings.Split(strings.Trim(strings.ToLower(domain), ". "), ".")
	if len(labels) < 2 {
		return DomainName{}, false
	}
	keep := len(labels) - 1
	for i := 1; i < keep; i++ {
		if _, ok := n.suffixes.Find(strings.Join(labels[i:], ".")); ok {
			keep = i
			break
		}
	}
	label := labels[keep-1]
	if label == "" || len(label) > maxLabelLen {
		return DomainName{}, false
	}
	suffix := strings.Join(labels[keep:], ".")
	shown := unicodeLabel(label)
	return DomainName{label + "." + suffix, shown, reference.Fold(shown), suffix, n.skeleton(shown)}, true
}

// skeleton is what a text looks like, as UTS 39 has it: texts with the same
// skeleton can be taken for one another. Case, diacritics and compatibility
// forms do not matter.
func (n *NameIndex) skeleton(text string) string {
	var b strings.Builder
	for _, r := range reference.Fold(text) {
		if s, ok := n.confusable[r]; ok {
			b.WriteString(s)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// digitless is a label with each run of digits as one mark: customer07 and
// customer12 are siblings, not imitations of one another.
func digitless(label string) string {
	var b strings.Builder
	inDigits := false
	for _, r := range label {
		digit := r >= '0' && r <= '9'
		switch {
		case !digit:
			b.WriteRune(r)
		case !inDigits:
			b.WriteByte('#')
		}
		inDigits = digit
	}
	return b.String()
}
