package xlsx

import (
	"strconv"
	"strings"

	"becforensics/report"
)

// Widths in characters of the workbook's font.
const (
	// portraitWidth fits an upright page of A4, landscapeWidth one on its side
	// in print of about 6.5 points. What is wider is printed smaller.
	portraitWidth  = 104
	landscapeWidth = 220
	// leastProse and mostProse bound what prose above a table spans.
	leastProse = 90
	mostProse  = 150
	// leastWidth and mostWidth bound a column that says none.
	leastWidth = 6
	mostWidth  = 60
	// longestWord is how much of a word is never broken, and longestAddress of one
	// with an @; leastLong is the least of a column with a text longer than long.
	longestWord    = 20
	longestAddress = 40
	long           = 80
	leastLong      = 18
	// momentWidth shows a date, and fractionWidth one with milliseconds. A
	// column that is narrower shows the seconds alone.
	momentWidth   = 17.5
	fractionWidth = 22
	// filterWidth is the room of a filter's button beside a column's name.
	filterWidth = 2
	// severityWidth shows the longest word with its symbol.
	severityWidth = 10
)

// measured are the rows that the widths of a sheet too large to be read through
// are taken from.
const measured = 200

// mostLines is how many lines of text the highest row holds, with some room.
const mostLines = maxHeight/bodyLine - 2

// A measure is what a column needs: to be no narrower than least, to show all
// of its text on one line at most; longest is its longest text.
type measure struct {
	least, most, longest float64
}

// measure sets the columns with their widths and finds out whether rows have
// altered text.
func (l *layout) measure() {
	columns := l.sheet.Columns
	l.marks = l.sheet.Count > scanned
	whole := !l.marks
	needs := l.needs(whole)
	if l.marks {
		columns = append(columns[:len(columns):len(columns)], alteredColumn)
		needs = append(needs, measure{leastWidth, alteredColumn.Width, 0})
	}
	l.shown = len(columns)
	taken := map[string]bool{}
	for i, c := range columns {
		if c.Screen && l.shown > i {
			l.shown = i
		}
		name, _ := fit(c.Name)
		name = unique(name, i, taken)
		n := &needs[i]
		n.least = max(n.least, wordWidth(name)+filterWidth)
		if c.Width > 0 {
			n.most = c.Width
		}
		n.most = max(n.most, n.least)
		wrap := c.Wrap || whole && !c.Screen
		l.columns = append(l.columns, column{name, n.most, wrap})
		l.wraps = l.wraps || wrap
	}
	l.shrink(needs)
}

// needs measures the columns by the rows: all of them if whole.
func (l *layout) needs(whole bool) []measure {
	needs := make([]measure, len(l.sheet.Columns))
	row := 0
	l.sheet.Rows(func(cells []report.Cell) bool {
		for i := range min(len(cells), len(needs)) {
			n, cell := &needs[i], &cells[i]
			text, altered := fit(cell.Text)
			l.marks = l.marks || altered
			switch cell.Kind {
			case report.Moment:
				n.least, n.most = max(n.least, momentWidth), max(n.most, momentWidth)
				if cell.Time.Nanosecond() >= 1e6 {
					n.most = fractionWidth
				}
				continue
			case report.Severity:
				n.least, n.most = max(n.least, severityWidth), max(n.most, severityWidth)
				continue
			case report.Number:
				if text == "" {
					text = strconv.FormatFloat(cell.Number, 'g', -1, 64)
				}
				n.least = max(n.least, textWidth(text)+2)
			case report.Link:
				// Not every program wraps a link.
				n.least = max(n.least, min(textWidth(text)+1, mostWidth))
			}
			length := textWidth(text) + 1.5
			n.longest = max(n.longest, length)
			n.most = max(n.most, min(length, mostWidth))
			if length > long {
				n.least = max(n.least, leastLong)
			}
			n.least = max(n.least, leastWidth, wordWidth(text)+1, float64(lines(text, 1e9)+int(length))/mostLines)
		}
		row++
		return row < measured || whole
	})
	return needs
}

// shrink makes the printed columns fit the page: whichever column would stand
// highest gets the room that is left, until the page is full.
func (l *layout) shrink(needs []measure) {
	if l.printed() <= landscapeWidth {
		return
	}
	left := float64(landscapeWidth)
	for i := range l.columns[:l.shown] {
		l.columns[i].width = needs[i].least
		left -= needs[i].least
	}
	for ; left > 0; left-- {
		highest := -1
		for i := range l.columns[:l.shown] {
			if c := &l.columns[i]; c.width+1 <= needs[i].most && (highest < 0 || needs[i].longest/c.width > needs[highest].longest/l.columns[highest].width) {
				highest = i
			}
		}
		if highest < 0 {
			return
		}
		l.columns[highest].width++
	}
}

// Widths of characters of the body font, as shares of the width of a digit of the
// workbook's font, which column widths are counted in.
const (
	thinWidth  = 0.45
	slimWidth  = 0.65
	usualWidth = 0.97
	broadWidth = 1.15
	wideWidth  = 1.55
	fullWidth  = 2
)

// runeWidth is about how wide a character is.
func runeWidth(r rune) float64 {
	switch {
	case strings.ContainsRune(" .,:;'!|il", r):
		return thinWidth
	case strings.ContainsRune("-()[]/\\\"tfrjI", r):
		return slimWidth
	case strings.ContainsRune("mwMW@%…", r):
		return wideWidth
	case r >= 'A' && r <= 'Z':
		return broadWidth
	case r < 0x7f:
		return usualWidth
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
