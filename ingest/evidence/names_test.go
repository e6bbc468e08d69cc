package evidence

import (
	"testing"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain.csv":                "plain.csv",
		"Zürich 東京.csv":            "Zürich 東京.csv",
		"\x1b[2J\x07":              `\x1b[2J\x07`,
		"a\tb\r\nc\x7f":            `a\x09b\x0d\x0ac\x7f`,
		"\u009b31m":                `\x9b31m`,
		"invoice\u202excod.exe":    `invoice\u202excod.exe`,
		"pay\u200bpal\ufeff":       `pay\u200bpal\ufeff`,
		"a\u2028b\u2029":           `a\u2028b\u2029`,
		"\U000e0041\U000e0100":     `\U000e0041\U000e0100`,
		"\ufe0f\u00ad\u3164\u061c": `\ufe0f\xad\u3164\u061c`,
		"caf\xe9 \xff\xc0\xaf":     `caf\xe9 \xff\xc0\xaf`,
		"\ufffd":                   "\ufffd",
	} {
		if got := Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"a\x1b[0m", "\u202e\xff", "\U000e0001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := Printable(s)
		if !utf8.ValidString(p) || Printable(p) != p {
			t.Errorf("%q", p)
		}
		for _, r := range p {
			if steers(r) {
				t.Errorf("%q holds %U", p, r)
			}
		}
	})
}
