package geo

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
)

// m is a record of a database.
type m = map[string]any

// The address that the records of these tests are about, and its range.
const (
	testAddr  = "81.2.69.160"
	testRange = "81.2.69.0/24"
)

func TestSchemas(t *testing.T) {
	for _, tt := range []struct {
		name, databaseType string
		record             any
		want               answer
	}{
		{"MaxMind City", "GeoIP2-City", m{
			"continent":          m{"code": "EU"},
			"country":            m{"iso_code": "GB", "names": m{"de": "Großbritannien", "en": "United Kingdom"}},
			"registered_country": m{"iso_code": "FR", "names": m{"en": "France"}},
			"city":               m{"geoname_id": uint32(2643743), "names": m{"en": "London", "fr": "Londres"}},
			"subdivisions":       []any{m{"iso_code": "ENG", "names": m{"en": "England"}}, m{"iso_code": "LND", "names": m{"en": "Greater London"}}},
			"location":           m{"latitude": 51.5142, "longitude": -0.0931, "accuracy_radius": uint16(10)},
		}, answer{country: "GB", countryName: "United Kingdom", city: "London", region: "England", lat: 51.5142, lon: -0.0931, radius: 10, hasPoint: true}},
		{
			"MaxMind Country, registered only", "GeoLite2-Country",
			m{"registered_country": m{"iso_code": "FR", "names": m{"en": "France"}}},
			answer{country: "FR", countryName: "France", registered: true},
		},
		{"MaxMind Enterprise", "GeoIP2-Enterprise", m{
			"country": m{"iso_code": "US", "confidence": uint16(99)},
			"traits":  m{"autonomous_system_number": uint32(7018), "autonomous_system_organization": "AT&T Services", "isp": "AT&T", "user_type": "cellular"},
		}, answer{country: "US", asn: 7018, network: "AT&T Services", kind: Mobile}},
		{"MaxMind ASN", "GeoLite2-ASN", m{"autonomous_system_number": uint32(1221), "autonomous_system_organization": "Telstra"}, answer{asn: 1221, network: "Telstra"}},
		{"MaxMind ASN without name", "GeoLite2-ASN", m{"autonomous_system_number": uint32(1221)}, answer{asn: 1221}},
		{"MaxMind ISP without number", "GeoIP2-ISP", m{"isp": "Telstra Internet", "organization": "Telstra"}, answer{network: "Telstra Internet"}},
		{"MaxMind Connection-Type", "GeoIP2-Connection-Type", m{"connection_type": "Cellular"}, answer{kind: Mobile}},
		{"MaxMind Anonymous-IP, Tor", "GeoIP2-Anonymous-IP", m{"is_anonymous": true, "is_anonymous_vpn": true, "is_tor_exit_node": true}, answer{kind: Tor}},
		{"MaxMind Anonymous-IP, hosting", "GeoIP2-Anonymous-IP", m{"is_anonymous": true, "is_hosting_provider": true}, answer{kind: Hosting}},
		{"MaxMind Anonymous-IP, anonymous", "GeoIP2-Anonymous-IP", m{"is_anonymous": true}, answer{kind: Proxy}},
		{"MaxMind Anonymous-IP, empty", "GeoIP2-Anonymous-IP", m{}, answer{}},
		{"MaxMind Residential-Proxy", "GeoIP-Residential-Proxy", m{"provider_name": "example", "anonymizer_confidence": uint16(99)}, answer{kind: Proxy}},
		{"DB-IP", "DBIP-ISP", m{
			"country":      m{"iso_code": "DE", "names": m{"en": "Germany"}},
			"subdivisions": []any{m{"names": m{"en": "Hesse"}}},
			"traits":       m{"autonomous_system_number": uint32(3320), "autonomous_system_organization": "Deutsche Telekom AG", "user_type": "residential"},
		}, answer{country: "DE", countryName: "Germany", region: "Hesse", asn: 3320, network: "Deutsche Telekom AG", kind: Residential}},
		{"ip-location-db country", "country ipvAll", m{"country_code": "NG"}, answer{country: "NG"}},
		{
			"ip-location-db city", "city ipv4",
			m{"country_code": "US", "city": "Mountain View", "state1": "California", "state2": "", "latitude": float32(37.422), "longitude": float32(-122.085)},
			answer{country: "US", city: "Mountain View", region: "California", lat: 37.422, lon: -122.085, hasPoint: true},
		},
		{
			"IPinfo Lite", "ipinfo bundle_location_lite.mmdb",
			m{"country": "Australia", "country_code": "AU", "asn": "AS13335", "as_name": "Cloudflare, Inc.", "as_domain": "cloudflare.com"},
			answer{country: "AU", countryName: "Australia", asn: 13335, network: "Cloudflare, Inc."},
		},
		{
			"IPinfo country and ASN, before Lite", "ipinfo country_asn.mmdb",
			m{"country": "AU", "country_name": "Australia", "asn": "", "as_name": ""},
			answer{country: "AU", countryName: "Australia"},
		},
		{"IPinfo Plus", "ipinfo bundle_location_plus.mmdb", m{
			"country": "Germany", "country_code": "DE", "city": "Frankfurt", "region": "Hesse", "latitude": 50.11, "longitude": 8.68, "radius": uint16(20),
			"asn": "AS9009", "as_name": "M247", "as_type": "hosting", "is_hosting": true, "is_vpn": true, "is_tor": false,
		}, answer{country: "DE", countryName: "Germany", city: "Frankfurt", region: "Hesse", lat: 50.11, lon: 8.68, radius: 20, hasPoint: true, asn: 9009, network: "M247", kind: VPN}},
		{
			"IPinfo location, numbers as text", "ipinfo standard_location.mmdb",
			m{"country": "IL", "city": "Haifa", "region": "Haifa", "lat": "32.81841", "lng": "34.9885"},
			answer{country: "IL", city: "Haifa", region: "Haifa", lat: 32.81841, lon: 34.9885, hasPoint: true},
		},
		{
			"IPinfo ASN: its country is a registration", "ipinfo standard_asn.mmdb",
			m{"asn": "AS29465", "name": "MTN Nigeria", "domain": "example.com", "type": "isp", "country": "NG"},
			answer{asn: 29465, network: "MTN Nigeria"},
		},
		{"IPinfo privacy, truth as text", "ipinfo standard_privacy.mmdb", m{"hosting": "true", "proxy": "", "relay": "", "tor": "", "vpn": ""}, answer{kind: Hosting}},
		{"IPinfo privacy, truth as truth", "ipinfo privacy.mmdb", m{"hosting": false, "relay": true}, answer{kind: Relay}},
		{"0, 0 is not known", "city ipv4", m{"country_code": "US", "latitude": float32(0), "longitude": float32(0)}, answer{country: "US"}},
		{"a point off Earth is none", "GeoIP2-City", m{"country": m{"iso_code": "US"}, "location": m{"latitude": 91.0, "longitude": 8.0}}, answer{country: "US"}},
		{"a name is no code", "example", m{"country": "Australia", "asn": "AS1", "as_name": "Example"}, answer{asn: 1, network: "Example"}},
		{
			"values of the wrong shape count as absent", "GeoIP2-City",
			m{"country": []any{"US"}, "city": true, "subdivisions": m{"en": "x"}, "autonomous_system_number": m{}, "is_tor": []any{}, "country_code": "SE"},
			answer{country: "SE", city: "true"},
		},
	} {
		data := writeMMDB(t, tt.databaseType, 6, m{testRange: tt.record, "2.0.0.0/8": m{"country_code": "FR"}})
		s, err := openUser(Database{"D001", "test.mmdb", data})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got, network, ok := s.lookup(netip.MustParseAddr(testAddr))
		if !ok || network.String() != testRange || got != tt.want {
			t.Errorf("%s: %v %v\n got %+v\nwant %+v", tt.name, ok, network, got, tt.want)
		}
		if got, _, ok := s.lookup(netip.MustParseAddr("9.9.9.9")); ok || got != (answer{}) {
			t.Errorf("%s: an address that is not listed gets %+v", tt.name, got)
		}
		if s.report().Damaged() {
			t.Errorf("%s: counted as damaged", tt.name)
		}
	}
}

func TestDatabasesThatCannotAnswerAreRefused(t *testing.T) {
	good := writeMMDB(t, "GeoIP2-City", 6, m{testRange: m{"country": m{"iso_code": "GB"}}})
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"IP2LOCATION-LITE-DB11.BIN", []byte("\x0b\x0e\x1a"), "use the MMDB edition"},
		{"empty.mmdb", nil, "no MaxMind DB metadata"},
		{"text.mmdb", []byte("<html>"), "no MaxMind DB metadata"},
		{"cut.mmdb", good[len(good)/2:], "open geo database \"cut.mmdb\""},
		{"company.mmdb", writeMMDB(t, "ipinfo standard_company.mmdb", 6, m{testRange: m{"country": "GB", "name": "Example"}}), "the companies that use networks"},
		{"rwhois.mmdb", writeMMDB(t, "ipinfo rwhois.mmdb", 6, m{testRange: m{"country": "GB"}}), "registrations of networks"},
		{"domain.mmdb", writeMMDB(t, "GeoIP2-Domain", 6, m{testRange: m{"domain": "example.com"}}), "domain names"},
		{"score.mmdb", writeMMDB(t, "GeoIP2-Static-IP-Score", 6, m{testRange: m{"score": 0.5}}), "no record holds a country"},
	} {
		_, err := Open([]Database{{"D001", tt.name, tt.data}}, nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), `"`+tt.name+`"`) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestDamageIsCountedOncePerAddress(t *testing.T) {
	data := writeMMDB(t, "GeoIP2-City", 6, m{"2.0.0.0/8": m{"country": m{"iso_code": "FR"}}, testRange: m{"location": "a text where a map belongs"}})
	d, err := Open([]Database{{"D001", "half.mmdb", data}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, a := range []string{testAddr, "81.2.69.161", "2.1.1.1"} {
			d.Lookup(netip.MustParseAddr(a))
		}
		clear(d.memo)
	}
	got := d.Databases()[2]
	if got.Name != "D001 half.mmdb" || got.Failed != 2 || !got.Damaged() || !strings.Contains(got.Remark, "the records of 2 addresses could not be read") {
		t.Errorf("%+v", got)
	}
	if got.Built != "2026-01-01" || got.Type != "GeoIP2-City" || len(got.SHA256) != 64 {
		t.Errorf("%+v", got)
	}
	// The embedded database still answers.
	if p := d.Lookup(netip.MustParseAddr(testAddr)); p.Country != "GB" || p.Sources[0].From.Name != "embedded country" {
		t.Errorf("%+v", p)
	}
}

func TestDatabaseForOneVersionOfIPIsNotAskedTheOther(t *testing.T) {
	four := writeMMDB(t, "city ipv4", 4, m{testRange: m{"country_code": "SE"}})
	six := writeMMDB(t, "city ipv6", 6, m{"2a00::/12": m{"country_code": "NO"}})
	d, err := Open([]Database{{"D001", "v4.mmdb", four}, {"D002", "v6.mmdb", six}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]string{testAddr: "SE", "2a00:1450:4001:81b::200e": "NO", "8.8.8.8": "US"} {
		if p := d.Lookup(netip.MustParseAddr(addr)); p.Country != want {
			t.Errorf("%s: %s, want %s", addr, p.Country, want)
		}
	}
	for _, i := range d.Databases() {
		if i.Damaged() {
			t.Errorf("%s: counted as damaged", i.Name)
		}
	}
}

// A tree whose branches join again has 2^120 paths: opening must not walk them.
func TestOpeningWalksNoCraftedTree(t *testing.T) {
	good := writeMMDB(t, "GeoIP2-City", 6, m{testRange: m{"country": m{"iso_code": "GB"}}})
	const nodes = 96 + 24
	for name, end := range map[string]int{"empty": nodes, "back to the start": 0, "back to the IPv4 tree": 96, "beyond the file": 1<<24 - 1} {
		data := bytes.Clone(good)
		for i := range 2 * nodes {
			next := i/2 + 1
			if next == nodes {
				next = end
			}
			copy(data[3*i:], []byte{byte(next >> 16), byte(next >> 8), byte(next)})
		}
		d, err := Open([]Database{{"D001", "tree.mmdb", data}}, nil)
		if err != nil {
			continue
		}
		if p := d.Lookup(netip.MustParseAddr(testAddr)); len(p.Sources) > 0 && p.Sources[0].From.Name == "D001 tree.mmdb" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// FuzzDatabase changes a database byte by byte: whatever it holds, it is
// refused or answers, and an answer is on Earth.
func FuzzDatabase(f *testing.F) {
	data := writeMMDB(f, "GeoIP2-City", 6, m{
		testRange:    m{"country": m{"iso_code": "GB", "names": m{"en": "United Kingdom"}}, "city": m{"names": m{"en": "London"}}, "subdivisions": []any{m{"iso_code": "ENG"}}, "location": m{"latitude": 51.5, "longitude": -0.09, "accuracy_radius": uint16(10)}},
		"2.0.0.0/8":  m{"country_code": "FR", "latitude": float32(48.8), "longitude": float32(2.3), "asn": "AS1", "as_name": "x"},
		"2a00::/12":  m{"traits": m{"is_anycast": true, "user_type": "hosting"}},
		"3.0.0.0/16": m{"autonomous_system_number": uint32(16509), "is_tor": true},
	})
	f.Add(data, []byte{81, 2, 69, 160})
	f.Add(data, netip.MustParseAddr("2a00::1").AsSlice())
	f.Fuzz(func(t *testing.T, data, addr []byte) {
		a, ok := netip.AddrFromSlice(addr)
		if !ok {
			return
		}
		s, err := openUser(Database{"D001", "fuzz.mmdb", data})
		if err != nil {
			return
		}
		got, _, _ := s.lookup(canonical(a))
		if again, _, _ := s.lookup(canonical(a)); again != got {
			t.Fatalf("%v: %+v, then %+v", a, got, again)
		}
		if got.hasPoint && !(got.lat >= -90 && got.lat <= 90 && got.lon >= -180 && got.lon <= 180 && got.radius >= 0) {
			t.Fatalf("%v: %+v", a, got)
		}
		if len(got.country) != 0 && len(got.country) != 2 {
			t.Fatalf("%v: country %q", a, got.country)
		}
	})
}
