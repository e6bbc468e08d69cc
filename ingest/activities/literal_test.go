package activities

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"becforensics/ingest/internal/rows"
)

// repr writes a string as Python 3 does, or Python 2 if two is set.
func repr(s string, two bool) string {
	quote := `'`
	if strings.Contains(s, `'`) && !strings.Contains(s, `"`) {
		quote = `"`
	}
	var b strings.Builder
	if two {
		b.WriteString("u")
	}
	b.WriteString(quote)
	for _, r := range s {
		switch {
		case r == '\\' || string(r) == quote:
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r >= ' ' && r < 0x7f, !two && r > 0xa0 && unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String() + quote
}

func FuzzLiteral(f *testing.F) {
	for _, s := range []string{"O'Brien", `"final"`, `o'b "x"`, "réunion 請求書 😀", `back\slash`, "tab\tnew\nline", "\u202e\u00a0\x1b", ""} {
		f.Add("Subject", s, false)
		f.Add("Subject", s, true)
	}
	f.Fuzz(func(t *testing.T, name, value string, two bool) {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			t.Skip("no text of an API")
		}
		text := "{" + repr(name, two) + ": " + repr(value, two) + ", 'n': 3L, 'l': [" + repr(value, two) + ", None]}"
		list, err := appendLiteral(nil, text)
		if err != nil || len(list) != 3 || list[0].name != name || list[0].value != value {
			t.Fatalf("%s: %+v, %v", text, list, err)
		}
		if want := "[" + string(rows.AppendQuoted(nil, value)) + ",null]"; list[2].value != want || !list[2].json {
			t.Errorf("%s: list reads %s, want %s", text, list[2].value, want)
		}
	})
}

func FuzzLiteralDamaged(f *testing.F) {
	for _, s := range []string{"{'a': 'b'}", "{u'a': (1, 2L), 'c': {'d': [None]}}", `{'a': '\u12', "b": inf}`, "[{'Name': 'a', 'Value': 'b'}]", "{'a': 'b'} x", "{"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		whole, err := appendLiteral(nil, text)
		if err != nil {
			return
		}
		// What begins a literal that can be read reads the same up to there.
		part, _ := appendLiteral(nil, strings.TrimRight(text, " \r\n\t")[:len(strings.TrimRight(text, " \r\n\t"))-1])
		for i := range part {
			if part[i] != whole[i] {
				t.Errorf("%q: property %d reads %+v, cut %+v", text, i, whole[i], part[i])
			}
		}
	})
}

func TestLiteralTakesNoMemory(t *testing.T) {
	const text = `{'UserName': "o'brien@example.com", u'ExceptionInfo': '', 'Result': None, 'ClientIP': '10.1.1.1, 198.51.100.77', 'n': 3L}`
	list := make([]property, 0, 8)
	if n := testing.AllocsPerRun(100, func() {
		var err error
		if list, err = appendLiteral(list[:0], text); err != nil || len(list) != 5 {
			t.Fatal(len(list), err)
		}
	}); n != 0 {
		t.Errorf("%v allocations for each literal", n)
	}
}

func TestLiteralNestedTooDeeply(t *testing.T) {
	text := "{'a': " + strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000) + "}"
	if _, err := appendLiteral(nil, text); err != errDeep {
		t.Errorf("nested a million times: %v", err)
	}
}

func TestObjectOfManyMembers(t *testing.T) {
	var a activity
	a.readObject("@{Subject=a; b; c=d; Result=Success}")
	if len(a.custom) != 3 || a.custom[0].value != "a; b" || a.custom[1].name != "c" || a.custom[2].value != "Success" {
		t.Errorf("members %+v", a.custom)
	}
	a = activity{}
	const many = 1_000_000
	a.readObject("@{Subject=" + strings.Repeat("x; ", many) + "}")
	if len(a.custom) != 1 || len(a.custom[0].value) != many*len("x; ") {
		t.Errorf("%d members, the first of %d bytes", len(a.custom), len(a.custom[0].value))
	}
}
