package picture

// A Shape is the form of a mark. Each has a colour of its own as well.
type Shape uint8

// Shapes.
const (
	Circle Shape = iota
	Triangle
	Square
	Diamond
	Star
	Cross
	Ring // what is no actor's
)

// paths are the outlines of the shapes around a point, five units wide on
// each side.
var paths = [...]string{
	Circle:   "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
	Triangle: "m0-5l5 9h-10z",
	Square:   "m-4-4h8v8h-8z",
	Diamond:  "m0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
	Star:     "m0-6l1.6 4h4.1l-3.3 2.6l1.3 4.2l-3.7-2.6l-3.7 2.6l1.3-4.2l-3.3-2.6h4.1z",
	Cross:    "m-5-3l2-2l3 3l3-3l2 2l-3 3l3 3l-2 2l-3-3l-3 3l-2-2l3-3z",
	Ring:     "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
}

// shape draws a mark at a point, hollow if asked for.
func (c *canvas) shape(s Shape, x, y float64, hollow bool) {
	class := ""
	if hollow {
		class = " h"
	}
	c.printf(`<path class="s%d%s" d="M%s %s%s"/>`, s, class, short(x), short(y), paths[s])
}

// A Key says what a shape stands for.
type Key struct {
	Shape  Shape
	Hollow bool
	Text   string
}

// keys draws what the shapes stand for, from a point on, and returns where the
// next line begins.
func (c *canvas) keys(keys []Key, y float64) float64 {
	x := 6.0
	for _, k := range keys {
		wide := 22 + charWidth*float64(len([]rune(k.Text)))
		if x+wide > width {
			x, y = 6, y+lineStep
		}
		c.shape(k.Shape, x+5, y-4, k.Hollow)
		c.text(x+15, y, "k", k.Text)
		x += wide + 10
	}
	return y + lineStep
}
