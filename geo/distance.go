package geo

import (
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"sync"
)

//go:embed data/mindist.u16le
var leastDistances []byte

//go:embed data/mindist.codes.json
var leastCodes []byte

const (
	earthRadius = 6371.0088 // km, mean radius of IUGG

	// The table was measured between points of the outlines, which lie tens
	// of kilometres apart and leave small islands out; the true least distance
	// can be that much shorter (Russia to the USA: 84 km for 4 km in the Bering
	// Strait).
	outlineGap = 50 // km

	// A point without a stated radius is as coarse as what it stands for.
	cityRadius   = 100  // km
	regionRadius = 300  // km
	wideRadius   = 1000 // km, a point for a country at large
)

// codeRow is the row of a country in the triangle of least distances.
var codeRow = sync.OnceValue(func() map[string]int {
	var codes []string
	if err := json.Unmarshal(leastCodes, &codes); err != nil {
		panic("mindist.codes.json: " + err.Error())
	}
	if want := len(codes) * (len(codes) - 1); len(leastDistances) != want {
		panic(fmt.Sprintf("mindist.u16le: %d bytes, want %d", len(leastDistances), want))
	}
	rows := make(map[string]int, len(codes))
	for i, code := range codes {
		rows[code] = i
	}
	return rows
})

// Distance is a lower bound, in kilometres, of how far apart two places are:
// between their points less both radii when both have a point, else between
// the nearest parts of their countries (Natural Earth outlines with overseas
// parts, so it can be 0). It is not assessable within one country, and when a
// country or its outline is not known.
func Distance(a, b Place) (km float64, assessable bool) {
	if a.HasPoint && b.HasPoint {
		return max(0, greatCircle(a, b)-radius(a)-radius(b)), true
	}
	i, okA := codeRow()[a.Country]
	j, okB := codeRow()[b.Country]
	if !okA || !okB || i == j {
		return 0, false
	}
	if i < j {
		i, j = j, i
	}
	least := binary.LittleEndian.Uint16(leastDistances[2*(i*(i-1)/2+j):])
	return max(0, float64(least)-outlineGap), true
}

func radius(p Place) float64 {
	switch {
	case p.Radius > 0:
		return p.Radius
	case p.City != "":
		return cityRadius
	case p.Region != "":
		return regionRadius
	}
	return wideRadius
}

func greatCircle(a, b Place) float64 {
	const rad = math.Pi / 180
	sinLat, sinLon := math.Sin((b.Lat-a.Lat)*rad/2), math.Sin((b.Lon-a.Lon)*rad/2)
	h := sinLat*sinLat + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*sinLon*sinLon
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}
