package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"becforensics/geo"
)

// A Spot is a place on the map.
type Spot struct {
	Point geo.Point
	Shape Shape
	Label string
	Title string
}

// A World is a map of logons.
type World struct {
	ID, Title, Desc string
	Spots           []Spot // the weightiest last: it is drawn above the others
	Keys            []Key
}

// Measures of the map: plate carrée, without the Antarctic.
const (
	north, south = 84.0, -58.0
	perDegree    = width / 360.0
)

func onMap(p geo.Point) (x, y float64) {
	return (p.Lon + 180) * perDegree, (north - min(north, max(south, p.Lat))) * perDegree
}

// SVG draws the map.
func (w World) SVG() string {
	var c canvas
	high := (north - south) * perDegree
	c.printf(`<path class="w" d="M0 0h%dv%sh-%dz"/><path class="g" d="%s"/>`, width, short(high), width, land())
	labels := make([]label, len(w.Spots))
	for i, s := range w.Spots {
		x, y := onMap(s.Point)
		labels[i] = label{x: x + 9, y: y + 4, text: s.Label, long: charWidth * float64(len([]rune(s.Label)))}
		if labels[i].x+labels[i].long > width {
			labels[i].x = x - 9 - labels[i].long
		}
	}
	apart(labels)
	for i, s := range w.Spots {
		x, y := onMap(s.Point)
		c.printf(`<g><title>%s</title>`, tip(s.Title))
		c.shape(s.Shape, x, y, false)
		c.text(labels[i].x, labels[i].y, "f", s.Label)
		c.printf(`</g>`)
	}
	return c.close(frame{w.ID, w.Title, w.Desc}, c.keys(w.Keys, high+lineStep+2), false)
}

// A label is the text beside a spot.
type label struct {
	x, y, long float64
	text       string
}

// apart moves labels down until none covers another.
func apart(labels []label) {
	order := make([]int, len(labels))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(labels[a].y, labels[b].y) })
	for n, i := range order {
		for _, k := range order[:n] {
			a, b := &labels[i], &labels[k]
			if a.x < b.x+b.long && b.x < a.x+a.long && a.y < b.y+lineStep-3 {
				a.y = b.y + lineStep - 3
			}
		}
	}
}

// land is the outline of the land as a path, in whole units.
func land() string {
	var b strings.Builder
	for _, ring := range geo.Land() {
		var lastX, lastY int
		started := false
		for _, p := range ring {
			if p.Lat < south-2 && !started {
				continue
			}
			fx, fy := onMap(p)
			x, y := int(fx+0.5), int(fy+0.5)
			switch {
			case !started:
				fmt.Fprintf(&b, "M%d %d", x, y)
				started = true
			case x != lastX || y != lastY:
				fmt.Fprintf(&b, "l%d %d", x-lastX, y-lastY)
			}
			lastX, lastY = x, y
		}
		if started {
			b.WriteByte('z')
		}
	}
	return b.String()
}
