package timeline

import (
	"fmt"

	"becforensics/geo"
)

// splitAddresses reads each distinct address text once: ip becomes the
// canonical address, ip_chain keeps what was written where that says more,
// and each address gets its place.
func (t *Timeline) splitAddresses() error {
	raw := t.cols[ColIP].dict
	ips, chains := newDict(), newDict()
	ipOf, chainOf, flagOf := make([]uint32, raw.len()), make([]uint32, raw.len()), make([]Flags, raw.len())
	t.places = []geo.Place{{}}
	for code := 1; code < raw.len(); code++ {
		text := raw.value(uint32(code))
		chain := geo.ParseChain(text)
		if len(chain.Hops) != 1 {
			c, err := chains.add(text)
			if err != nil {
				return fmt.Errorf("keep forwarded addresses: %w", err)
			}
			chainOf[code] = c
		}
		if len(chain.Hops) == 0 {
			continue
		}
		claimed := t.geo.Lookup(chain.Claimed)
		c, err := ips.add(chain.Claimed.String())
		if err != nil {
			return fmt.Errorf("keep addresses: %w", err)
		}
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
	codes := t.cols[ColIP].codes
	t.cols[ColIP].dict, t.cols[ColIPChain].dict = ips, chains
	if codes == nil {
		return nil
	}
	chainCodes := make([]uint32, len(codes))
	for row, code := range codes {
		t.flags[row] |= flagOf[code]
		chainCodes[row] = chainOf[code]
		codes[row] = ipOf[code]
	}
	if chains.len() > 1 {
		t.cols[ColIPChain].codes = chainCodes
	}
	return nil
}
