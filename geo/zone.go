package geo

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed data/zoneinfo.zip
var zoneFile []byte

// zones are the files of the shipped time zone database by name.
var zones = sync.OnceValue(func() map[string]*zip.File {
	files, err := zip.NewReader(bytes.NewReader(zoneFile), int64(len(zoneFile)))
	if err != nil {
		panic("zoneinfo.zip: " + err.Error())
	}
	byName := map[string]*zip.File{}
	for _, f := range files.File {
		if !strings.HasSuffix(f.Name, "/") {
			byName[f.Name] = f
		}
	}
	return byName
})

// Zone returns a time zone of the shipped database by its IANA name, in any
// case; nil if no zone has it. The system's own database is never
// asked, so that a report is the same on every machine.
func Zone(name string) *time.Location {
	f := zones()[name]
	for other, file := range zones() {
		if f == nil && strings.EqualFold(other, name) {
			f = file
		}
	}
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		panic("zoneinfo.zip: " + err.Error())
	}
	data, err := io.ReadAll(r)
	if err != nil {
		panic("zoneinfo.zip: " + err.Error())
	}
	zone, err := time.LoadLocationFromTZData(f.Name, data)
	if err != nil {
		panic("zoneinfo.zip: " + err.Error())
	}
	return zone
}

// ZoneNames lists the time zones of the shipped database by name.
func ZoneNames() []string {
	var names []string
	for name := range zones() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ZoneVersion is the release of the shipped time zone database.
func ZoneVersion() string {
	for _, f := range geodata() {
		if f.File == "zoneinfo.zip" {
			return f.Version
		}
	}
	panic("GEODATA.json: zoneinfo.zip is not listed")
}

// ZoneOf is the zone that is named after a city: Europe/Zurich for Zurich.
// It is empty where no zone is, or several are.
func ZoneOf(city string) string {
	city = strings.ReplaceAll(strings.TrimSpace(city), " ", "_")
	var found []string
	for _, name := range ZoneNames() {
		if region, _, ok := strings.Cut(name, "/"); ok && region != "Etc" && strings.EqualFold(path.Base(name), city) {
			found = append(found, name)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}
