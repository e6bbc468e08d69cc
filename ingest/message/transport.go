package message

import (
	"net/netip"
	"strings"

	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
)

// received is when the message arrived: the date that the last server wrote
// into the top-most Received header. Where that has none it is the Date, which
// the sender writes; sent says so.
func (l headerList) received(m *column.Map) (at clock.Reading, sent, ok bool) {
	top := l.at(m, hReceived)
	if i := strings.LastIndexByte(top, ';'); i >= 0 {
		if at, ok = clock.ParseMail(top[i+1:]); ok {
			return at, false, true
		}
	}
	at, ok = clock.ParseMail(l.at(m, hDate))
	return at, true, ok
}

// origin is the address that the message came from, as surely as its headers
// show: the one from which the sender's client handed it in, as the sending
// service claims; else the one that Exchange Online saw at its border; else
// the first public one in the Received headers from the top, the last hop
// before the recipient's own servers.
func (l headerList) origin(m *column.Map) string {
	if a := publicAddress(l.at(m, hOriginating)); a != "" {
		return a
	}
	for part := range strings.SplitSeq(l.at(m, hAntispam), ";") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(part), "CIP:"); ok {
			if a := publicAddress(value); a != "" {
				return a
			}
		}
	}
	if _, after, ok := strings.Cut(l.at(m, hAuthentication), "sender IP is "); ok {
		ip, _, _ := strings.Cut(after, ")")
		if a := publicAddress(ip); a != "" {
			return a
		}
	}
	for _, h := range l {
		if !strings.EqualFold(h.name, "Received") {
			continue
		}
		from, _, _ := strings.Cut(h.value, " by ")
		for word := range strings.FieldsSeq(from) {
			if a := publicAddress(word); a != "" {
				return a
			}
		}
	}
	return ""
}

// publicAddress is an address without the brackets around it; empty for other
// texts and for one of no network but the sender's own.
func publicAddress(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "[]();,")
	s = strings.TrimPrefix(s, "IPv6:")
	a, err := netip.ParseAddr(s)
	if err != nil || !a.IsGlobalUnicast() || a.IsPrivate() {
		return ""
	}
	return s
}
