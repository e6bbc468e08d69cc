package clock

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text, want, dayFirst string
		form                 Form
	}{
		{"2018-05-01T08:00:00.1234567Z", "2018-05-01T08:00:00.1234567Z", "", ISO},
		{"2018-05-01T08:00:00", "2018-05-01T08:00:00Z", "", ISO},
		{"2018-05-01 08:00:00+02:00", "2018-05-01T06:00:00Z", "", ISO},
		{"2018-05-01T08:00:00.5-0700", "2018-05-01T15:00:00.5Z", "", ISO},
		{"2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", "", ISO},
		{"2016-12-31T23:59:61Z", "", "", ISO},
		{"2018-05-01", "2018-05-01T00:00:00Z", "", ISO},
		{`\/Date(1658751973240)\/`, "2022-07-25T12:26:13.24Z", "", Epoch},
		{"/Date(1658751973240+0200)/", "2022-07-25T12:26:13.24Z", "", Epoch},
		{"6/18/2023 12:02:47 PM", "2023-06-18T12:02:47Z", "", MonthFirst},
		{"18/06/2023 12:02:47", "2023-06-18T12:02:47Z", "", DayFirst},
		{"18.06.2023 12:02:47", "2023-06-18T12:02:47Z", "", DayFirst},
		{"4/02/2025 1:31:13 am", "2025-04-02T01:31:13Z", "2025-02-04T01:31:13Z", Either},
		{"4/02/2025 1:31:13 a.m.", "2025-04-02T01:31:13Z", "2025-02-04T01:31:13Z", Either},
		{"4.4.2025 klo 1", "", "", ISO},
		{"5/5/2025 12:00:00\u202fAM", "2025-05-05T00:00:00Z", "", Either},
		{"2/25/2025, 9:19:25.391 AM", "2025-02-25T09:19:25.391Z", "", MonthFirst},
		{"2023/06/18 12:02", "2023-06-18T12:02:00Z", "", ISO},
		{"Sun, 18 Jun 2023 12:02:47 GMT", "2023-06-18T12:02:47Z", "", ISO},
		{"18-Jun-2023 12:02:47", "2023-06-18T12:02:47Z", "", ISO},
		{"18 June 2023 12:02:47 PM", "2023-06-18T12:02:47Z", "", ISO},
		{"18 Jun 2023 01:02:47 PM", "2023-06-18T13:02:47Z", "", ISO},
		{"Jun 18, 2023 @ 12:02:47.391", "2023-06-18T12:02:47.391Z", "", ISO},
		{"Sunday, June 18, 2023 1:02:47 AM", "2023-06-18T01:02:47Z", "", ISO},
		{"Jun 18 Jun 2023", "", "", ISO},
		{"Jun 31, 2023 10:00:00", "", "", ISO},
		{"1687089767", "2023-06-18T12:02:47Z", "", Epoch},
		{"1687089767.391", "2023-06-18T12:02:47.391Z", "", Epoch},
		{"1687089767391", "2023-06-18T12:02:47.391Z", "", Epoch},
		{"1687089767391123456", "2023-06-18T12:02:47.391123456Z", "", Epoch},
		{"16870897673", "", "", ISO},
		{"9999999999", "", "", ISO},
		{"168708976", "", "", ISO},
		{"+168708976", "", "", ISO},
		{"0001-01-01T00:00:00Z", "", "", ISO},
		{"2018-02-30T08:00:00Z", "", "", ISO},
		{"31/31/2020", "", "", ISO},
		{"hello", "", "", ISO},
		{"", "", "", ISO},
	} {
		r, ok := Parse(c.text)
		if ok != (c.want != "") {
			t.Errorf("%q: read %v, want %q", c.text, ok, c.want)
			continue
		}
		if !ok {
			continue
		}
		if got := time.Unix(0, r.Nanos).UTC().Format(time.RFC3339Nano); got != c.want || r.Form != c.form {
			t.Errorf("%q: %s form %d, want %s form %d", c.text, got, r.Form, c.want, c.form)
		}
		day := ""
		if r.DayFirst != 0 {
			day = time.Unix(0, r.DayFirst).UTC().Format(time.RFC3339Nano)
		}
		if day != c.dayFirst {
			t.Errorf("%q: day first %q, want %q", c.text, day, c.dayFirst)
		}
	}
}

func TestParseMail(t *testing.T) {
	for _, c := range []struct {
		text, want string
		zoneless   bool
	}{
		{"Tue, 1 May 2018 08:00:00 +0200 (CEST)", "2018-05-01T06:00:00Z", false},
		{"1 May 2018 08:00 GMT", "2018-05-01T08:00:00Z", false},
		{"Tue, 01 May 18 08:00:60 UT", "2018-05-01T08:00:59Z", false},
		{"Tue, 1 May 1998 08:00:00 EDT", "1998-05-01T12:00:00Z", false},
		{"1 May 98 08:00:00 PST", "1998-05-01T16:00:00Z", false},
		{"Tue, 1 May 2018 08:00:00 CEST", "2018-05-01T08:00:00Z", true}, // no zone of RFC 5322
		{"Tue, 1 May 2018 08:00:00", "2018-05-01T08:00:00Z", true},
		{"2018-05-01T08:00:00Z", "2018-05-01T08:00:00Z", false},
		{"Tue, 31 Feb 2018 08:00:00 +0000", "", false},
		{"Tue, 1 May 1018 08:00:00 +0000", "", false},
		{"Tue, 1 May 2018 25:00:00 +0000", "", false},
		{"Tue, 1 May 2018 08:-1:00 +0000", "", false},
		{"Tue, 1 Mai 2018 08:00:00 +0000", "", false},
		{"yesterday", "", false},
		{"", "", false},
	} {
		r, ok := ParseMail(c.text)
		if ok != (c.want != "") {
			t.Errorf("%q: read %v, want %q", c.text, ok, c.want)
			continue
		}
		if got := time.Unix(0, r.Nanos).UTC().Format(time.RFC3339Nano); ok && (got != c.want || r.Zoneless != c.zoneless) {
			t.Errorf("%q: %s, no zone %v; want %s, %v", c.text, got, r.Zoneless, c.want, c.zoneless)
		}
	}
}

func TestFileTime(t *testing.T) {
	r, ok := FileTime(134222400001234567)
	if got := time.Unix(0, r.Nanos).UTC().Format(time.RFC3339Nano); !ok || got != "2026-05-03T00:00:00.1234567Z" {
		t.Errorf("read %v as %s", ok, got)
	}
	for _, ticks := range []uint64{0, 1, 116444736000000000, 1<<63 + 1, 1<<64 - 1} {
		if r, ok := FileTime(ticks); ok {
			t.Errorf("%d is read as %s", ticks, time.Unix(0, r.Nanos).UTC())
		}
	}
}

func TestOrderIsDecidedByTheFile(t *testing.T) {
	var o Order
	for _, s := range []string{"4/02/2025 1:31", "18/06/2023 12:02"} {
		r, _ := Parse(s)
		o.See(r)
	}
	if day, words := o.Decide(); !day || words == "" {
		t.Errorf("day first %v: %s", day, words)
	}
	var none Order
	if _, words := none.Decide(); words != "" {
		t.Errorf("no dates, but %q", words)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2018-05-01T08:00:00.1234567Z", "6/18/2023 12:02:47 PM", "/Date(1)/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, ok := Parse(s)
		if y := time.Unix(0, r.Nanos).UTC().Year(); ok && (y < minYear-1 || y > maxYear+1) {
			t.Errorf("%q gives the year %d", s, y)
		}
	})
}
