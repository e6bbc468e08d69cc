package analysis

import (
	"strings"
	"testing"
	"time"

	"becforensics/timeline"
)

var doc = Doc{Question: "q", Method: "m", Limits: "l", Innocent: "i"}

func analyzer(name string, run func(*Pass) (*Finding, error), needs ...string) *Analyzer {
	return &Analyzer{Name: name, Title: name, Doc: doc, Version: 1, Needs: needs, Run: run}
}

func found(*Pass) (*Finding, error) {
	return &Finding{Rows: []Row{{Severity: High, Origins: []timeline.Origin{{Evidence: 1, Record: 2}, {Evidence: 1, Record: 1}, {Evidence: 1, Record: 2}}}}}, nil
}

func TestRunTellsHowEachEnded(t *testing.T) {
	suite := []*Analyzer{
		analyzer("reader", func(p *Pass) (*Finding, error) {
			if p.Finding("found") == nil {
				t.Error("what was needed was not run")
			}
			return &Finding{}, nil
		}, "found"),
		analyzer("found", found),
		analyzer("skipped", func(*Pass) (*Finding, error) { return nil, Skip("no sign-ins") }),
		analyzer("panics", func(*Pass) (*Finding, error) { panic("oops") }),
		analyzer("baseless", func(*Pass) (*Finding, error) { return &Finding{Rows: []Row{{Severity: Low}}}, nil }),
	}
	results, err := Run(suite, suite, Inputs{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range results {
		got = append(got, r.Analyzer.Name+" "+r.Status.String()+" "+r.Reason)
	}
	want := "reader nothing |found found |skipped skipped no sign-ins|panics failed internal error: oops|baseless failed row 1 accuses without citing a record"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if o := results[1].Finding.Rows[0].Origins; len(o) != 2 || o[0].Record != 1 {
		t.Errorf("origins %v are not in order, once each", o)
	}
}

func TestNeedsRunThoughNotAskedFor(t *testing.T) {
	ran := false
	suite := []*Analyzer{
		analyzer("asked", func(p *Pass) (*Finding, error) { return &Finding{}, nil }, "needed"),
		analyzer("needed", func(*Pass) (*Finding, error) { ran = true; return &Finding{}, nil }),
	}
	asked, err := Select(suite, []string{"asked"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	results, err := Run(suite, asked, Inputs{})
	if err != nil || len(results) != 1 || !ran {
		t.Errorf("%d results, needed ran: %v, %v", len(results), ran, err)
	}
	if _, err := Select(suite, nil, []string{"nonsense"}); err == nil {
		t.Error("an unknown name was accepted")
	}
}

func TestValidateRefuses(t *testing.T) {
	for want, suite := range map[string][]*Analyzer{
		"circle":     {analyzer("a", found, "b"), analyzer("b", found, "a")},
		"twice":      {analyzer("a", found), analyzer("a", found)},
		"document":   {{Name: "a", Title: "a", Version: 1, Run: found}},
		"threshold":  {{Name: "a", Title: "a", Doc: doc, Version: 1, Run: found, Thresholds: []Threshold{{Name: "a.few", Value: 1, Doc: "few"}, {Name: "a.few", Value: 2, Doc: "few"}}}},
		"lower case": {analyzer("A", found)},
	} {
		if err := Validate(suite); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

func TestRowsOutsideOfTheWindowAreLeftOut(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2018, 5, d, 0, 0, 0, 0, time.UTC) }
	o := []timeline.Origin{{Evidence: 1, Record: 1}}
	suite := []*Analyzer{analyzer("a", func(*Pass) (*Finding, error) {
		return &Finding{Rows: []Row{
			{Severity: Low, First: day(1), Last: day(2), Origins: o},
			{Severity: Low, First: day(2), Last: day(4), Origins: o},
			{Severity: Info, First: day(1), Last: day(1)},
			{Severity: Low, First: day(9), Last: day(9), Origins: o},
		}}, nil
	})}
	results, err := Run(suite, suite, Inputs{Settings: &Settings{From: day(3), To: day(9)}})
	if err != nil {
		t.Fatal(err)
	}
	if f := results[0].Finding; len(f.Rows) != 2 || len(f.Notes) != 1 {
		t.Errorf("%d rows, notes %q", len(f.Rows), f.Notes)
	}
}

// A threshold has its default, or what the settings say; one that nobody
// declares fails the analysis that asks.
func TestThresholds(t *testing.T) {
	var few, many float64
	a := analyzer("a", func(p *Pass) (*Finding, error) {
		few, many = p.Threshold("a.few"), p.Threshold("a.many")
		return &Finding{}, nil
	})
	a.Thresholds = []Threshold{{Name: "a.few", Value: 3, Doc: "few"}, {Name: "a.many", Value: 30, Doc: "many"}}
	b := analyzer("b", func(p *Pass) (*Finding, error) { p.Threshold("a.fewer"); return &Finding{}, nil })
	suite := []*Analyzer{a, b}
	results, err := Run(suite, suite, Inputs{Settings: &Settings{Thresholds: []Threshold{{Name: "a.many", Value: 7}}}})
	if err != nil || few != 3 || many != 7 {
		t.Errorf("few %g, many %g, %v", few, many, err)
	}
	if r := results[1]; r.Status != Failed || !strings.Contains(r.Reason, "a.fewer") {
		t.Errorf("an undeclared threshold: %s %s", r.Status, r.Reason)
	}
}
