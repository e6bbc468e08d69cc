package geo

import (
	"net/netip"
	"testing"
)

func TestSpecialAddressesHaveNoCountry(t *testing.T) {
	d := open4test(t)
	for _, tt := range []struct{ addr, judged, class, kind string }{
		{"192.168.1.1", "192.168.1.1", "private", Private},
		{"172.16.5.5", "172.16.5.5", "private", Private},
		{"172.32.0.1", "172.32.0.1", "", ""},
		{"10.0.0.1", "10.0.0.1", "private", Private},
		{"100.64.0.1", "100.64.0.1", "cgnat", Private},
		{"100.128.0.1", "100.128.0.1", "", ""},
		{"127.0.0.1", "127.0.0.1", "loopback", Private},
		{"::1", "::1", "loopback", Private},
		{"169.254.1.1", "169.254.1.1", "link-local", Private},
		{"fe80::1%eth0", "fe80::1", "link-local", Private},
		{"fd12::1", "fd12::1", "private", Private},
		{"203.0.113.9", "203.0.113.9", "documentation", ""},
		{"2001:db8::1", "2001:db8::1", "documentation", ""},
		{"3fff::1", "3fff::1", "documentation", ""},
		{"224.0.0.1", "224.0.0.1", "multicast", ""},
		{"ff02::1", "ff02::1", "multicast", ""},
		{"255.255.255.255", "255.255.255.255", "reserved", ""},
		{"198.18.0.1", "198.18.0.1", "reserved", ""},
		{"2001:20::1", "2001:20::1", "reserved", ""},
		{"0.0.0.0", "0.0.0.0", "unspecified", ""},
		{"::", "::", "unspecified", ""},
		{"0.1.2.3", "0.1.2.3", "reserved", ""},
		{"::ffff:10.0.0.1", "10.0.0.1", "private", Private},
		{"2002:0a00:0001::1", "10.0.0.1", "private", Private},
		{"64:ff9b::192.168.1.1", "192.168.1.1", "private", Private},
		// RFC 4380's example: the client is 192.0.2.45, the server 65.54.227.120.
		{"2001:0:4136:e378:8000:63bf:3fff:fdd2", "192.0.2.45", "documentation", ""},
	} {
		p := d.Lookup(netip.MustParseAddr(tt.addr))
		if p.Addr.String() != tt.judged || p.Class != tt.class {
			t.Errorf("%s: judged %v of class %q, want %s of class %q", tt.addr, p.Addr, p.Class, tt.judged, tt.class)
		}
		if tt.class != "" && (p.Country != "" || p.ASN != 0 || p.Kind != tt.kind || p.Sources != nil) {
			t.Errorf("%s: a database was asked: %+v", tt.addr, p)
		}
		if tt.class == "" && p.Country == "" {
			t.Errorf("%s: no country", tt.addr)
		}
	}
}

func TestCarriedAddressIsLocated(t *testing.T) {
	d := open4test(t)
	for _, addr := range []string{"::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::8.8.8.8", "2001:0:4136:e378:8000:63bf:f7f7:f7f7"} {
		p := d.Lookup(netip.MustParseAddr(addr))
		if p.Addr.String() != "8.8.8.8" || p.Country != "US" || p.ASN != 15169 {
			t.Errorf("%s: %v %s AS%d, want 8.8.8.8 US AS15169", addr, p.Addr, p.Country, p.ASN)
		}
	}
}

func TestNetwork(t *testing.T) {
	for addr, want := range map[string]string{
		"198.51.100.77":                "198.51.100.0/24",
		"::ffff:198.51.100.77":         "198.51.100.0/24",
		"2001:db8:1:2:3:4:5:6":         "2001:db8:1:2::/64",
		"fe80::1%eth0":                 "fe80::/64",
		"2001:0:4136:e378::3fff:fdd2":  "192.0.2.0/24",
		"2001:0:4136:e378::39cc:9bd2":  "198.51.100.0/24",
		"64:ff9b::203.0.113.1":         "203.0.113.0/24",
		"2002:c633:6401:ffff::1":       "198.51.100.0/24",
		"2606:4700:4700::1111":         "2606:4700:4700::/64",
		"2606:4700:4700:0:ffff::1":     "2606:4700:4700::/64",
		"2606:4700:4700:1:ffff:ffff::": "2606:4700:4700:1::/64",
	} {
		if got := Network(netip.MustParseAddr(addr)); got.String() != want {
			t.Errorf("Network(%s) = %v, want %s", addr, got, want)
		}
	}
	if got := Network(netip.Addr{}); got.IsValid() {
		t.Errorf("Network of no address = %v", got)
	}
	if p := open4test(t).Lookup(netip.Addr{}); p.Addr.IsValid() || p.Class != "" {
		t.Errorf("Lookup of no address = %+v", p)
	}
}
