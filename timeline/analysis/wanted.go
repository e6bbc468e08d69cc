package analysis

import (
	"strconv"
	"strings"
)

// Types of indicators, as an indicator file names them.
const (
	IndicatorIP        = "ip"
	IndicatorNetwork   = "network"
	IndicatorASN       = "asn"
	IndicatorDomain    = "domain"
	IndicatorAddress   = "address"
	IndicatorAgent     = "user_agent"
	IndicatorApp       = "app"
	IndicatorSession   = "session"
	IndicatorToken     = "token"
	IndicatorMessageID = "message_id"
	IndicatorHash      = "sha256"
)

// A wanted value is an indicator with who gave it.
type Wanted struct {
	Indicator
	From string
}

// WantedOf are the examiner's indicators and the values of the case file that
// are known as bad, in that order, each once.
func WantedOf(s *Settings) []Wanted {
	var all []Wanted
	seen := map[Indicator]bool{}
	add := func(from, kind, value, note string) {
		value = strings.TrimSpace(value)
		key := Indicator{Type: kind, Value: strings.ToLower(value)}
		if value == "" || seen[key] {
			return
		}
		seen[key] = true
		all = append(all, Wanted{Indicator{Type: kind, Value: value, Note: note}, from})
	}
	for _, i := range s.Indicators {
		add("indicators", i.Type, i.Value, i.Note)
	}
	bad := s.KnownBad
	for _, ip := range bad.IPs {
		add("known_bad", IndicatorIP, ip.String(), "")
	}
	for _, n := range bad.Networks {
		add("known_bad", IndicatorNetwork, n.String(), "")
	}
	for _, n := range bad.ASNs {
		add("known_bad", IndicatorASN, strconv.FormatUint(uint64(n), 10), "")
	}
	for _, list := range []struct {
		kind   string
		values []string
	}{
		{IndicatorSession, bad.Sessions},
		{IndicatorAgent, bad.UserAgents},
		{IndicatorApp, bad.Apps},
		{IndicatorDomain, bad.Domains},
		{IndicatorAddress, bad.Users},
	} {
		for _, v := range list.values {
			add("known_bad", list.kind, v, "")
		}
	}
	return all
}
