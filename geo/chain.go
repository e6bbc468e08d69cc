package geo

import (
	"net/netip"
	"strconv"
	"strings"
)

// A Chain is what a record says of the addresses a request came through.
type Chain struct {
	Text string       // as written
	Hops []netip.Addr // in order, without ports, brackets, zones and ::ffff:
	// Claimed is the first public hop, or the first hop if none is public.
	// Whoever sends the request can write it.
	Claimed netip.Addr
	// Observed is the last hop: the peer that the service saw.
	Observed netip.Addr
	Port     uint16 // of the observed hop; 0 if not stated
	Host     string // the first host name, where one stands in place of an address
}

// ParseChain reads an address cell: one address or a list parted by commas or
// semicolons, with or without port, brackets, quotes and zone. The words that
// exports write for nothing give no hop. It never fails: what is neither
// address nor host name is in Text alone.
func ParseChain(text string) Chain {
	c := Chain{Text: text}
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
		part = strings.Trim(part, " \t\r\n\u00a0\"'")
		a, port, ok := parseHop(part)
		if ok {
			c.Hops = append(c.Hops, a)
			c.Observed, c.Port = a, port
			if !c.Claimed.IsValid() && public(a) {
				c.Claimed = a
			}
		} else if c.Host == "" && isHost(part) {
			c.Host = part
		}
	}
	if !c.Claimed.IsValid() && len(c.Hops) > 0 {
		c.Claimed = c.Hops[0]
	}
	return c
}

// public says whether an address can be a client on the Internet. Those
// reserved for documentation count: they stand for public ones in samples.
func public(a netip.Addr) bool {
	c := classify(canonical(a)).class
	return c == "" || c == "documentation"
}

// parseHop reads one address with or without a port.
func parseHop(s string) (a netip.Addr, port uint16, ok bool) {
	if a, ok := parseAddr(s); ok {
		return a, 0, true
	}
	host, digits := s, ""
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		host, digits = s[:i], s[i+1:]
	}
	if digits != "" && strings.Trim(digits, "0123456789") != "" {
		return a, 0, false
	}
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		host = host[1 : len(host)-1]
	}
	a, ok = parseAddr(host)
	if n, err := strconv.ParseUint(digits, 10, 16); err == nil {
		port = uint16(n)
	}
	return a, port, ok
}

// parseAddr reads a bare or bracketed address, without its zone.
func parseAddr(s string) (netip.Addr, bool) {
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		s = s[1 : len(s)-1]
	}
	a, err := netip.ParseAddr(s)
	return a.Unmap().WithZone(""), err == nil
}

// isHost says whether s can be the name of a host and is no word for nothing.
func isHost(s string) bool {
	if len(s) > 253 || strings.EqualFold(s, "null") || strings.EqualFold(s, "none") {
		return false
	}
	letters := false
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			letters = true
		case '0' <= r && r <= '9', r == '-', r == '.', r == '_':
		default:
			return false
		}
	}
	return letters
}
