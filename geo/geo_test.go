package geo

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

func open4test(t testing.TB, user ...Database) *DB {
	t.Helper()
	d, err := Open(user, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// say writes provenances as text.
func say(list []Provenance) string {
	var out []string
	for _, p := range list {
		text := p.Field + " " + p.Value + ": " + p.From.Name
		if p.Network.IsValid() {
			text += " " + p.Network.String()
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}

func TestEmbeddedDatabases(t *testing.T) {
	d := open4test(t)
	for _, tt := range []struct {
		addr, country string
		asn           uint32
		kind          string
	}{
		{"105.112.96.10", "NG", 36873, ""},           // Airtel Nigeria: an access network is no hosting network
		{"197.210.1.1", "NG", 29465, ""},             // MTN Nigeria, which other lists call hosting
		{"8.8.8.8", "US", 15169, Hosting},            // Google
		{"104.28.100.10", "CA", 13335, Relay},        // iCloud Private Relay, at Cloudflare
		{"165.225.1.1", "US", 22616, Relay},          // Zscaler
		{"40.126.0.1", "US", 8075, MicrosoftService}, // sign-in front end
		{"52.239.0.1", "US", 8075, MicrosoftCloud},   // Azure storage: a customer's or Microsoft's
		{"2603:1026::1", "IE", 8075, MicrosoftService},
		{"185.220.101.1", "DE", 60729, Tor}, // in lists of VPN ranges too
	} {
		p := d.Lookup(netip.MustParseAddr(tt.addr))
		if p.Country != tt.country || p.ASN != tt.asn || p.Kind != tt.kind || p.CountryName == "" || p.Network == "" {
			t.Errorf("%s: %s (%s) AS%d %s [%s]", tt.addr, p.Country, p.CountryName, p.ASN, p.Network, p.Kind)
		}
	}
}

// Hosts of Exchange Online stand in the mailboxes' records with addresses that
// are not announced: no database says whose they are.
func TestServiceRangeThatIsNotAnnounced(t *testing.T) {
	d := open4test(t)
	for addr, kind := range map[string]string{"2603:10a6:803:15::bf": MicrosoftService, "2603:1096:400:58::12": MicrosoftService, "2603:1020:201::1": MicrosoftCloud, "2603:1100::1": ""} {
		if p := d.Lookup(netip.MustParseAddr(addr)); p.Kind != kind {
			t.Errorf("%s: AS%d [%s], want [%s]", addr, p.ASN, p.Kind, kind)
		}
	}
}

func TestProvenance(t *testing.T) {
	p := open4test(t).Lookup(netip.MustParseAddr("104.28.100.10"))
	want := `country CA: embedded country 104.28.100.0/24
asn AS13335 Cloudflare, Inc.: embedded ASN 104.28.0.0/16
kind relay (iCloud Private Relay): MISP warninglists 84f0610a 104.28.100.10/31`
	if got := say(p.Sources); got != want || p.Conflicts != nil {
		t.Errorf("sources\n%s\nconflicts\n%s", got, say(p.Conflicts))
	}
}

func TestLaterDatabaseOverridesFieldByField(t *testing.T) {
	city := Database{"D001", "city.mmdb", writeMMDB(t, "GeoIP2-City", 6, m{
		testRange: m{
			"country": m{"iso_code": "GB", "names": m{"en": "United Kingdom"}}, "city": m{"names": m{"en": "London"}},
			"location": m{"latitude": 51.5, "longitude": -0.09, "accuracy_radius": uint16(10)},
		},
		"8.8.8.0/24": m{"registered_country": m{"iso_code": "US", "names": m{"en": "United States"}}},
	})}
	same := Database{"D002", "country.mmdb", writeMMDB(t, "country ipvAll", 6, m{testRange: m{"country_code": "GB"}})}
	other := Database{"D002", "country.mmdb", writeMMDB(t, "country ipvAll", 6, m{testRange: m{"country_code": "SE"}})}
	asn := Database{"D003", "asn.mmdb", writeMMDB(t, "GeoLite2-ASN", 6, m{testRange: m{"autonomous_system_number": uint32(64500), "autonomous_system_organization": "Example Net"}})}
	flags := Database{"D004", "flags.mmdb", writeMMDB(t, "GeoIP2-Anonymous-IP", 6, m{testRange: m{"is_anonymous": true, "is_public_proxy": true}, "40.126.0.0/18": m{"is_hosting_provider": true}})}

	for _, tt := range []struct {
		name, addr         string
		user               []Database
		place              string
		sources, conflicts string
	}{
		{
			"none", testAddr, nil,
			"GB Britain (UK) false / AS20712 Andrews & Arnold Ltd",
			"country GB: embedded country 81.2.64.0/18\nasn AS20712 Andrews & Arnold Ltd: embedded ASN 81.2.64.0/18", "",
		},
		{
			"city from one, country from a later one that agrees", testAddr,
			[]Database{city, same, asn},
			"GB Britain (UK) false London/ AS64500 Example Net",
			"country GB: D002 country.mmdb 81.2.69.0/24\ncity London: D001 city.mmdb 81.2.69.0/24\nasn AS64500 Example Net: D003 asn.mmdb 81.2.69.0/24",
			"asn AS20712 Andrews & Arnold Ltd: embedded ASN 81.2.64.0/18",
		},
		{
			"a city in another country is set aside", testAddr,
			[]Database{city, other},
			"SE Sweden false / AS20712 Andrews & Arnold Ltd",
			"country SE: D002 country.mmdb 81.2.69.0/24\nasn AS20712 Andrews & Arnold Ltd: embedded ASN 81.2.64.0/18",
			"country GB: D001 city.mmdb 81.2.69.0/24\ncountry GB: embedded country 81.2.64.0/18\ncity London: D001 city.mmdb 81.2.69.0/24",
		},
		{
			"the order given decides", testAddr,
			[]Database{other, city},
			"GB United Kingdom false London/ AS20712 Andrews & Arnold Ltd",
			"country GB: D001 city.mmdb 81.2.69.0/24\ncity London: D001 city.mmdb 81.2.69.0/24\nasn AS20712 Andrews & Arnold Ltd: embedded ASN 81.2.64.0/18",
			"country SE: D002 country.mmdb 81.2.69.0/24",
		},
		{
			"a registered country is marked", "8.8.8.8",
			[]Database{city},
			"US United States true / AS15169 Google LLC hosting",
			"country US: D001 city.mmdb 8.8.8.0/24\nasn AS15169 Google LLC: embedded ASN 8.8.8.0/24\nkind hosting (GOOGLE - Google Inc., US): X4BNet lists_vpn 167937a7 hosting ASNs", "",
		},
		{
			"a kind of the examiner's database", testAddr,
			[]Database{flags},
			"GB Britain (UK) false / AS20712 Andrews & Arnold Ltd proxy",
			"country GB: embedded country 81.2.64.0/18\nasn AS20712 Andrews & Arnold Ltd: embedded ASN 81.2.64.0/18\nkind proxy: D004 flags.mmdb 81.2.69.0/24", "",
		},
		{
			"hosting says less than whose service it is", "40.126.0.1",
			[]Database{flags},
			"US United States false / AS8075 Microsoft Corporation microsoft-service",
			"country US: embedded country 40.126.0.0/24\nasn AS8075 Microsoft Corporation: embedded ASN 40.126.0.0/18\nkind microsoft-service (Microsoft 365): MISP warninglists 84f0610a 40.126.0.0/18",
			"kind hosting: D004 flags.mmdb 40.126.0.0/18",
		},
	} {
		p := open4test(t, tt.user...).Lookup(netip.MustParseAddr(tt.addr))
		place := strings.TrimSpace(fmt.Sprintf("%s %s %v %s/%s AS%d %s %s", p.Country, p.CountryName, p.Registered, p.City, p.Region, p.ASN, p.Network, p.Kind))
		if place != tt.place || say(p.Sources) != tt.sources || say(p.Conflicts) != tt.conflicts {
			t.Errorf("%s:\n%s\n%s\nconflicts\n%s", tt.name, place, say(p.Sources), say(p.Conflicts))
		}
		if p.HasPoint != (p.City != "") {
			t.Errorf("%s: point %v, %v without its city", tt.name, p.Lat, p.Lon)
		}
	}
}

func TestLookupIsSafeForConcurrentUse(t *testing.T) {
	d, alone := open4test(t), open4test(t)
	want := make([]string, 512)
	for i := range want {
		want[i] = alone.Lookup(netip.AddrFrom4([4]byte{byte(i), 8, 8, byte(i >> 8)})).Country
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range want {
				if got := d.Lookup(netip.AddrFrom4([4]byte{byte(i), 8, 8, byte(i >> 8)})).Country; got != want[i] {
					t.Errorf("address %d: %s, want %s", i, got, want[i])
				}
			}
		})
	}
	wg.Wait()
}

func TestMemoryOfAnswersIsBounded(t *testing.T) {
	d := open4test(t)
	for i := range maxMemo + 10 {
		d.Lookup(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	if len(d.memo) != 10 {
		t.Errorf("%d answers remembered", len(d.memo))
	}
}

func BenchmarkLookup(b *testing.B) {
	addrs := make([]netip.Addr, 1<<20)
	for i := range addrs {
		n := uint32(i) * 2654435761 // spreads over all of IPv4
		addrs[i] = netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	}
	for _, distinct := range []int{4096, len(addrs)} {
		b.Run(fmt.Sprintf("distinct=%d", distinct), func(b *testing.B) {
			d := open4test(b)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				d.Lookup(addrs[i%distinct])
				i++
			}
		})
	}
}

func BenchmarkParseChain(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ParseChain("10.1.1.1, [2001:db8::1]:50123")
	}
}

func BenchmarkNewTables(b *testing.B) {
	for b.Loop() {
		if _, err := NewTables(nil, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}
