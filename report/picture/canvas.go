package picture

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"becforensics/ingest/evidence"
)

// Measures, in units of the view box: a picture is as wide as the page.
const (
	width     = 1000
	charWidth = 6.6 // of a letter of the usual size, on average
	lineStep  = 16  // from one line of text to the next
	textStep  = 14  // the same within one text
)

// A canvas collects the elements of a picture.
type canvas struct{ b strings.Builder }

// printf adds markup; its arguments are numbers and words of this package.
func (c *canvas) printf(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

// text writes text that starts at a point. Class is a class of the page's style.
func (c *canvas) text(x, y float64, class, s string) {
	c.printf(`<text x="%s" y="%s"`, short(x), short(y))
	if class != "" {
		c.printf(` class="%s"`, class)
	}
	c.printf(`>%s</text>`, escape(s))
}

// lines writes lines of text whose middle is at a height.
func (c *canvas) lines(x, middle float64, class string, lines []string) {
	for i, line := range lines {
		c.text(x, middle+textStep*(float64(i)-float64(len(lines)-1)/2), class, line)
	}
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	c.printf(`<path class="%s" d="M%s %sL%s %s"/>`, class, short(x1), short(y1), short(x2), short(y2))
}

// A frame is what every picture says of itself.
type frame struct {
	ID    string // unique in the page
	Title string
	Desc  string // what it shows, in words
}

// close makes the picture. One that holds links is a group, since a reader of
// the screen takes an image for one thing.
func (c *canvas) close(f frame, height float64, linked bool) string {
	role := "img"
	if linked {
		role = "group"
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %s" role="%s" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		width, short(height), role, f.ID, f.ID, f.ID, tip(f.Title), f.ID, escape(cut(f.Desc, mostDesc))) + c.b.String() + "</svg>"
}

// Most characters of what is said beside a picture.
const (
	mostTip  = 400
	mostDesc = 4000
)

// tip is the text of a title, which a browser shows beside the pointer.
func tip(s string) string { return escape(cut(s, mostTip)) }

// escape makes text safe as the content and as an attribute of an element.
// What cannot be seen is shown escaped.
func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(evidence.Printable(s))); err != nil {
		panic(err) // a Builder takes everything
	}
	return b.String()
}

// short writes a number with one decimal at most.
func short(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

// cut shortens text to a number of characters and marks it.
func cut(s string, most int) string {
	s = evidence.Printable(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// nameRunes are the letters of a name on one line, which are bold.
const nameRunes = 29

// nameLines is a name on one line, or an address that is longer on two.
func nameLines(s string) []string {
	s = evidence.Printable(s)
	if at := strings.LastIndexByte(s, '@'); at > 0 && utf8.RuneCountInString(s) > nameRunes {
		return []string{cut(s[:at], nameRunes), cut(s[at:], nameRunes)}
	}
	return []string{cut(s, nameRunes)}
}

// wrap breaks text into at most so many lines, the last one cut.
func wrap(s string, wide, lines int) []string {
	var out []string
	words := strings.Fields(evidence.Printable(s))
	for len(words) > 0 && len(out) < lines {
		if len(out) == lines-1 {
			return append(out, cut(strings.Join(words, " "), wide))
		}
		line := words[0]
		words = words[1:]
		for len(words) > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(words[0]) <= wide {
			line += " " + words[0]
			words = words[1:]
		}
		out = append(out, cut(line, wide))
	}
	return out
}
