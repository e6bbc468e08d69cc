package picture

import (
	"cmp"
	"fmt"
	"math"
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
	spotHalf     = 6.0 // of a mark's width
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
		l := label{x: x + 9, y: y + 4, text: s.Label, long: charWidth * float64(len([]rune(s.Label)))}
		if left := (label{x: x - 9 - l.long, y: l.y, text: l.text, long: l.long}); l.x+l.long > width || w.covered(l, i) && !w.covered(left, i) {
			l = left
		}
		labels[i] = l
	}
	apart(labels)
	for _, s := range w.Spots {
		x, y := onMap(s.Point)
		c.printf(`<g><title>%s</title>`, tip(s.Title))
		c.shape(s.Shape, x, y, false)
		c.printf(`</g>`)
	}
	for _, l := range labels {
		c.text(l.x, l.y, "f", l.text)
	}
	return c.close(frame{w.ID, w.Title, w.Desc}, c.keys(w.Keys, high+lineStep+2), false)
}

// A label is the text beside a spot.
type label struct {
	x, y, long float64
	text       string
}

// covered reports whether a label of one spot would lie on the mark of another.
func (w World) covered(l label, of int) bool {
	for i, s := range w.Spots {
		x, y := onMap(s.Point)
		if i != of && x > l.x-spotHalf && x < l.x+l.long+spotHalf && y > l.y-lineStep && y < l.y+spotHalf {
			return true
		}
	}
	return false
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

// land is the outline of the land as a path, in whole units. A ring that crosses
// the date line is drawn at both ends of the map.
func land() string {
	var b strings.Builder
	for _, ring := range geo.Land() {
		ring, beyond := unrolled(ring)
		outline(&b, ring, 0)
		if beyond != 0 {
			outline(&b, ring, -beyond)
		}
	}
	return b.String()
}

const fullTurn = 360.0 // degrees

// unrolled is a ring without jumps from one end of the map to the other: it goes
// on beyond the end instead, and beyond says by how much and where.
func unrolled(ring []geo.Point) (list []geo.Point, beyond float64) {
	turn := 0.0
	for i, p := range ring {
		if i > 0 {
			switch d := p.Lon - ring[i-1].Lon; {
			case d > fullTurn/2:
				turn -= fullTurn
			case d < -fullTurn/2:
				turn += fullTurn
			}
		}
		if turn != 0 {
			beyond = turn
		}
		list = append(list, geo.Point{Lon: p.Lon + turn, Lat: p.Lat})
	}
	return list, beyond
}

// outline draws a ring, moved by some degrees.
func outline(b *strings.Builder, ring []geo.Point, by float64) {
	var lastX, lastY int
	started := false
	for _, p := range ring {
		if p.Lat < south-2 && !started {
			continue
		}
		fx, fy := onMap(geo.Point{Lon: p.Lon + by, Lat: p.Lat})
		x, y := int(math.Floor(fx+0.5)), int(fy+0.5)
		switch {
		case !started:
			fmt.Fprintf(b, "M%d %d", x, y)
			started = true
		case x != lastX || y != lastY:
			fmt.Fprintf(b, "l%d %d", x-lastX, y-lastY)
		}
		lastX, lastY = x, y
	}
	if started {
		b.WriteByte('z')
	}
}
