package xlsx

import (
	"strings"
	"unicode/utf8"
)

// Widths of characters of the body font, as shares of the width of a digit of the
// workbook's font, which column widths are counted in.
const (
	thinWidth  = 0.45
	slimWidth  = 0.65
	smallWidth = 0.86
	usualWidth = 0.97
	broadWidth = 1.15
	wideWidth  = 1.55
	fullWidth  = 2
)

// asciiWidths are those of the characters of ASCII.
var asciiWidths = func() (widths [utf8.RuneSelf]float64) {
	for r := range widths {
		switch c := rune(r); {
		case strings.ContainsRune(" .,:;'!|il", c):
			widths[r] = thinWidth
		case strings.ContainsRune("-()[]/\\\"tfrjI", c):
			widths[r] = slimWidth
		case strings.ContainsRune("ckLsvxyz", c):
			widths[r] = smallWidth
		case strings.ContainsRune("mwMW@%", c):
			widths[r] = wideWidth
		case c >= 'A' && c <= 'Z':
			widths[r] = broadWidth
		default:
			widths[r] = usualWidth
		}
	}
	return widths
}()

// runeWidth is about how wide a character is.
func runeWidth(r rune) float64 {
	switch {
	case r < utf8.RuneSelf:
		return asciiWidths[r]
	case r == '…':
		return wideWidth
	case r < 0x1100:
		return broadWidth
	}
	return fullWidth
}

// textWidth is the width of the widest line.
func textWidth(s string) float64 {
	widest := 0.0
	for line := range strings.SplitSeq(s, "\n") {
		width := 0.0
		for _, r := range line {
			width += runeWidth(r)
		}
		widest = max(widest, width)
	}
	return widest
}

// breaks reports whether a line may be broken behind a character.
func breaks(r rune) bool { return r == ' ' || r == '-' || r == '\n' }

// flow is the width of text on one line.
func flow(s string) float64 {
	width := 0.0
	for _, r := range s {
		width += runeWidth(r)
	}
	return width
}

// wordWidth is the width of the widest word, as much of it as is not broken.
func wordWidth(s string) float64 {
	widest, word, address := 0.0, 0.0, false
	end := func() {
		most := float64(longestWord)
		if address && word <= longestAddress {
			most = longestAddress
		}
		widest = max(widest, min(word, most))
		word, address = 0, false
	}
	for _, r := range s {
		word += runeWidth(r)
		address = address || r == '@'
		if r == ' ' || r == '\n' || r == '-' && !address {
			end()
		}
	}
	end()
	return widest
}

// lines is how many lines text takes when it is wrapped at a width: between
// words, and within those that are longer.
func lines(s string, width float64) int {
	width = max(width, fullWidth)
	n, filled, word := 1, 0.0, 0.0 // lines, width before the word, of the word
	for _, r := range s {
		if r == '\n' {
			n, filled, word = n+1, 0, 0
			continue
		}
		w := runeWidth(r)
		word += w
		if filled+word > width && r != ' ' {
			n++
			if filled == 0 {
				word = w // the word itself is broken
			}
			filled = 0
		}
		if breaks(r) {
			filled, word = filled+word, 0
		}
	}
	return n
}
