package xlsx

import (
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"becforensics/ingest/evidence"
	"becforensics/report"
)

func TestHostileTextStaysText(t *testing.T) {
	long := strings.Repeat("a", 40_000)
	mark := fmt.Sprintf(" … [cut, 40000 characters, sha256 %x]", sha256.Sum256([]byte(long)))
	for _, c := range []struct{ name, text, want string }{
		{"formula", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"},
		{"plus", "+1+1", "+1+1"},
		{"minus", "-2+3", "-2+3"},
		{"at", "@SUM(A1)", "@SUM(A1)"},
		{"markup", `<f>1</f>&amp;"]]>`, `<f>1</f>&amp;"]]>`},
		{"escape of Excel", "_x000D_ and _x005F_x000D_", "_x000D_ and _x005F_x000D_"},
		{"no escape of Excel", "_x00_ _xGGGG_ __x", "_x00_ _xGGGG_ __x"},
		{"leading zeros", "00123", "00123"},
		{"many digits", "12345678901234567890", "12345678901234567890"},
		{"exponent", "1e5", "1e5"},
		{"truth", "TRUE", "TRUE"},
		{"date", "2026-01-02", "2026-01-02"},
		{"spaces", "  a  b  ", "  a  b  "},
		{"lines", "\na\nb\n", "\na\nb\n"},
		{"umlauts", "Größe Łódź", "Größe Łódź"},
		{"other writing", "発票 счёт חשבון 🧾", "発票 счёт חשבון 🧾"},
		{"control", "a\x00\x1b[2J\t\r\n\x7f\u0085", `a\x00\x1b[2J\x09\x0d` + "\n" + `\x7f\x85`},
		{"direction", "evil\u202egnp.exe", `evil\u202egnp.exe`},
		{"invisible", "pay\u200bpal \ufeff\U000e0041", `pay\u200bpal \ufeff\U000e0041`},
		{"soft hyphen", "pay\u00adpal", `pay\xadpal`},
		{"no characters", "\ufffe\uffff", `\ufffe\uffff`},
		{"lone surrogate", "a\xed\xa0\x80b", `a\xed\xa0\x80b`},
		{"not UTF-8", "caf\xe9", `caf\xe9`},
		{"replacement character", "a\ufffdb", "a\ufffdb"},
		{"long", long, long[:32767-len([]rune(mark))] + mark},
	} {
		b := written(t, &report.Book{Sheets: []report.Sheet{sheetOf("Sheet", []string{"Text"}, []report.Cell{text(c.text)})}}, Options{})
		s := b.sheets[0]
		if got := s.cells["A5"]; got.text != c.want || got.kind != "inlineStr" {
			t.Errorf("%s: %.80q of type %q, want %.80q", c.name, got.text, got.kind, c.want)
		}
		if altered := s.cells["B5"].text == "yes"; altered != (c.text != c.want) {
			t.Errorf("%s: marked as altered: %v", c.name, altered)
		}
	}
}

func TestUsualTextHidesNothing(t *testing.T) {
	for r := range rune(unicode.MaxRune) {
		if s := string(r); asIs(s) && evidence.Printable(s) != s {
			t.Errorf("%U is taken for usual text", r)
		}
	}
}

func TestTextIsCutBetweenCharacters(t *testing.T) {
	for _, unit := range []string{"é", "発", "😀", "a\u0301", "\x00", "\n"} {
		whole := strings.Repeat(unit, 40_000)
		got, altered := fit(whole)
		if !altered || len(utf16.Encode([]rune(got))) > maxUnits || !utf8.ValidString(got) || strings.Count(got, "\n") > maxFeeds {
			t.Errorf("%q: %d units, %d line feeds", unit, len(utf16.Encode([]rune(got))), strings.Count(got, "\n"))
		}
		if n := utf8.RuneCountInString(whole); !strings.HasSuffix(got, fmt.Sprintf(" … [cut, %d characters, sha256 %x]", n, sha256.Sum256([]byte(whole)))) {
			t.Errorf("%q: ends with %q", unit, got[len(got)-100:])
		}
	}
	if s := strings.Repeat("発", maxUnits); !same(fit(s)) {
		t.Error("text of just the limit is cut")
	}
	if s := strings.Repeat("\n", maxFeeds); !same(fit(s)) {
		t.Error("line feeds of just the limit are altered")
	}
}

func same(_ string, altered bool) bool { return !altered }

func TestNumbersAndDates(t *testing.T) {
	at := func(s string) report.Cell {
		v, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return moment(v)
	}
	for _, c := range []struct {
		cell       report.Cell
		text, kind string
	}{
		{number(-1.5), "-1.5", ""},
		{number(1e14), "1e+14", ""},
		{report.Cell{Kind: report.Number, Number: 12345678901234567890, Text: "12345678901234567890"}, "12345678901234567890", "inlineStr"},
		{at("2018-05-02T10:15:00Z"), "43222.42708333333", ""},
		{at("2018-05-02T11:15:00+01:00"), "43222.42708333333", ""},
		{at("2018-05-02T00:00:00.0019Z"), "43222.00000001157", ""},
		{at("1900-03-01T00:00:00Z"), "61", ""},
		{at("1900-02-28T23:59:59Z"), "1900-02-28T23:59:59Z", "inlineStr"},
		{at("9999-12-30T23:59:59Z"), "2958464.999988426", ""},
		{at("9999-12-31T23:59:59.9999999Z"), "9999-12-31T23:59:59.9999999Z", "inlineStr"},
		{report.Cell{Kind: report.Moment}, "", ""},
		{severity("unheard of"), "unheard of", "inlineStr"},
	} {
		b := written(t, &report.Book{Sheets: []report.Sheet{sheetOf("Sheet", []string{"Value"}, []report.Cell{c.cell})}}, Options{})
		if got := b.sheets[0].cells["A5"]; got.text != c.text || got.kind != c.kind {
			t.Errorf("%+v is %q of type %q, want %q", c.cell, got.text, got.kind, c.text)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "_x000D_", "a\x00b", "\u202e", "\xff", "<&>", "é\n\n", strings.Repeat("😀", 20_000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		shown, altered := fit(s)
		if altered != (shown != s) || len(utf16.Encode([]rune(shown))) > maxUnits {
			t.Fatalf("%q: altered %v to %d units", s, altered, len(shown))
		}
		for line := range strings.SplitSeq(shown, "\n") {
			if evidence.Printable(line) != line {
				t.Fatalf("%q: shows %q", s, line)
			}
		}
		var back struct {
			Text string `xml:",chardata"`
		}
		if err := xml.Unmarshal([]byte("<t>"+string(appendText(nil, shown))+"</t>"), &back); err != nil || unescape(back.Text) != shown {
			t.Fatalf("%q: %v, read back as %q", shown, err, back.Text)
		}
	})
}
