package mail

import (
	"slices"
	"strings"
	"unicode"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A PeopleIndex holds the users of the tenant by name, taken from the display
// names and addresses with which they write.
type PeopleIndex struct {
	By    map[string]string // name key to an own address
	Names []string          // display name by code of the sender column, as its key
}

// People are the users of the tenant by name.
var People = &analysis.Fact[*PeopleIndex]{
	Name:  "people",
	Needs: []analysis.Need{Headers, Tenant},
	Make:  findPeople,
}

func findPeople(p *analysis.Pass) *PeopleIndex {
	t := p.Timeline
	own := Tenant.Of(p)
	who := &PeopleIndex{By: map[string]string{}, Names: make([]string, t.Cardinality(timeline.ColSender))}
	know := func(key, address string) {
		if _, ok := who.By[key]; !ok && key != "" && InDomains(own, DomainOf(address)) {
			who.By[key] = address
		}
	}
	for _, c := range []timeline.Col{timeline.ColUser, timeline.ColMailbox, timeline.ColSender} {
		for code := 1; code < t.Cardinality(c); code++ {
			text := t.Value(c, uint32(code))
			a := Address(text)
			if !strings.Contains(a, guestMark) {
				know(AddressKey(a), a)
			}
			if c == timeline.ColSender {
				who.Names[code] = NameKey(DisplayName(text))
				know(who.Names[code], a)
			}
		}
	}
	for _, m := range Headers.Of(p) {
		know(NameKey(DisplayName(m.Headers.Get("From"))), m.Sender)
	}
	return who
}

// DisplayName is the name before an address in angle brackets, empty where
// no name stands there or it is an address itself.
func DisplayName(text string) string {
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

// NameKey makes names comparable: the words of a person's name in order of the
// alphabet, without case and diacritics. One word alone names nobody.
func NameKey(name string) string {
	words := strings.FieldsFunc(reference.Fold(name), func(r rune) bool { return !unicode.IsLetter(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return len(w) < 2 })
	if len(words) < 2 {
		return ""
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// AddressKey is the key of the name that an address is made of, such as
// anna.smith@example.com.
func AddressKey(address string) string { return NameKey(localPart(address)) }

// localPart is an address without its domain.
func localPart(address string) string {
	local, _, _ := cutLast(address, '@')
	return local
}
