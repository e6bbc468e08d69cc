package picture

import "fmt"

// A Link joins two nodes by their places in the list; or it joins parts within
// each of some nodes, and no line is drawn.
type Link struct {
	Nodes  []int
	Within bool
	Tier   int    // 1 is the surest
	Text   string // the sentence
}

// Links are what joins the parts of an actor: a line a link, from node to node,
// with its sentence beside it.
type Links struct {
	ID, Title, Desc string
	Nodes           []string
	Links           []Link
}

// Measures of links.
const (
	nodeStep  = 30.0
	linkStep  = 34.0
	linkLeft  = 20.0
	textLeast = 360.0 // room for sentences
)

// SVG draws the links.
func (l Links) SVG() string {
	var c canvas
	y := 16.0
	step := nodeStep
	if n := float64(len(l.Nodes)); n > 1 {
		step = min(step, (width-textLeast-linkLeft)/(n-1))
	}
	at := func(node int) float64 { return linkLeft + step*float64(node) }
	for i, name := range l.Nodes {
		c.printf(`<g><title>%s</title>`, tip(name))
		c.text(6, y, "b", fmt.Sprint(i+1))
		c.text(34, y, "", cut(name, 140))
		c.printf(`</g>`)
		y += lineStep
	}
	y += 18
	for i := range l.Nodes {
		c.node(at(i), y, i)
	}
	bottom := y + linkStep*float64(len(l.Links)) + 6
	for i := range l.Nodes {
		c.line(at(i), y+10, at(i), bottom, "v")
	}
	text := at(max(0, len(l.Nodes)-1)) + 26
	wide := int((width - text) / charWidth)
	for _, link := range l.Links {
		y += linkStep
		if !link.Within {
			c.line(at(link.Nodes[0]), y, at(link.Nodes[1]), y, fmt.Sprintf("t%d", link.Tier))
		}
		for _, node := range link.Nodes {
			c.node(at(node), y, node)
		}
		lines := wrap(link.Text, wide, 2)
		for i, part := range lines {
			c.text(text, y+4+lineStep*(float64(i)-float64(len(lines)-1)/2), "", part)
		}
	}
	return c.close(frame{l.ID, l.Title, l.Desc}, bottom+10, false)
}

// node draws the number of a node in a circle.
func (c *canvas) node(x, y float64, i int) {
	c.printf(`<circle class="o" cx="%s" cy="%s" r="9"/>`, short(x), short(y))
	c.printf(`<text class="m" x="%s" y="%s">%d</text>`, short(x), short(y+4), i+1)
}
