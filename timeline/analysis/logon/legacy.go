package logon

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// ProtocolROPC is the attribute of a password handed over by the password
// grant; other protocols are the codes of their clients.
const ProtocolROPC = 1 << 40

// LegacyProtocols tells the legacy protocol of a logon, 0 if it isn't one.
func LegacyProtocols(p *analysis.Pass) func(l *Logon) uint64 {
	t := p.Timeline
	raw := make([]bool, t.Cardinality(timeline.ColClientRaw))
	for code := 1; code < len(raw); code++ {
		raw[code] = p.Reference.LegacyClient(t.Value(timeline.ColClientRaw, uint32(code)))
	}
	agents := legacyAgents(p)
	return func(l *Logon) uint64 {
		switch {
		case agents[t.Code(timeline.ColUserAgent, l.Row)]:
			return ProtocolROPC
		case raw[t.Code(timeline.ColClientRaw, l.Row)]:
			return uint64(l.Client) | 1<<32
		case strings.EqualFold(SignInOf(p, l.Row).Protocol, "ropc"):
			return ProtocolROPC
		}
		return 0
	}
}

// legacyAgents tells for each code of the user agent column whether one of its
// words stands for basic authentication: the service adds its own to what the
// client sends.
func legacyAgents(p *analysis.Pass) []bool {
	legacy := make([]bool, p.Timeline.Cardinality(timeline.ColUserAgent))
	for code := range legacy {
		agent := p.Timeline.Value(timeline.ColUserAgent, uint32(code))
		for word := range strings.FieldsSeq(agent[:min(len(agent), MaxAgent)]) {
			known, _ := p.Reference.UserAgent(word)
			legacy[code] = legacy[code] || known.Category == LegacyAgent
		}
	}
	return legacy
}
