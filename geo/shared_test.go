package geo

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// maxmindTestData is the folder of MaxMind's own test databases.
func maxmindTestData(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "data", "maxmind-test-data", "dev")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("MaxMind's test databases are not here: ../shared/data/maxmind-test-data/dev")
	}
	return dir
}

func openShared(t *testing.T, dir, name string) *source {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	s, err := openUser(Database{"D001", name, data})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wanted is what a row of MaxMind's source data says, in the words of answer.
type wanted struct {
	Country, Registered struct {
		Code  string            `json:"iso_code"`
		Names map[string]string `json:"names"`
	}
	City         struct{ Names map[string]string }
	Subdivisions []struct{ Names map[string]string }
	Location     struct {
		Lat    float64 `json:"latitude"`
		Lon    float64 `json:"longitude"`
		Radius float64 `json:"accuracy_radius"`
	}
	ASN     uint32 `json:"autonomous_system_number"`
	ASNName string `json:"autonomous_system_organization"`
	Tor     bool   `json:"is_tor_exit_node"`
	VPN     bool   `json:"is_anonymous_vpn"`
}

// Every row of the source data that MaxMind made its test databases of is
// answered as it says.
func TestMaxMindOracle(t *testing.T) {
	dir := maxmindTestData(t)
	for _, name := range []string{"GeoIP2-City-Test", "GeoLite2-Country-Test", "GeoLite2-ASN-Test", "GeoIP2-Anonymous-IP-Test"} {
		s := openShared(t, dir, name+".mmdb")
		text, err := os.ReadFile(filepath.Join(dir, name+".source.json"))
		if err != nil {
			t.Fatal(err)
		}
		var rows []map[string]json.RawMessage
		if err := json.Unmarshal(text, &rows); err != nil {
			t.Fatal(err)
		}
		rules := newPrefixes[wanted]()
		var addrs []netip.Addr
		for _, row := range rows {
			for cidr, record := range row {
				var w wanted
				var registered struct {
					Registered json.RawMessage `json:"registered_country"`
				}
				if err := json.Unmarshal(record, &w); err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(record, &registered); err == nil && registered.Registered != nil {
					if err := json.Unmarshal(registered.Registered, &w.Registered); err != nil {
						t.Fatal(err)
					}
				}
				p := netip.MustParsePrefix(cidr)
				if strings.HasPrefix(cidr, "::") && p.Bits() >= 96 {
					b := p.Addr().As16()
					p = netip.PrefixFrom(netip.AddrFrom4([4]byte(b[12:])), p.Bits()-96)
				}
				if err := rules.add(p.Masked().String(), w); err != nil {
					t.Logf("%s: %v", name, err)
				}
				addrs = append(addrs, p.Masked().Addr())
			}
		}
		for _, a := range addrs {
			w, _, _ := rules.find(a)
			got, _, ok := s.lookup(a)
			if !ok {
				t.Errorf("%s %v: not found", name, a)
				continue
			}
			want := got // kind is compared below
			want.country, want.countryName, want.registered = w.Country.Code, w.Country.Names["en"], false
			if want.country == "" {
				want.country, want.countryName, want.registered = w.Registered.Code, w.Registered.Names["en"], w.Registered.Code != ""
			}
			want.city, want.region = w.City.Names["en"], ""
			if len(w.Subdivisions) > 0 {
				want.region = w.Subdivisions[0].Names["en"]
			}
			want.lat, want.lon, want.radius = w.Location.Lat, w.Location.Lon, w.Location.Radius
			want.hasPoint = want.lat != 0 || want.lon != 0
			want.asn, want.network = w.ASN, w.ASNName
			if got != want {
				t.Errorf("%s %v:\n got %+v\nwant %+v", name, a, got, want)
			}
			if w.Tor != (got.kind == Tor) || w.VPN && !w.Tor != (got.kind == VPN) {
				t.Errorf("%s %v: kind %q, Tor %v, VPN %v", name, a, got.kind, w.Tor, w.VPN)
			}
		}
		if len(addrs) < 10 || s.report().Damaged() {
			t.Errorf("%s: %d rows, %+v", name, len(addrs), s.report())
		}
		t.Logf("%s: %d rows", name, len(addrs))
	}
}

func TestMaxMindPlaces(t *testing.T) {
	dir := maxmindTestData(t)
	city, anonymous := openShared(t, dir, "GeoIP2-City-Test.mmdb"), openShared(t, dir, "GeoIP2-Anonymous-IP-Test.mmdb")
	for addr, want := range map[string]string{"81.2.69.160": "London GB", "2.125.160.216": "Boxford GB", "89.160.20.112": "Linköping SE", "1.2.3.4": " "} {
		if got, _, _ := city.lookup(netip.MustParseAddr(addr)); got.city+" "+got.country != want {
			t.Errorf("%s: %s %s, want %s", addr, got.city, got.country, want)
		}
	}
	if got, _, _ := anonymous.lookup(netip.MustParseAddr("65.4.3.2")); got.kind != Tor {
		t.Errorf("65.4.3.2: %q", got.kind)
	}
}

// MaxMind's broken databases are refused or give no answer, and never panic.
func TestBrokenDatabases(t *testing.T) {
	dir := maxmindTestData(t)
	for _, name := range []string{"GeoIP2-City-Test-Broken-Double-Format.mmdb", "MaxMind-DB-no-ipv4-search-tree.mmdb", "MaxMind-DB-test-broken-pointers-24.mmdb"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		d, err := Open([]Database{{"D001", name, data}}, nil)
		if err != nil {
			t.Logf("refused: %v", err)
			continue
		}
		for _, a := range []string{"81.2.69.160", "1.1.1.1", "1.1.1.3", "1.1.1.32", "2001:218::1", "2.125.160.216"} {
			p := d.Lookup(netip.MustParseAddr(a))
			for _, s := range p.Sources {
				if strings.HasPrefix(s.From.Name, "D001") {
					t.Errorf("%s answers %s for %s", name, say([]Provenance{s}), a)
				}
			}
		}
		t.Logf("%s: %d addresses failed", name, d.Databases()[2].Failed)
	}
}
