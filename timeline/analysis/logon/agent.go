package logon

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// MaxAgent bounds how much of a user agent is looked at: those that people's
// programs send are shorter.
const MaxAgent = 512

// agentFamily is a user agent without its version numbers, which change with
// every update: two texts of one family differ in versions only.
func agentFamily(agent string) string {
	if len(agent) > MaxAgent {
		agent = agent[:MaxAgent]
	}
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(agent, func(r rune) bool {
		return r == ' ' || r == ';' || r == ',' || r == '(' || r == ')' || r == '/' || r == ':'
	}) {
		if strings.ContainsAny(word, "0123456789") {
			// A name may hold a digit; a version begins with one.
			if c := word[0]; c >= '0' && c <= '9' || len(word) > 1 && (c == 'v' || c == 'V') && word[1] >= '0' && word[1] <= '9' {
				continue
			}
			word = strings.TrimRight(word, "0123456789._-")
		}
		if word == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// A FamilyTable maps each code of the user agent column to the number of its
// family, from 1; 0 is no user agent.
type FamilyTable struct {
	Of    []uint32
	Names []string // of the families, by number
}

// Agents are the families of user agents.
var Agents = &analysis.Fact[*FamilyTable]{
	Name: "user agents",
	Make: findAgents,
}

func findAgents(p *analysis.Pass) *FamilyTable {
	t := p.Timeline
	f := &FamilyTable{Of: make([]uint32, t.Cardinality(timeline.ColUserAgent)), Names: []string{""}}
	numbers := map[string]uint32{"": 0}
	for code := range f.Of {
		name := agentFamily(t.Value(timeline.ColUserAgent, uint32(code)))
		key := strings.ToLower(name)
		n, ok := numbers[key]
		if !ok {
			n = uint32(len(f.Names))
			numbers[key] = n
			f.Names = append(f.Names, name)
		}
		f.Of[code] = n
	}
	return f
}
