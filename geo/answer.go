package geo

import (
	"math"
	"strings"
)

// An answer is what one database says of one address, in one vocabulary.
type answer struct {
	country, countryName string
	registered           bool
	city, region         string
	lat, lon, radius     float64
	hasPoint             bool
	asn                  uint32
	network              string
	kind                 string
}

// answer reads the fields of any known schema.
func (r *record) answer() answer {
	var a answer
	a.country, a.countryName, a.registered = r.place()
	a.city = pick(r.City.Name, r.City.Text)
	a.region = pick(r.Regions.Name, r.Regions.Code, r.Region, r.State)
	a.setPoint(r)
	a.asn, a.network = r.organisation()
	a.kind = r.flags.kind()
	if a.kind == "" {
		a.kind = r.Traits.kind()
	}
	if a.kind == "" && (r.FlatType == "hosting" || r.FlatType == "" && r.Type == "hosting") {
		a.kind = Hosting
	}
	return a
}

// place is the country. Some databases have the code under country_code and
// the name under country, some the code under country; a country that is only
// where a network is registered is marked.
func (r *record) place() (code, name string, registered bool) {
	if r.numbersOnly() {
		return "", "", false
	}
	if code := countryCode(r.CountryCode); code != "" {
		return code, pick(r.Country.Text, r.CountryName), false
	}
	if code := countryCode(r.Country.Code); code != "" {
		return code, string(r.Country.Name), false
	}
	if code := countryCode(r.Country.Text); code != "" && r.Country.Text == scalar(code) {
		return code, string(r.CountryName), false
	}
	if code := countryCode(r.Registered.Code); code != "" {
		return code, string(r.Registered.Name), true
	}
	return "", "", false
}

// numbersOnly says that the record describes an autonomous system: its country
// is where the number is registered, which says nothing of an address.
func (r *record) numbersOnly() bool {
	return r.FlatASN != "" && r.Name != "" && r.FlatName == ""
}

// organisation is the autonomous system; a database of providers without
// numbers gives the provider's name.
func (r *record) organisation() (asn uint32, name string) {
	for _, n := range []struct{ asn, name scalar }{{r.ASN, r.ASNName}, {r.Traits.ASN, r.Traits.ASNName}, {r.FlatASN, r.FlatName}} {
		if asn := n.asn.asn(); asn != 0 {
			return asn, pick(n.name, r.Name)
		}
	}
	return 0, pick(r.ISP, r.Traits.ISP)
}

// setPoint takes the first pair of coordinates that is on Earth. 0, 0 is how
// databases write that they do not know.
func (a *answer) setPoint(r *record) {
	for _, p := range []struct{ lat, lon, radius scalar }{
		{r.Location.Lat, r.Location.Lon, r.Location.Radius}, {r.Lat, r.Lon, r.Radius}, {r.OldLat, r.OldLon, r.Radius},
	} {
		lat, okLat := p.lat.number()
		lon, okLon := p.lon.number()
		if !okLat || !okLon || !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) || lat == 0 && lon == 0 {
			continue
		}
		a.lat, a.lon, a.hasPoint = lat, lon, true
		if radius, ok := p.radius.number(); ok && radius > 0 && radius <= halfwayRound {
			a.radius = radius
		}
		return
	}
}

// halfwayRound is the farthest that two places on Earth can be apart, in km.
const halfwayRound = math.Pi * earthRadius

// countryCode is s if it is two letters, in upper case, else empty.
func countryCode(s scalar) string {
	if len(s) != 2 {
		return ""
	}
	code := strings.ToUpper(string(s))
	if code[0] < 'A' || 'Z' < code[0] || code[1] < 'A' || 'Z' < code[1] {
		return ""
	}
	return code
}

// pick is the first text that is not empty.
func pick(texts ...scalar) string {
	for _, s := range texts {
		if s != "" {
			return string(s)
		}
	}
	return ""
}
