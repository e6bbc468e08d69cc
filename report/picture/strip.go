package picture

import (
	"fmt"
	"time"
)

// A Verdict is what became of a step.
type Verdict uint8

// Verdicts.
const (
	Unknown Verdict = iota
	Held            // nothing followed
	Survived
)

// verdicts are the words of the verdicts; a sign stands before each.
var verdicts = [...]string{Unknown: "? it cannot be told", Held: "✓ nothing followed it", Survived: "✗ acts followed it"}

// A Step is one act of containment.
type Step struct {
	At      time.Time
	What    string // what was done, to whom
	Verdict Verdict
	Note    string      // what it was survived by, or why it cannot be told
	After   []time.Time // of the acts that came after it
}

// A Strip shows containment, a line a step, along the time in which its actor
// acted, with what came after each step.
type Strip struct {
	ID, Title, Desc string
	From, To        time.Time // of the axis
	Steps           []Step
}

// Measures of strips.
const (
	stripLeft  = 470.0
	stripRight = width - 20.0
	stripRunes = 70 // of a line of text
	noteLines  = 4
)

// SVG draws the strip.
func (s Strip) SVG() string {
	var c canvas
	span := max(1, s.To.Sub(s.From).Seconds())
	at := func(t time.Time) float64 {
		part := t.Sub(s.From).Seconds() / span
		return stripLeft + (stripRight-stripLeft)*min(1, max(0, part))
	}
	c.text(stripLeft, 14, "d", s.From.UTC().Format("2006-01-02 15:04"))
	c.printf(`<text class="d r" x="%s" y="14">%s</text>`, short(stripRight), s.To.UTC().Format("2006-01-02 15:04"))
	y := 22.0
	for i, step := range s.Steps {
		note := verdicts[step.Verdict]
		if n := len(step.After); n > 0 {
			note += fmt.Sprintf(" (%d)", n)
		}
		if step.Note != "" {
			note += ": " + step.Note
		}
		what, notes := wrap(step.At.UTC().Format("2006-01-02 15:04")+" "+step.What, stripRunes, 2), wrap(note, stripRunes, noteLines)
		high := textStep*float64(len(what)+len(notes)) + 12
		middle := y + high/2
		c.printf(`<path class="l%d" d="M0 %sh%dv%sh-%dz"/>`, i%2, short(y), width, short(high), width)
		c.printf(`<g><title>%s</title>`, tip(step.At.UTC().Format(time.DateTime)+": "+step.What+". "+note))
		line := y + textStep + 3
		for _, part := range what {
			c.text(6, line, "b", part)
			line += textStep
		}
		for _, part := range notes {
			c.text(6, line, "n", part)
			line += textStep
		}
		c.line(stripLeft, middle, stripRight, middle, "v")
		drawn := -1.0
		for _, t := range step.After {
			if x := at(t); x-drawn >= 2 {
				c.line(x, middle-7, x, middle+7, "a")
				drawn = x
			}
		}
		c.shape(Diamond, at(step.At), middle, step.Verdict == Unknown)
		c.printf(`</g>`)
		y += high
	}
	y = c.keys([]Key{{Shape: Diamond, Text: "the measure; hollow where its effect cannot be told"}}, y+18)
	c.text(6, y, "k", "Each upright line is an act of the actor after the measure; acts too near each other to be drawn apart are one line.")
	return c.close(frame{s.ID, s.Title, s.Desc}, y+8, false)
}
