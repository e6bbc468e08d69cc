package picture

import (
	"fmt"
	"strings"
)

// A Link joins the first of some nodes, by their places in the list, with each
// of the others; or it joins parts within each node, and no line is drawn.
type Link struct {
	Nodes  []int
	Within bool
	Tier   int    // 1 is the surest
	Text   string // the sentence
}

// Links are what joins the parts of an actor: a column a node, a line a link
// from column to column, with its sentence beside it.
type Links struct {
	ID, Title, Desc string
	Nodes           []string
	Links           []Link
}

// Measures of links.
const (
	nodeStep   = 30.0
	nodeHigh   = 22.0
	linkLeft   = 20.0
	textLeast  = 560.0 // room for sentences
	mostLines  = 8     // of a sentence
	sentenceAt = 26.0  // behind the last column
	nameWidth  = 7.3   // of a letter of a name: they have many digits and capitals
)

// SVG draws the links.
func (l Links) SVG() string {
	var c canvas
	step := nodeStep
	if n := float64(len(l.Nodes)); n > 1 {
		step = min(step, (width-textLeast-linkLeft)/(n-1))
	}
	at := func(node int) float64 { return linkLeft + step*float64(node) }
	text := at(max(0, len(l.Nodes)-1)) + sentenceAt
	wide := int((width - text) / charWidth)
	named := func(node int) float64 { return 16 + nodeHigh*float64(node) }

	var sentences [][]string
	bottom := named(len(l.Nodes)) + 6
	for _, link := range l.Links {
		lines := wrap(link.Names()+", "+link.Text, wide, mostLines)
		sentences = append(sentences, lines)
		bottom += textStep*float64(len(lines)) + 8
	}
	for i, name := range l.Nodes {
		c.line(at(i), named(i), at(i), bottom-6, "v")
		c.line(at(i), named(i), text-6, named(i), "v")
		c.printf(`<g><title>%s</title><circle class="o" cx="%s" cy="%s" r="8.5"/>`, tip(name), short(at(i)), short(named(i)))
		c.printf(`<text class="m" x="%s" y="%s">%d</text>`, short(at(i)), short(named(i)+4), i+1)
		c.text(text, named(i)+4, "", cut(name, int((width-text)/nameWidth)))
		c.printf(`</g>`)
	}
	y := named(len(l.Nodes)) + 6
	for i, link := range l.Links {
		high := textStep*float64(len(sentences[i])) + 8
		middle := y + high/2
		if !link.Within {
			far := link.Nodes[0]
			near := far
			for _, node := range link.Nodes {
				near, far = min(near, node), max(far, node)
			}
			c.line(at(near), middle, at(far), middle, fmt.Sprintf("t%d", link.Tier))
		}
		for _, node := range link.Nodes {
			c.printf(`<circle class="j" cx="%s" cy="%s" r="4"/>`, short(at(node)), short(middle))
		}
		c.lines(text, middle+4, "", sentences[i])
		y += high
	}
	return c.close(frame{l.ID, l.Title, l.Desc}, bottom, false)
}

// Names says by their numbers what a link joins.
func (l Link) Names() string {
	numbers := make([]string, len(l.Nodes))
	for i, node := range l.Nodes {
		numbers[i] = fmt.Sprint(node + 1)
	}
	if l.Within || len(numbers) < 2 {
		return "within " + strings.Join(numbers, ", ")
	}
	return numbers[0] + " with " + strings.Join(numbers[1:], ", ")
}
