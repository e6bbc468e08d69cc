package bec

import (
	"slices"
	"strings"
	"unicode"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// people are the persons of the tenant, by name: of the display names and
// addresses with which they write.
type people struct {
	by    map[string]string // name key to an own address
	names []string          // display name by code of the sender column, as its key
}

type peopleKey struct{}

func peopleOf(p *analysis.Pass) *people {
	return analysis.Once(p, peopleKey{}, func() *people {
		t := p.Timeline
		own := ownDomains(p)
		who := &people{by: map[string]string{}, names: make([]string, t.Cardinality(timeline.ColSender))}
		know := func(key, address string) {
			if _, ok := who.by[key]; !ok && key != "" && inDomains(own, domainOf(address)) {
				who.by[key] = address
			}
		}
		for _, c := range []timeline.Col{timeline.ColUser, timeline.ColMailbox, timeline.ColSender} {
			for code := 1; code < t.Cardinality(c); code++ {
				text := t.Value(c, uint32(code))
				a := address(text)
				if !strings.Contains(a, guestMark) {
					know(addressKey(a), a)
				}
				if c == timeline.ColSender {
					who.names[code] = nameKey(displayName(text))
					know(who.names[code], a)
				}
			}
		}
		for _, m := range mailsOf(p) {
			know(nameKey(displayName(m.headers.get("From"))), m.sender)
		}
		return who
	})
}

// displayName is the name before an address in angle brackets, empty where
// there is none or it is an address itself.
func displayName(text string) string {
	i := strings.LastIndexByte(text, '<')
	if i < 0 {
		return ""
	}
	name := strings.Trim(strings.TrimSpace(text[:i]), `"'`)
	if strings.Contains(name, "@") {
		return ""
	}
	if j := strings.IndexByte(name, '('); j > 0 {
		name = name[:j]
	}
	return name
}

// nameKey makes names comparable: the words of a person's name in order of the
// alphabet, without case and diacritics. One word alone names nobody.
func nameKey(name string) string {
	words := strings.FieldsFunc(reference.Fold(name), func(r rune) bool { return !unicode.IsLetter(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return len(w) < 2 })
	if len(words) < 2 {
		return ""
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// addressKey is the key of the name that an address is made of, such as
// anna.smith@example.com.
func addressKey(address string) string { return nameKey(localPart(address)) }

// localPart is an address without its domain.
func localPart(address string) string {
	local, _, _ := cutLast(address, '@')
	return local
}
