package geo

import (
	_ "embed"
	"net/netip"
	"sync"
)

//go:embed data/special.csv
var specialCSV []byte

// A specialRange is a class of addresses, and the kind of network it implies.
type specialRange struct{ class, kind string }

// special is the table of address ranges that no database may be asked about.
var special = sync.OnceValue(func() *prefixes[specialRange] {
	p := newPrefixes[specialRange]()
	for _, row := range mustRead("special.csv", specialCSV, "cidr", "class", "kind", "source", "as_of") {
		if err := p.add(row[0], specialRange{row[1], row[2]}); err != nil {
			panic("special.csv: " + err.Error())
		}
	}
	return p
})

// Prefixes of IPv6 that carry an IPv4 address inside.
var (
	sixToFour = netip.MustParsePrefix("2002::/16")     // RFC 3056: bytes 2 to 5
	teredo    = netip.MustParsePrefix("2001::/32")     // RFC 4380: last four bytes, inverted, are the client
	nat64     = netip.MustParsePrefix("64:ff9b::/96")  // RFC 6052: last four bytes
	mapped    = netip.MustParsePrefix("::ffff:0:0/96") // RFC 4291: last four bytes
)

// canonical is the address to judge: without zone, and the IPv4 address that
// a mapped, 6to4, NAT64 or Teredo address carries. A Teredo address stands for
// its client, not for the server that databases alias it to.
func canonical(a netip.Addr) netip.Addr {
	a = a.WithZone("")
	if !a.Is6() {
		return a
	}
	b := a.As16()
	switch {
	case mapped.Contains(a), a.Is4In6(), nat64.Contains(a):
		return netip.AddrFrom4([4]byte(b[12:]))
	case sixToFour.Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6]))
	case teredo.Contains(a):
		return netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]})
	}
	return a
}

// classify is the special range of a canonical address, empty for one that can
// be routed on the Internet.
func classify(a netip.Addr) specialRange {
	s, _, _ := special().find(a)
	return s
}

// Network is the network that addresses are grouped by: the /24 of an IPv4
// address, the /64 of an IPv6 address. Tunnelled and mapped addresses are
// grouped by the IPv4 address they carry, since a relay's /64 joins strangers.
// It is the zero prefix for an invalid address.
func Network(a netip.Addr) netip.Prefix {
	a = canonical(a)
	bits := 24
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
