package evidence

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes text of the evidence harmless on a terminal and honest to
// the eye: whatever steers the terminal, changes the direction of writing or
// cannot be seen becomes an escape such as \x1b or \u202e. That is control
// characters with line breaks and tabs, line and paragraph separators, format
// characters (bidirectional, zero-width, tags), variation selectors, further
// code points that no font draws, and bytes that are not UTF-8.
func Printable(s string) string {
	if harmless(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case !steers(r):
			b.WriteString(s[:n])
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[n:]
	}
	return b.String()
}

// harmless finds the usual text, which is ASCII, without decoding it.
func harmless(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func steers(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point)
}
