package geo

import (
	"strings"
	"testing"
)

func TestParseChain(t *testing.T) {
	for _, tt := range []struct {
		text, hops, claimed, observed string
		port                          uint16
		host                          string
	}{
		{text: "198.51.100.77", hops: "198.51.100.77"},
		{text: " 198.51.100.77\t", hops: "198.51.100.77"},
		{text: `"198.51.100.77"`, hops: "198.51.100.77"},
		{text: "198.51.100.77:50123", hops: "198.51.100.77", port: 50123},
		{text: "[198.51.100.77]:50123", hops: "198.51.100.77", port: 50123},
		{text: "[198.51.100.77]", hops: "198.51.100.77"},
		{text: "::ffff:198.51.100.77", hops: "198.51.100.77"},
		{text: "[::ffff:198.51.100.77]:443", hops: "198.51.100.77", port: 443},
		{text: "::ffff:198.51.100.77:443", hops: "198.51.100.77", port: 443},
		{text: "[2001:db8::1]:443", hops: "2001:db8::1", port: 443},
		{text: "2001:DB8:0:0:0:0:0:1", hops: "2001:db8::1"},
		{text: "2001:db8:0:0:0:0:0:1:443", hops: "2001:db8::1", port: 443},
		{text: "fe80::1%12", hops: "fe80::1"},
		{text: "[fe80::1%eth0]:25", hops: "fe80::1", port: 25},
		{text: "198.51.100.77:99999", hops: "198.51.100.77"},
		{text: "10.1.1.1, 198.51.100.77", hops: "10.1.1.1 198.51.100.77", claimed: "198.51.100.77"},
		{text: "192.168.0.2,203.0.113.5:4431,40.126.1.1", hops: "192.168.0.2 203.0.113.5 40.126.1.1", claimed: "203.0.113.5"},
		{text: "203.0.113.5;[2001:db8::9]:80", hops: "203.0.113.5 2001:db8::9", claimed: "203.0.113.5", port: 80},
		{text: "10.1.1.1, 10.1.1.2", hops: "10.1.1.1 10.1.1.2", claimed: "10.1.1.1"},
		{text: "127.0.0.1, 100.64.9.9, 8.8.8.8, 10.0.0.7", hops: "127.0.0.1 100.64.9.9 8.8.8.8 10.0.0.7", claimed: "8.8.8.8"},
		{text: "unknown, 198.51.100.77", hops: "198.51.100.77", host: "unknown"},
		{text: "mail.example.com", host: "mail.example.com"},
		{text: "EXCHANGE-01", host: "EXCHANGE-01"},
		{text: ""},
		{text: "<null>"},
		{text: "null"},
		{text: "NULL"},
		{text: "None"},
		{text: "-"},
		{text: ", ,"},
		{text: "[]"},
		{text: "[]:80"},
		{text: ":"},
		{text: "300.1.1.1"},
		{text: "010.1.1.1"},
		{text: "1.2.3"},
		{text: "198.51.100.77:http"},
		{text: "=cmd|x"},
		{text: "a b"},
		{text: strings.Repeat("a", 254)},
	} {
		c := ParseChain(tt.text)
		var hops []string
		for _, h := range c.Hops {
			hops = append(hops, h.String())
		}
		if got := strings.Join(hops, " "); got != tt.hops || c.Host != tt.host || c.Port != tt.port || c.Text != tt.text {
			t.Errorf("ParseChain(%q) = hops %q, host %q, port %d, text %q", tt.text, got, c.Host, c.Port, c.Text)
		}
		if len(c.Hops) == 0 {
			if c.Claimed.IsValid() || c.Observed.IsValid() {
				t.Errorf("ParseChain(%q): claimed %v, observed %v without a hop", tt.text, c.Claimed, c.Observed)
			}
			continue
		}
		claimed := tt.claimed
		if claimed == "" {
			claimed = hops[0]
		}
		if c.Claimed.String() != claimed || c.Observed != c.Hops[len(c.Hops)-1] {
			t.Errorf("ParseChain(%q): claimed %v, observed %v", tt.text, c.Claimed, c.Observed)
		}
	}
}

func FuzzParseChain(f *testing.F) {
	for _, s := range []string{"10.1.1.1, [2001:db8::1%z]:443", "<null>", "::ffff:1.2.3.4:5", "[[::1]]:1", "host.example", "1.2.3.4:5:6"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := ParseChain(text)
		for _, h := range c.Hops {
			if !h.IsValid() || h.Zone() != "" || h.Is4In6() {
				t.Fatalf("%q: hop %v", text, h)
			}
			// The canonical text of an address is read as that address.
			if again := ParseChain(h.String()); len(again.Hops) != 1 || again.Claimed != h || again.Observed != h || again.Port != 0 {
				t.Fatalf("%q: hop %v read again as %+v", text, h, again)
			}
		}
		if c.Claimed.IsValid() != (len(c.Hops) > 0) || c.Observed.IsValid() != (len(c.Hops) > 0) {
			t.Fatalf("%q: claimed %v, observed %v of %v", text, c.Claimed, c.Observed, c.Hops)
		}
	})
}
