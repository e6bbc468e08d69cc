package geo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed data/GEODATA.json
var geodataJSON []byte

// shippedFile is what data/GEODATA.json says of a file beside it.
type shippedFile struct {
	File        string `json:"file"`
	Name        string `json:"name"`
	Source      string `json:"source"`
	Version     string `json:"version"`
	Built       string `json:"built"`
	SHA256      string `json:"sha256"`
	Licence     string `json:"licence"`
	Changes     string `json:"changes,omitempty"`
	Attribution string `json:"attribution,omitempty"`
}

var geodata = sync.OnceValue(func() []shippedFile {
	var files []shippedFile
	if err := json.Unmarshal(geodataJSON, &files); err != nil {
		panic("GEODATA.json: " + err.Error())
	}
	return files
})

// openEmbedded opens a database that is part of the program. Its hash is the
// one recorded beside it, which the tests hold against the file.
func openEmbedded(file string, data []byte) (*source, error) {
	for _, f := range geodata() {
		if f.File != file {
			continue
		}
		s, err := open(file, data)
		if err != nil {
			return nil, err
		}
		s.info.Name, s.info.SHA256 = f.Name, f.SHA256
		s.info.Remark = "; " + f.Source + ", " + f.Licence
		return s, nil
	}
	return nil, fmt.Errorf("open geo database %q: not listed in GEODATA.json", file)
}

// Attributions are the lines that the licences of the shipped data ask a
// program and a report that show its answers to print.
func Attributions() []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, f := range geodata() {
		if !seen[f.Attribution] {
			seen[f.Attribution] = true
			out = append(out, f.Attribution)
		}
	}
	return out
}
