package bec

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/mail"
)

// An indicatorIndex finds the indicators that a value matches, by number.
type indicatorIndex struct {
	t        *timeline.Timeline
	exact    map[string][]int // by type, a zero byte and the value in lower case
	networks map[netip.Prefix][]int
	bits     []int // lengths of the networks
	agents   []int
	all      []analysis.Wanted
	bad      []int // values that are not of their type
}

func newIndicatorIndex(t *timeline.Timeline, all []analysis.Wanted) *indicatorIndex {
	x := &indicatorIndex{t: t, exact: map[string][]int{}, networks: map[netip.Prefix][]int{}, all: all}
	for i, w := range all {
		value := strings.ToLower(w.Value)
		switch w.Type {
		case analysis.IndicatorIP:
			ip, err := netip.ParseAddr(value)
			if err != nil {
				x.bad = append(x.bad, i)
				continue
			}
			value = ip.Unmap().WithZone("").String()
		case analysis.IndicatorNetwork:
			n, err := netip.ParsePrefix(value)
			if err != nil {
				x.bad = append(x.bad, i)
				continue
			}
			x.networks[n.Masked()] = append(x.networks[n.Masked()], i)
			if !slices.Contains(x.bits, n.Bits()) {
				x.bits = append(x.bits, n.Bits())
			}
			continue
		case analysis.IndicatorASN:
			value = strings.TrimPrefix(value, "as")
		case analysis.IndicatorAgent:
			x.agents = append(x.agents, i)
			continue
		case analysis.IndicatorMessageID:
			value = strings.Trim(value, "<>")
		case analysis.IndicatorDomain:
			value = strings.TrimPrefix(value, "@")
		case analysis.IndicatorAddress:
			value = mail.Address(value)
		}
		x.exact[w.Type+"\x00"+value] = append(x.exact[w.Type+"\x00"+value], i)
	}
	return x
}

func (x *indicatorIndex) of(kind, value string) []int { return x.exact[kind+"\x00"+value] }

// matches are the indicators that a value of a column matches.
func (x *indicatorIndex) matches(c timeline.Col, code uint32) []int {
	value := strings.ToLower(x.t.Value(c, code))
	switch c {
	case timeline.ColIP:
		return append(x.addresses(value), x.of(analysis.IndicatorASN, strconv.FormatUint(uint64(x.t.PlaceOf(code).ASN), 10))...)
	case timeline.ColIPChain:
		var hits []int
		for hop := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
			hits = append(hits, x.addresses(hop)...)
		}
		return hits
	case timeline.ColUserAgent, timeline.ColClientRaw:
		var hits []int
		for _, i := range x.agents {
			if strings.Contains(value, strings.ToLower(x.all[i].Value)) {
				hits = append(hits, i)
			}
		}
		return hits
	case timeline.ColApp, timeline.ColAppID:
		return x.of(analysis.IndicatorApp, value)
	case timeline.ColSession:
		return x.of(analysis.IndicatorSession, value)
	case timeline.ColToken:
		return x.of(analysis.IndicatorToken, value)
	case timeline.ColMessageID:
		return x.of(analysis.IndicatorMessageID, strings.Trim(value, "<>"))
	}
	return x.words(value)
}

// addresses are the indicators that an internet address matches.
func (x *indicatorIndex) addresses(text string) []int {
	ip, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		at, perr := netip.ParseAddrPort(text)
		if perr != nil {
			return nil
		}
		ip = at.Addr()
	}
	ip = ip.Unmap().WithZone("")
	hits := slices.Clone(x.of(analysis.IndicatorIP, ip.String()))
	for _, bits := range x.bits {
		if n, err := ip.Prefix(bits); err == nil {
			hits = append(hits, x.networks[n]...)
		}
	}
	return hits
}

// words are the indicators among the words of a text: mail addresses, their
// domains and those of links, and hashes.
func (x *indicatorIndex) words(text string) []int {
	var hits []int
	for word := range strings.FieldsFuncSeq(text, notInIndicator) {
		word = strings.TrimPrefix(word, mail.SmtpPrefix)
		hits = append(hits, x.of(analysis.IndicatorHash, word)...)
		domain := word
		if at := strings.LastIndexByte(word, '@'); at >= 0 {
			hits = append(hits, x.of(analysis.IndicatorAddress, word)...)
			domain = word[at+1:]
		}
		for domain = strings.Trim(domain, "."); strings.Contains(domain, "."); _, domain, _ = strings.Cut(domain, ".") {
			hits = append(hits, x.of(analysis.IndicatorDomain, domain)...)
		}
	}
	return hits
}

// notInIndicator parts the words of a text; what it parts stands in no
// address, domain or hash.
func notInIndicator(r rune) bool { return strings.ContainsRune(" \t\r\n\"'\\/,;<>()[]{}?&=|", r) }
