package geo

import (
	"fmt"
	"net/netip"
	"slices"
)

// prefixes finds the longest of a set of address ranges that holds an address.
type prefixes[T any] struct {
	values map[netip.Prefix]T
	v4, v6 []int // lengths in use, longest first
}

func newPrefixes[T any]() *prefixes[T] {
	return &prefixes[T]{values: map[netip.Prefix]T{}}
}

// add takes a range in CIDR form; host bits and a repeated range are errors,
// since the one or the other value would be lost silently.
func (p *prefixes[T]) add(cidr string, value T) error {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return fmt.Errorf("range %q: not CIDR", cidr)
	}
	if prefix != prefix.Masked() {
		return fmt.Errorf("range %q: address bits beyond the length", cidr)
	}
	if _, again := p.values[prefix]; again {
		return fmt.Errorf("range %q: listed twice", cidr)
	}
	p.values[prefix] = value
	lengths := &p.v4
	if prefix.Addr().Is6() {
		lengths = &p.v6
	}
	i, found := slices.BinarySearchFunc(*lengths, prefix.Bits(), func(have, want int) int { return want - have })
	if !found {
		*lengths = slices.Insert(*lengths, i, prefix.Bits())
	}
	return nil
}

// find is the value of the longest range that holds a.
func (p *prefixes[T]) find(a netip.Addr) (value T, prefix netip.Prefix, ok bool) {
	lengths := p.v4
	if a.Is6() {
		lengths = p.v6
	}
	for _, bits := range lengths {
		prefix, err := a.Prefix(bits)
		if err != nil {
			break
		}
		if value, ok := p.values[prefix]; ok {
			return value, prefix, true
		}
	}
	return value, netip.Prefix{}, false
}
