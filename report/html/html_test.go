package html

import (
	"encoding/binary"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"becforensics/report"
	"becforensics/timeline"
)

// A record is cut at the bound, never inside a character, and says so.
func TestLongRecordsAreCut(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want int
	}{
		{"short", 5},
		{strings.Repeat("a", recordBytes), recordBytes},
		{strings.Repeat("a", recordBytes+1), recordBytes},
		{strings.Repeat("a", recordBytes-1) + "ä", recordBytes - 1},
		{strings.Repeat("a", recordBytes-3) + "😀", recordBytes - 3},
		{strings.Repeat("\xff", recordBytes+9), recordBytes},
		{strings.Repeat("\x80", recordBytes+9), recordBytes},
	} {
		p := printed{Record: NewRecord([]byte(c.raw), 0)}
		if len(p.head) != c.want || p.Left() != len(c.raw)-c.want || p.Size != len(c.raw) {
			t.Errorf("%d bytes: %d printed, %d left", len(c.raw), len(p.head), p.Left())
		}
	}
}

func TestRecordsAreShownEscaped(t *testing.T) {
	p := printed{Record: NewRecord([]byte("{\r\n\t\"a\": \"\x1b[31m\u202e\xff\"\r\n}\r\n"), 0)}
	if want := "{\n\\x09\"a\": \"\\x1b[31m\\u202e\\xff\"\n}"; p.Text() != want {
		t.Errorf("%q", p.Text())
	}
}

// A record in UTF-16 is shown as its text, cut between characters.
func TestWideRecordsAreReadable(t *testing.T) {
	text := "a\"é😀\r\n" + strings.Repeat("ab😀", 600)
	raw := []byte{'x', 0, 'y', 0}
	for _, unit := range utf16.Encode([]rune(text)) {
		raw = binary.LittleEndian.AppendUint16(raw, unit)
	}
	p := NewRecord(raw, 0).print(timeline.Origin{Evidence: 1, Record: 1}, file{order: binary.LittleEndian})
	if got := p.Text(); !strings.HasPrefix(got, "xya\"é😀\nab😀ab") || strings.ContainsRune(got, utf8.RuneError) {
		t.Errorf("%.40q … %q", got, got[len(got)-12:])
	}
	if p.Left() <= 0 || p.Left()%2 != 0 {
		t.Errorf("%d bytes left", p.Left())
	}
}

// Records are taken by rank until the page has no more room for them.
func TestRecordsAreChosenByRank(t *testing.T) {
	records := map[timeline.Origin]Record{}
	var ranked []timeline.Origin
	for i := range 10 {
		o := timeline.Origin{Evidence: 1, Record: uint32(10 - i)}
		ranked = append(ranked, o)
		records[o] = NewRecord([]byte(strings.Repeat("a", 1000)), 0)
	}
	chosen := choose(ranked, records, nil, 3*(1000+overhead))
	if len(chosen) != 3 {
		t.Fatalf("%d records", len(chosen))
	}
	for _, o := range ranked[:3] {
		if _, ok := chosen[o]; !ok {
			t.Errorf("%s is missing", o)
		}
	}
}

func TestCellsAreCutAndHarmless(t *testing.T) {
	nowhere := &places{}
	long := show(&report.Cell{Text: strings.Repeat("ä", 500)}, 400, nowhere)
	if got := long.Bits[0].Text; !strings.HasSuffix(got, " … [cut]") || !utf8.ValidString(got) || long.Class != "long" {
		t.Errorf("%+v", long)
	}
	if got := show(&report.Cell{Text: "a\u202eb\x00"}, 400, nowhere).Bits; len(got) != 1 || got[0].Text != `a\u202eb\x00` {
		t.Errorf("%q", got)
	}
	many := show(&report.Cell{Text: "E001:1-20", Origins: make([]timeline.Origin, 20)}, 400, nowhere)
	if len(many.Links) != mostLinks || many.More != 20-mostLinks {
		t.Errorf("%d links and %d more", len(many.Links), many.More)
	}
}

// A moment shows the clocks of the case's zone under UTC, with the day where it
// is another.
func TestTimesOfAZoneStandUnderUTC(t *testing.T) {
	p := &places{zone: time.FixedZone("here", 2*60*60)}
	for at, want := range map[time.Time]shown{
		time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC):   {Day: "2026-07-01", Time: "08:00:00", Local: "10:00:00 +02:00", Class: "time"},
		time.Date(2026, 7, 31, 23, 0, 0, 0, time.UTC): {Day: "2026-07-31", Time: "23:00:00", Local: "2026-08-01 01:00:00 +02:00", Class: "time"},
		{}: {},
	} {
		if got := show(&report.Cell{Kind: report.Moment, Time: at}, 400, p); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", at, got)
		}
	}
}

// A text leads to the records that it cites and a cell to the rows that it
// names, as far as they stand in the page.
func TestTextLeadsToWhatStandsInThePage(t *testing.T) {
	p := &places{
		records: map[timeline.Origin]printed{{Evidence: 1, Record: 12}: {}},
		rows:    map[int]bool{7: true},
	}
	want := []bit{{"", "a@b.example and somebody@"}, {"", "northpier-mills.example sent ("}, {"#r-E001-12", "E001:12"}, {"", "; E001:120; E001:1; xE001:12)"}}
	if got := p.bits("a@b.example and somebody@northpier-mills.example sent (E001:12; E001:120; E001:1; xE001:12)"); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	p.sections, p.named = map[string]bool{"actor1": true, "messages": true}, map[string]string{"Exposure": "messages", "To warn": "warn"}
	want = []bit{{"", "F7 of actor 1. ["}, {"#actor1", "actor 1"}, {"", ", actor 2; "}, {"#f7", "F7"}, {"", ", F8 +3; "}, {"#messages", "Exposure"}, {"", ": Certainty proved; To warn] Next"}}
	if got := p.bits("F7 of actor 1. [actor 1, actor 2; F7, F8 +3; Exposure: Certainty proved; To warn] Next"); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	got := show(&report.Cell{Kind: report.Link, Text: "F7, F8", Numbers: []int{7, 8}}, 400, p)
	if want := []bit{{"#f7", "F7"}, {"", "F8"}}; !slices.Equal(got.Links, want) {
		t.Errorf("%q", got.Links)
	}
	if got := show(&report.Cell{Text: "F7", Numbers: []int{7}, Here: true}, 400, p); got.ID != "f7" || len(got.Links) > 0 {
		t.Errorf("%+v", got)
	}
}
