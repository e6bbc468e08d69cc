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

type agentKey struct{}

// AgentFamilies maps each code of the user agent column to the number of its
// family, from 1; 0 is no user agent. The second list has the families' names.
func AgentFamilies(p *analysis.Pass) ([]uint32, []string) {
	type families struct {
		of    []uint32
		names []string
	}
	f := analysis.Once(p, agentKey{}, func() families {
		t := p.Timeline
		f := families{of: make([]uint32, t.Cardinality(timeline.ColUserAgent)), names: []string{""}}
		numbers := map[string]uint32{"": 0}
		for code := range f.of {
			name := agentFamily(t.Value(timeline.ColUserAgent, uint32(code)))
			key := strings.ToLower(name)
			n, ok := numbers[key]
			if !ok {
				n = uint32(len(f.names))
				numbers[key] = n
				f.names = append(f.names, name)
			}
			f.of[code] = n
		}
		return f
	})
	return f.of, f.names
}
