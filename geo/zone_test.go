package geo

import (
	"testing"
	"time"
)

// Clocks of a zone go by the shipped database, whatever the machine has.
func TestZone(t *testing.T) {
	t.Setenv("ZONEINFO", "/nowhere")
	at := time.Date(2026, time.October, 25, 0, 59, 0, 0, time.UTC)
	for _, c := range []struct{ name, before, after string }{
		{"Europe/Zurich", "02:59 +02:00", "02:00 +01:00"},
		{"europe/zurich", "02:59 +02:00", "02:00 +01:00"},
		{"Asia/Kolkata", "06:29 +05:30", "06:30 +05:30"},
		{"UTC", "00:59 +00:00", "01:00 +00:00"},
	} {
		zone := Zone(c.name)
		if zone == nil {
			t.Errorf("Zone(%q) is unknown", c.name)
			continue
		}
		before, after := at.In(zone).Format("15:04 -07:00"), at.Add(time.Minute).In(zone).Format("15:04 -07:00")
		if before != c.before || after != c.after {
			t.Errorf("Zone(%q): %s, a minute later %s; want %s, %s", c.name, before, after, c.before, c.after)
		}
	}
	for _, name := range []string{"", "Local", "Europe", "Europe/", "CEST", "../UTC"} {
		if Zone(name) != nil {
			t.Errorf("Zone(%q) is a zone", name)
		}
	}
}

func TestZoneOf(t *testing.T) {
	for city, want := range map[string]string{"zurich": "Europe/Zurich", "New York": "America/New_York", "GMT+1": "", "Nowhere": ""} {
		if got := ZoneOf(city); got != want {
			t.Errorf("ZoneOf(%q) = %q, want %q", city, got, want)
		}
	}
}

// Every zone of the shipped database can be read.
func TestZoneNames(t *testing.T) {
	names := ZoneNames()
	if len(names) < 400 {
		t.Fatalf("%d zones", len(names))
	}
	for _, name := range names {
		if zone := Zone(name); zone == nil || zone.String() != name {
			t.Errorf("Zone(%q) = %v", name, zone)
		}
	}
}
