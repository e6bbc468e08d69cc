package analysis

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/netip"
	"slices"
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
	IndicatorDevice    = "device" // its id or name
	IndicatorJA4       = "ja4"    // fingerprint of a client's TLS handshake
)

// indicatorTypes are the types of an indicator file.
var indicatorTypes = []string{
	IndicatorIP, IndicatorNetwork, IndicatorASN, IndicatorDomain, IndicatorAddress, IndicatorAgent, IndicatorApp,
	IndicatorSession, IndicatorToken, IndicatorMessageID, IndicatorHash, IndicatorDevice, IndicatorJA4,
}

// ReadIndicators reads an indicator file: one value a line, or columns
// type,value,note. A value without a type is given the type that its form
// tells.
func ReadIndicators(text []byte) ([]Indicator, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.FieldsPerRecord, r.Comment, r.TrimLeadingSpace = -1, '#', true
	records, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var out []Indicator
	for i, rec := range records {
		if i == 0 && len(rec) > 1 && strings.EqualFold(rec[0], "type") {
			continue
		}
		ind := Indicator{Value: strings.TrimSpace(rec[0])}
		if len(rec) > 1 {
			ind.Type, ind.Value = strings.ToLower(strings.TrimSpace(rec[0])), strings.TrimSpace(rec[1])
			if !slices.Contains(indicatorTypes, ind.Type) {
				return nil, fmt.Errorf("line %d: %w", i+1, UnknownName("type of indicators", rec[0], indicatorTypes))
			}
		}
		if len(rec) > 2 {
			ind.Note = rec[2]
		}
		if ind.Type == "" {
			ind.Type = indicatorType(ind.Value)
		}
		if ind.Value != "" {
			out = append(out, ind)
		}
	}
	return out, nil
}

// indicatorType tells a value's type by its form.
func indicatorType(value string) string {
	const sha256Hex = 64
	if _, err := netip.ParseAddr(value); err == nil {
		return IndicatorIP
	}
	if _, err := netip.ParsePrefix(value); err == nil {
		return IndicatorNetwork
	}
	switch {
	case strings.HasPrefix(value, "<") && strings.HasSuffix(value, ">"):
		return IndicatorMessageID
	case len(value) == sha256Hex && strings.Trim(strings.ToLower(value), "0123456789abcdef") == "":
		return IndicatorHash
	case strings.HasPrefix(strings.ToUpper(value), "AS") && len(value) > 2 && strings.Trim(value[2:], "0123456789") == "":
		return IndicatorASN
	case isGUID(value):
		return IndicatorSession
	case strings.Contains(value, "@") && !strings.Contains(value, " "):
		return IndicatorAddress
	case strings.Contains(value, ".") && !strings.ContainsAny(value, " /("):
		return IndicatorDomain
	}
	return IndicatorAgent
}

func isGUID(s string) bool {
	return len(s) == 36 && strings.Count(s, "-") == 4 && strings.Trim(strings.ToLower(s), "0123456789abcdef-") == ""
}

// A Wanted value is an indicator with where it was given.
type Wanted struct {
	Indicator
	From string // the setting: indicators or known_bad
}

// Wanted are the examiner's indicators and the values of the case file that
// are known as bad, in that order, each once.
func (s *Settings) Wanted() []Wanted {
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
