package mail

import (
	"fmt"
	"net/netip"
	"strings"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// sendingDays and sendingSpan say when a sender has sent from a network for so
// long that it is a habit, as direct-send has it for devices.
var (
	sendingDays = &analysis.Threshold{Name: "authentication-failure.sending_days", Value: 3, Doc: "days on which a sender must have sent from a network for it to be a habit"}
	sendingSpan = &analysis.Threshold{Name: "authentication-failure.sending_span", Value: 20, Doc: "days from the first to the last of them"}
)

// A sendingPlace is an address from which mail came and the network of the
// server that handed it in.
type sendingPlace struct {
	sender  string
	network netip.Prefix
}

// sendingUse is when a sender sent from a network.
type sendingUse struct {
	first, last int32 // days
	days        int
}

// sendingHabits are the networks from which each sender's mail came, by the
// traces of the transport.
type sendingHabits struct {
	uses map[sendingPlace]*sendingUse
	of   map[string]netip.Prefix // network by message id in lower case
}

func sendingPlaces(p *analysis.Pass) *sendingHabits {
	t := p.Timeline
	h := &sendingHabits{map[sendingPlace]*sendingUse{}, map[string]netip.Prefix{}}
	for row := range analysis.RowsOf(p, analysis.ClassTrace) {
		ip := t.Code(timeline.ColIP, row)
		if row >= t.Timed() || ip == 0 || t.PlaceOf(ip).Class != "" {
			continue
		}
		at := sendingPlace{Address(t.Text(timeline.ColSender, row)), geo.Network(t.PlaceOf(ip).Addr)}
		if !at.network.IsValid() {
			continue
		}
		h.of[strings.ToLower(t.Text(timeline.ColMessageID, row))] = at.network
		day := timeline.Day(timeline.UnixNano(t, row))
		switch use := h.uses[at]; {
		case use == nil:
			h.uses[at] = &sendingUse{day, day, 1}
		case use.last != day:
			use.last = day
			use.days++
		}
	}
	return h
}

// habit says that a message came from a network from which its sender has sent
// for long; empty if it did not, or its network is not known.
func (h *sendingHabits) habit(p *analysis.Pass, v *Verdict) string {
	network, ok := h.of[strings.ToLower(v.Header.MessageID)]
	if !ok {
		addr, err := netip.ParseAddr(v.Header.Headers.sentFrom())
		if err != nil {
			return ""
		}
		network = geo.Network(addr)
	}
	use := h.uses[sendingPlace{v.Header.Sender, network}]
	if use == nil || float64(use.days) < p.Threshold(sendingDays) || float64(use.last-use.first) < p.Threshold(sendingSpan) {
		return ""
	}
	return fmt.Sprintf("the sender sent from this network on %d days over %d: consistent with a service or device whose records are not well kept", use.days, use.last-use.first+1)
}

// sentFrom is the address that the receiving server names in its results, as
// Exchange Online writes it in a comment; empty without one.
func (h HeaderLines) sentFrom() string {
	_, rest, _ := strings.Cut(h.Get(authHeader), "sender IP is ")
	address, _, _ := strings.Cut(rest, ")")
	return strings.TrimSpace(address)
}
