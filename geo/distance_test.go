package geo

import (
	"math"
	"testing"
)

func TestDistanceBetweenCountries(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		km   float64 // 50 km less than the table's value, never below 0
		ok   bool
	}{
		{"US", "NG", 7475 - 50, true},
		{"NG", "US", 7475 - 50, true},
		{"GB", "NG", 4127 - 50, true},
		{"GB", "RO", 1489 - 50, true},
		{"AU", "GB", 13028 - 50, true},
		{"GB", "FR", 0, true}, // 36 km of sea
		{"US", "CA", 0, true},
		{"DE", "NL", 0, true},
		{"FR", "BR", 0, true},       // French Guiana
		{"RU", "US", 84 - 50, true}, // across the antimeridian
		{"US", "US", 0, false},
		{"US", "XK", 0, false}, // no outline of its own
		{"BV", "US", 0, false},
		{"", "US", 0, false},
		{"", "", 0, false},
	} {
		km, ok := Distance(Place{Country: tt.a}, Place{Country: tt.b})
		if km != tt.km || ok != tt.ok {
			t.Errorf("%s-%s: %v km, %v; want %v, %v", tt.a, tt.b, km, ok, tt.km, tt.ok)
		}
	}
}

func TestDistanceBetweenPoints(t *testing.T) {
	at := func(country, city string, lat, lon, radius float64) Place {
		return Place{Country: country, City: city, Lat: lat, Lon: lon, Radius: radius, HasPoint: true}
	}
	london, paris := at("GB", "London", 51.5074, -0.1278, 0), at("FR", "Paris", 48.8566, 2.3522, 0)
	for _, tt := range []struct {
		name string
		a, b Place
		km   float64
	}{
		{"343.6 km less two radii of a city", london, paris, 143.6},
		{"less the stated radii", at("GB", "London", 51.5074, -0.1278, 5), at("FR", "Paris", 48.8566, 2.3522, 20), 318.6},
		{"never below 0", london, at("FR", "Paris", 48.8566, 2.3522, 1000), 0},
		{"within a country", at("US", "", 40.7128, -74.006, 10), at("US", "", 34.0522, -118.2437, 10), 3935.7 - 20},
		{"across the antimeridian", at("FJ", "", 0, 179.5, 1), at("FJ", "", 0, -179.5, 1), 111.2 - 2},
		{"to the other side of Earth", at("", "", 0, 0.001, 1), at("", "", 0, -179.999, 1), halfwayRound - 2},
	} {
		km, ok := Distance(tt.a, tt.b)
		if !ok || math.Abs(km-tt.km) > 0.5 {
			t.Errorf("%s: %v km, %v; want %v", tt.name, km, ok, tt.km)
		}
	}
	// One point is not enough: the countries' outlines decide.
	if km, ok := Distance(london, Place{Country: "NG"}); !ok || km != 4127-50 {
		t.Errorf("London to Nigeria: %v km, %v", km, ok)
	}
}

func TestLand(t *testing.T) {
	rings := Land()
	for _, r := range rings {
		if len(r) < 4 || r[0] != r[len(r)-1] {
			t.Fatalf("ring of %d points is not closed", len(r))
		}
		for _, p := range r {
			if math.Abs(p.Lon) > 180.001 || math.Abs(p.Lat) > 90.001 {
				t.Fatalf("point %v is off the map", p)
			}
		}
	}
	for _, tt := range []struct {
		name string
		p    Point
		land bool
	}{
		{"Paris", Point{2.35, 48.86}, true},
		{"Kano", Point{8.52, 12.0}, true},
		{"Alice Springs", Point{133.88, -23.7}, true},
		{"Denver", Point{-104.99, 39.74}, true},
		{"mid-Atlantic", Point{-35, 30}, false},
		{"Gulf of Guinea", Point{0, 0}, false},
		{"Caspian Sea", Point{50.7, 42}, false},
	} {
		if got := onLand(rings, tt.p); got != tt.land {
			t.Errorf("%s: on land %v", tt.name, got)
		}
	}
}

// onLand counts the edges east of p.
func onLand(rings [][]Point, p Point) bool {
	in := false
	for _, r := range rings {
		for i := 1; i < len(r); i++ {
			a, b := r[i-1], r[i]
			if (a.Lat > p.Lat) != (b.Lat > p.Lat) && p.Lon < a.Lon+(p.Lat-a.Lat)*(b.Lon-a.Lon)/(b.Lat-a.Lat) {
				in = !in
			}
		}
	}
	return in
}
