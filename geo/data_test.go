package geo

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every file of shipped data stands in GEODATA.json with its hash, and NOTICE
// holds what the licences ask for.
func TestShippedDataIsAsRecorded(t *testing.T) {
	notice, err := os.ReadFile("../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, f := range geodata() {
		listed = append(listed, f.File)
		data, err := os.ReadFile(filepath.Join("data", f.File))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != f.SHA256 {
			t.Errorf("%s: SHA-256 %s, GEODATA.json says %s", f.File, got, f.SHA256)
		}
		if f.Name == "" || f.Source == "" || f.Version == "" || f.Licence == "" {
			t.Errorf("%s: name, source, version or licence is empty", f.File)
		}
		if !strings.Contains(string(notice), f.Attribution) && !strings.Contains(f.Attribution, "X4BNet") && !strings.Contains(f.Attribution, "MISP") {
			t.Errorf("NOTICE lacks %q", f.Attribution)
		}
	}
	entries, err := os.ReadDir("data")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() && e.Name() != "GEODATA.json" && !slices.Contains(listed, e.Name()) {
			t.Errorf("%s is not in GEODATA.json", e.Name())
		}
	}
}

func TestAttributions(t *testing.T) {
	got := strings.Join(Attributions(), "\n")
	for _, want := range []string{
		"IP Geolocation by DB-IP <https://db-ip.com> (CC BY 4.0, converted by sapics/ip-location-db)",
		"ASN data: Route Views (routeviews.org), NRO (nro.net), DB-IP; CC BY 4.0; modified: converted CSV->MMDB",
		"Copyright (c) 2024 X4B (Mathew Heard), MIT",
		"Made with Natural Earth",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no attribution %q in\n%s", want, got)
		}
	}
}

func TestEmbeddedDatabasesAreDated(t *testing.T) {
	for i, f := range map[int]string{0: "country.mmdb", 1: "asn.mmdb"} {
		info := open4test(t).Databases()[i]
		for _, g := range geodata() {
			if g.File == f && (g.Built != info.Built || g.SHA256 != info.SHA256 || g.Name != info.Name) {
				t.Errorf("%s: %+v, GEODATA.json says %+v", f, info, g)
			}
		}
	}
}

func TestTablesOfNetworks(t *testing.T) {
	kinds := []string{Hosting, VPN, Tor, Relay, MicrosoftService, MicrosoftCloud, Satellite}
	check := func(key, kind, source, asOf string) {
		if _, err := time.Parse(time.DateOnly, asOf); err != nil || source == "" || !slices.Contains(kinds, kind) {
			t.Errorf("%s: kind %q, source %q, as of %q", key, kind, source, asOf)
		}
	}
	for _, r := range mustRead("networks_asn.csv", asnTable, "asn", "name", "kind", "source", "as_of") {
		check(r[0], r[2], r[3], r[4])
		if r[0] == "29465" {
			t.Error("MTN Nigeria is an access network, not hosting")
		}
	}
	for _, r := range mustRead("networks_cidr.csv", cidrTable, "cidr", "name", "kind", "source", "as_of") {
		check(r[0], r[2], r[3], r[4])
	}
	for _, r := range mustRead("countries.csv", countriesCSV, "code", "name", "source", "as_of") {
		if len(r[0]) != 2 || r[1] == "" || r[2] == "" || r[3] == "" {
			t.Errorf("country %q", r)
		}
	}
	tables, err := NewTables(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for asn, kind := range map[uint32]string{9009: VPN, 60729: Tor, 8075: MicrosoftCloud, 210644: Hosting, 202425: Hosting, 62744: Tor, 14593: Satellite, 22616: Relay, 29465: "", 13335: ""} {
		got := ""
		if n := tables.asn[asn]; n != nil {
			got = n.kind
		}
		if got != kind {
			t.Errorf("AS%d: %q, want %q", asn, got, kind)
		}
	}
}

// A name speaks only where no list and no database does, and a carrier's or a
// university's says nothing.
func TestNetworksJudgedByName(t *testing.T) {
	tables, err := NewTables(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"FIRST SERVER LIMITED": HostingByName, "365.hosting": HostingByName, "CLOUD Telecom Lda": "", "Cloud University": "", "Hosted Dreams": "", "Cloudflare, Inc.": "", "": "",
	} {
		got := ""
		if n := tables.named(name); n != nil {
			got = n.kind
		}
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	db := writeMMDB(t, "GeoIP2-ISP", 4, map[string]any{
		"81.2.69.0/24": map[string]any{"autonomous_system_number": uint32(64500), "autonomous_system_organization": "Example Hosting"},
	})
	d, err := Open([]Database{{Name: "own.mmdb", Bytes: db}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := d.Lookup(netip.MustParseAddr("81.2.69.1"))
	if s := p.Sources[len(p.Sources)-1]; p.Kind != HostingByName || s.Field != "kind" || s.Value != "hosting-by-name (Example Hosting)" {
		t.Errorf("kind %q, source %+v", p.Kind, s)
	}
	if _, err := NewTables(nil, nil, []byte("word,says,source,as_of\nvps,servers,own,2026-01-01\n")); err == nil {
		t.Error("a word that says neither hosting nor access is taken")
	}
}

func TestTablesAreReplaced(t *testing.T) {
	tables, err := NewTables([]byte("asn,name,kind,source,as_of\n20712,Example,mobile,own,2026-01-01\n"),
		[]byte("cidr,name,kind,source,as_of\n81.2.0.0/16,,vpn,own,2026-01-02\n81.2.69.0/24,,relay,own,2026-01-02\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(nil, tables)
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]string{"81.2.69.1": Relay, "81.2.70.1": VPN, "8.8.8.8": ""} {
		if got := d.Lookup(netip.MustParseAddr(addr)).Kind; got != want {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
	for _, tt := range []struct{ asn, cidr, want string }{
		{"", "cidr,name,kind,source,as_of\n", "it is empty"},
		{"asn,kind\n", "", `row 1: columns ["asn" "kind"]`},
		{"asn,name,kind,source,as_of\nAS1,,vpn,own,2026-01-01\n", "", `row 2: asn "AS1": not a number`},
		{"asn,name,kind,source,as_of\n1,,vpn,own,2026-01-01\n1,,vpn,own,2026-01-01\n", "", `row 3: asn "1": listed twice`},
		{"asn,name,kind,source,as_of\n1,,vpn,,2026-01-01\n", "", "row 2: kind, source or as_of is empty"},
		{"asn,name,kind,source,as_of\n1,,vpn\n", "", "wrong number of fields"},
		{"asn,name,kind,source,as_of\n", "cidr,name,kind,source,as_of\n10.1.1.1/8,,vpn,own,2026-01-01\n", "address bits beyond the length"},
		{"asn,name,kind,source,as_of\n", "cidr,name,kind,source,as_of\n10.0.0.0,,vpn,own,2026-01-01\n", "not CIDR"},
		{"asn,name,kind,source,as_of\n", "cidr,name,kind,source,as_of\n10.0.0.0/8,,vpn,own,2026-01-01\n10.0.0.0/8,,vpn,own,2026-01-01\n", "listed twice"},
	} {
		if _, err := NewTables([]byte(tt.asn), []byte(tt.cidr), nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q %q: %v, want %q", tt.asn, tt.cidr, err, tt.want)
		}
	}
}
