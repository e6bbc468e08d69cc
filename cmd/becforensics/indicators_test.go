package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The indicators of the findings stand in both exports with the same counts;
// the indicator file is one that --indicators reads, and finds all of them in
// the evidence that they come from.
func TestIndicatorsAreExported(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	evidence := filepath.Join(harbour, "evidence")
	if _, stderr, code := command(t, "analyze", "--json", at("f.json"), "--stix", at("s.json"), "--iocs", at("i.csv"), evidence); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	manifest, err := os.ReadFile(at("f.json.manifest-sha256.txt"))
	if err != nil || !strings.Contains(string(manifest), "  s.json\n") || !strings.Contains(string(manifest), "  i.csv\n") {
		t.Errorf("the manifest %q (%v) does not list the exports", manifest, err)
	}
	var f struct {
		Indicators []struct {
			Type, Value, Actor string
			Count              int
			Origins            []string
		}
	}
	var bundle struct {
		Objects []struct {
			Type, ID, Pattern, Name string
			Created, Modified       string
			SightingOf              string `json:"sighting_of_ref"`
			Count                   int
		}
	}
	for name, into := range map[string]any{"f.json": &f, "s.json": &bundle} {
		text, err := os.ReadFile(at(name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.Indicators) == 0 {
		t.Fatal("no indicators")
	}
	uuid := regexp.MustCompile(`^[a-z]+--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	names, counts, seen := map[string]string{}, map[string]int{}, map[string]bool{}
	for _, o := range bundle.Objects {
		if !uuid.MatchString(o.ID) || seen[o.ID] || o.Modified < o.Created {
			t.Errorf("%s, created %s and modified %s, is no object of its own", o.ID, o.Created, o.Modified)
		}
		seen[o.ID] = true
		switch o.Type {
		case "indicator":
			names[o.ID] = o.Name
		case "sighting":
			counts[names[o.SightingOf]] += o.Count
		}
	}
	for _, i := range f.Indicators {
		if counts[i.Type+" "+i.Value] != i.Count || len(i.Origins) < i.Count {
			t.Errorf("%s %s: %d acts, %d in STIX, %d records", i.Type, i.Value, i.Count, counts[i.Type+" "+i.Value], len(i.Origins))
		}
	}
	again := analyze(t, "--only", "indicator-match", "--indicators", at("i.csv"), evidence)
	if got := again.of(t, "indicator-match").Summary; !strings.HasSuffix(got, " in the evidence, 0 not.") {
		t.Errorf("looked for where they come from: %s", got)
	}
}
