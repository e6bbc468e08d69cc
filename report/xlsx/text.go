package xlsx

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf8"

	"becforensics/ingest/evidence"
)

// Excel's limits of one cell.
const (
	maxUnits = 32767 // UTF-16 code units
	maxFeeds = 253   // line feeds
)

// fit makes text of the evidence fit a cell and says whether that altered it.
// What cannot be seen becomes an escape (evidence.Printable), except for the
// line feeds that a cell can hold; text over the limit is cut, with its length
// in characters and its SHA-256 at the cut.
func fit(s string) (string, bool) {
	if len(s) <= maxUnits && asIs(s) {
		return s, false
	}
	head := s
	if most := utf8.UTFMax * maxUnits; len(s) > most {
		head = s[:most]
	}
	var b strings.Builder
	feeds := 0
	for line := range strings.SplitAfterSeq(head, "\n") {
		line, feed := strings.CutSuffix(line, "\n")
		b.WriteString(evidence.Printable(line))
		switch {
		case !feed:
		case feeds < maxFeeds:
			b.WriteByte('\n')
			feeds++
		default:
			b.WriteString(evidence.Printable("\n"))
		}
	}
	shown := b.String()
	if n := unitsBefore(shown, maxUnits); n < len(shown) {
		mark := fmt.Sprintf(" … [cut, %d characters, sha256 %x]", utf8.RuneCountInString(s), sha256.Sum256([]byte(s)))
		shown = shown[:unitsBefore(shown, maxUnits-utf8.RuneCountInString(mark))] + mark
	}
	return shown, shown != s
}

// asIs finds the usual text without asking for the kind of each character:
// ASCII that is seen, the letters of Latin alphabets, dashes, quotes, the
// ellipsis and arrows.
func asIs(s string) bool {
	for i := 0; i < len(s); i++ {
		if class[s[i]] <= markup {
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !(r >= 'À' && r <= 'ɏ' || r >= '‐' && r <= '‧' || r >= '←' && r <= '⇿') {
			return false
		}
		i += n - 1
	}
	return true
}

// unitsBefore is the number of bytes of s that hold at most most UTF-16 code
// units and end between characters.
func unitsBefore(s string, most int) int {
	if len(s) <= most {
		return len(s)
	}
	units := 0
	for i, r := range s {
		units++
		if r > 0xFFFF {
			units++
		}
		if units > most {
			return i
		}
	}
	return len(s)
}

// Classes of bytes in text.
const (
	plain  = iota // goes into XML as it is
	markup        // is seen, and may have to be escaped in XML
	other         // is not ASCII or not seen
)

var class = func() (c [256]uint8) {
	for i := range c {
		switch {
		case i < ' ' || i > '~':
			c[i] = other
		case strings.IndexByte("&<>_", byte(i)) >= 0:
			c[i] = markup
		}
	}
	return c
}()

// appendText appends text that fits a cell as XML character data. Text that
// looks like Excel's own escape of a character, _x000D_, is kept literal.
func appendText(b []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		if class[s[i]] != markup {
			continue
		}
		var escape string
		switch s[i] {
		case '&':
			escape = "&amp;"
		case '<':
			escape = "&lt;"
		case '>':
			escape = "&gt;"
		default:
			if !isEscape(s[i:]) {
				continue
			}
			escape = "_x005F_"
		}
		b = append(b, s[from:i]...)
		b = append(b, escape...)
		from = i + 1
	}
	return append(b, s[from:]...)
}

// isEscape says whether s starts with _xHHHH_.
func isEscape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range s[2:6] {
		if !strings.ContainsRune("0123456789abcdefABCDEF", c) {
			return false
		}
	}
	return true
}
