package analysis

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

func Within(networks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(a) })
}

// DeclaredHome reports whether a country is home to the user by the examiner's
// word.
func DeclaredHome(s *Settings, mailbox, country string) bool {
	is := func(c string) bool { return strings.EqualFold(c, country) }
	return slices.ContainsFunc(s.HomeCountries, is) || slices.ContainsFunc(s.For(mailbox).HomeCountries, is)
}

// Travelled reports whether a declared stay covers a logon. Days are the
// traveller's own, so the day before and the day after count as well.
func Travelled(s *Settings, mailbox, country string, at time.Time) bool {
	return slices.ContainsFunc(s.For(mailbox).Travel, func(tr Travel) bool {
		return strings.EqualFold(tr.Country, country) && !at.Before(tr.From.AddDate(0, 0, -1)) && at.Before(tr.To.AddDate(0, 0, 2))
	})
}
