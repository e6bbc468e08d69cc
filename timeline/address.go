package timeline

import "becforensics/geo"

// splitAddresses reads each distinct address text once: ip becomes the
// canonical address, ip_chain keeps what was written where that says more,
// and each address gets its place.
func (t *Timeline) splitAddresses() {
	raw := t.cols[ColIP].dict
	ips, chains := newDict(t.store), newDict(t.store)
	ipOf, chainOf, flagOf := make([]uint32, raw.len()), make([]uint32, raw.len()), make([]Flags, raw.len())
	t.places = []geo.Place{{}}
	for code := 1; code < raw.len(); code++ {
		text := raw.value(uint32(code))
		chain := geo.ParseChain(text)
		if len(chain.Hops) != 1 {
			chainOf[code] = chains.add(text)
		}
		if len(chain.Hops) == 0 {
			continue
		}
		claimed := t.geo.Lookup(chain.Claimed)
		c := ips.add(chain.Claimed.String())
		ipOf[code] = c
		if int(c) == len(t.places) {
			t.places = append(t.places, claimed)
		}
		if len(chain.Hops) > 1 {
			flagOf[code] |= ForwardedIP
			observed := t.geo.Lookup(chain.Observed)
			if observed.Country != "" && claimed.Country != "" && observed.Country != claimed.Country {
				flagOf[code] |= AddressConflict
			}
		}
	}
	raw.texts.free()
	t.cols[ColIP].dict, t.cols[ColIPChain].dict = ips, chains
	codes := &t.cols[ColIP].codes
	t.flags.each(func(row int, flags uint64) uint64 { return flags | uint64(flagOf[codes.at(row)]) })
	if chains.len() > 1 {
		t.cols[ColIPChain].codes.each(func(row int, _ uint64) uint64 { return uint64(chainOf[codes.at(row)]) })
	}
	codes.each(func(_ int, code uint64) uint64 { return uint64(ipOf[code]) })
}
