package report

import (
	"cmp"
	"fmt"
	"slices"

	"becforensics/geo"
	"becforensics/report/picture"
	"becforensics/timeline"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/logon"
)

// A logonPlace is a place from which accounts were entered.
type logonPlace struct {
	name         string
	point        geo.Point
	actors, rest int
}

// mostPlaces are the places that the map has room for.
const mostPlaces = 40

// world draws where logons came from.
func (m *pageMaker) world() {
	attribution := actor.Actors.From(m.Conclusion)
	var places []*logonPlace
	of := map[string]*logonPlace{}
	unplaced, placed := 0, Basis{}
	for _, l := range logon.Logons.From(m.Conclusion) {
		if !l.Admitted() || l.Service || m.Timeline.SameAs(l.Row) != l.Row {
			continue
		}
		name, point, ok := placeOf(l.Place)
		if !ok {
			unplaced++
			continue
		}
		if of[name] == nil {
			of[name] = &logonPlace{name: name, point: point}
			places = append(places, of[name])
		}
		placed.Origins = append(placed.Origins, m.Timeline.Origin(l.Row))
		if by, _ := attribution.At(l.Row); by != nil && by.Band != actor.BandListed {
			of[name].actors++
		} else {
			of[name].rest++
		}
	}
	if len(places) == 0 {
		return
	}
	slices.SortFunc(places, func(a, b *logonPlace) int {
		return cmp.Or(cmp.Compare(b.actors, a.actors), cmp.Compare(b.rest, a.rest), cmp.Compare(a.name, b.name))
	})
	s := Sheet{Title: "Where logons came from", Intro: []string{
		"Successful logons by the place that a database names for their address at its own date: no proof of where a person was. Where only the country is known, the mark stands in its middle. The map shows land and no borders.",
	}}
	if unplaced > 0 {
		s.Intro = append(s.Intro, plural(unplaced, "logon")+" from addresses without a place are not on the map.")
	}
	p := picture.World{ID: "world-map", Title: "The world with the places of logons"}
	var rows [][]Cell
	for i, place := range places {
		if i == mostPlaces {
			p.Desc = fmt.Sprintf("%s more not drawn. ", plural(len(places)-mostPlaces, "place"))
			break
		}
		spot := picture.Spot{Point: place.point, Shape: picture.Ring, Label: fmt.Sprintf("%s %d", place.name, place.rest)}
		if place.actors > 0 {
			spot.Shape = picture.Diamond
			spot.Label = fmt.Sprintf("%s %d of %d", place.name, place.actors, place.actors+place.rest)
		}
		spot.Title = fmt.Sprintf("%s: %d of actors, %d others", place.name, place.actors, place.rest)
		p.Desc += spot.Title + ". "
		p.Spots = append(p.Spots, spot)
		rows = append(rows, []Cell{text(place.name), count(place.actors), count(place.rest)})
	}
	slices.Reverse(p.Spots)
	p.Keys = []picture.Key{{Shape: picture.Diamond, Text: "logons of actors worth a review, of all from there"}, {Shape: picture.Ring, Text: "other logons"}}
	s.Columns = []Column{{Name: "Place", Doc: "City and country, or country."}, {Name: "Logons of actors", Doc: "Of actors worth a review."}, {Name: "Other logons", Doc: "The rest."}}
	s.Rows, s.Count = Rows(rows), len(rows)
	section := m.add("world", s, "the column country of the timeline")
	section.Draw = func(func(timeline.Origin) string) string { return p.SVG() }
	section.claims = []Claim{{plural(len(placed.Origins), "logon") + " from " + plural(len(places), "place") + ".", placed}}
}

// placeOf is where a map shows a place: its own point, or one amid its country.
func placeOf(p *geo.Place) (name string, point geo.Point, ok bool) {
	if p.HasPoint && p.City != "" {
		return p.City + ", " + p.Country, geo.Point{Lon: p.Lon, Lat: p.Lat}, true
	}
	point, ok = geo.Centre(p.Country)
	return p.Country, point, ok
}
