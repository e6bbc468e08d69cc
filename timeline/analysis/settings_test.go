package analysis

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

func TestSettingsAreListedReadably(t *testing.T) {
	s := Settings{
		HomeCountries: []string{"GB", "IE"}, OfficeNetworks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		KnownBad:  Indicators{IPs: []netip.Addr{netip.MustParseAddr("198.51.100.7")}, ASNs: []uint32{64500}},
		Mailboxes: []MailboxSettings{{Mailbox: "a@x.example", Travel: []Travel{{Country: "SG", From: time.Date(2018, 5, 1, 0, 0, 0, 0, time.UTC)}}}},
		Rules:     []RuleFile{{Name: "one.yml", Text: []byte("title: one")}},
	}
	var got []string
	for _, u := range s.Used() {
		got = append(got, u.Name+"="+u.Value)
	}
	want := "[home_countries=GB, IE known_bad=IPs 198.51.100.7; ASNs 64500 mailboxes=Mailbox a@x.example; Travel Country SG; From 2018-05-01T00:00:00Z office_networks=192.0.2.0/24 sigma=Name one.yml]"
	if fmt.Sprint(got) != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
}
