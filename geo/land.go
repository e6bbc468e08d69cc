package geo

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed data/land-110m.json
var landTopology []byte

// A Point is a place on the map, in degrees.
type Point struct{ Lon, Lat float64 }

// Land is the outline of all land as closed rings, without borders between
// countries, which are political. The first ring of a polygon surrounds it and
// further rings are lakes; filled by the even-odd rule they come out right.
// The rings must not be changed.
var Land = sync.OnceValue(func() [][]Point {
	var t struct {
		Transform struct{ Scale, Translate [2]float64 }
		Arcs      [][][2]float64
		Objects   struct {
			Land struct {
				Geometries []struct{ Arcs [][][]int }
			}
		}
	}
	if err := json.Unmarshal(landTopology, &t); err != nil {
		panic("land-110m.json: " + err.Error())
	}
	arcs := make([][]Point, len(t.Arcs))
	for i, arc := range t.Arcs {
		var x, y float64 // quantised; each position is a step from the one before
		for _, step := range arc {
			x, y = x+step[0], y+step[1]
			arcs[i] = append(arcs[i], Point{x*t.Transform.Scale[0] + t.Transform.Translate[0], y*t.Transform.Scale[1] + t.Transform.Translate[1]})
		}
	}
	var rings [][]Point
	for _, g := range t.Objects.Land.Geometries {
		for _, polygon := range g.Arcs {
			for _, ring := range polygon {
				rings = append(rings, join(arcs, ring))
			}
		}
	}
	return rings
})

// join puts arcs end to end; ^i is arc i backwards, and an arc begins where
// the one before it ends.
func join(arcs [][]Point, ring []int) []Point {
	var out []Point
	for _, i := range ring {
		arc := arcs[max(i, ^i)]
		for k := range arc {
			p := arc[k]
			if i < 0 {
				p = arc[len(arc)-1-k]
			}
			if k > 0 || len(out) == 0 {
				out = append(out, p)
			}
		}
	}
	return out
}
