package geo

import (
	_ "embed"
	"fmt"
	"strconv"
	"sync"
)

//go:embed data/centres.csv
var centresCSV []byte

var centres = sync.OnceValue(func() map[string]Point {
	points := map[string]Point{}
	for _, row := range mustRead("centres.csv", centresCSV, "code", "lat", "lon", "source", "as_of") {
		lat, errLat := strconv.ParseFloat(row[1], 64)
		lon, errLon := strconv.ParseFloat(row[2], 64)
		if errLat != nil || errLon != nil {
			panic(fmt.Sprintf("centres.csv: %q is no point", row))
		}
		points[row[0]] = Point{Lon: lon, Lat: lat}
	}
	return points
})

// Centre is a point amid a country, by its two-letter code, at which a map
// names it. It is where nobody was, and no distance is measured from it.
func Centre(country string) (p Point, ok bool) {
	p, ok = centres()[country]
	return p, ok
}
