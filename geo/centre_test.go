package geo

import "testing"

// A mark for a country must stand in it, as a reader of a map sees it.
func TestCentresLieInTheirCountries(t *testing.T) {
	for country, box := range map[string][4]float64{ // west, east, south, north
		"NL": {3, 8, 50, 54}, "US": {-125, -66, 24, 50}, "RU": {27, 180, 41, 82}, "AU": {112, 154, -44, -10},
		"NG": {2, 15, 4, 14}, "GB": {-9, 2, 49, 61}, "FR": {-5, 10, 41, 52}, "SG": {103, 105, 1, 2}, "FJ": {176, 180, -20, -15},
	} {
		p, ok := Centre(country)
		if !ok || p.Lon < box[0] || p.Lon > box[1] || p.Lat < box[2] || p.Lat > box[3] {
			t.Errorf("%s: %v, %v", country, p, ok)
		}
	}
	if _, ok := Centre("EU"); ok {
		t.Error("the centre of no country is known")
	}
}

// Every country between which distances are known has a centre.
func TestEveryMeasuredCountryHasACentre(t *testing.T) {
	for code := range codeRow() {
		if _, ok := Centre(code); !ok {
			t.Errorf("%s has no centre", code)
		}
	}
}
