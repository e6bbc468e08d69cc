package analysis

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"becforensics/timeline"
)

var doc = Doc{Question: "q", Method: "m", Limits: "l", Innocent: "i"}

func analyzer(name string, run func(*Pass) (*Finding, error), needs ...Need) *Analyzer {
	return &Analyzer{Name: name, Title: name, Doc: doc, Version: 1, Key: []string{KeyUser}, Needs: needs, Run: run}
}

func found(*Pass) (*Finding, error) {
	return &Finding{Rows: []Row{{Severity: High, Origins: []timeline.Origin{{Evidence: 1, Record: 2}, {Evidence: 1, Record: 1}, {Evidence: 1, Record: 2}}}}}, nil
}

func nothing(*Pass) (*Finding, error) { return &Finding{}, nil }

// ends lists how each result ended.
func ends(results []*Result) string {
	var got []string
	for _, r := range results {
		got = append(got, r.Analyzer.Name+" "+r.Status.String()+" "+r.Reason)
	}
	return strings.Join(got, "|")
}

func TestRunTellsHowEachEnded(t *testing.T) {
	source := analyzer("found", found)
	suite := []*Analyzer{
		analyzer("reader", func(p *Pass) (*Finding, error) {
			if p.Finding(source) == nil {
				t.Error("what was needed was not run")
			}
			return &Finding{}, nil
		}, source),
		source,
		analyzer("skipped", func(*Pass) (*Finding, error) { return nil, Skip("no sign-ins") }),
		analyzer("panics", func(*Pass) (*Finding, error) { panic("oops") }),
		analyzer("baseless", func(*Pass) (*Finding, error) { return &Finding{Rows: []Row{{Severity: Low}}}, nil }),
	}
	c, err := Run(suite, suite, Inputs{})
	if err != nil {
		t.Fatal(err)
	}
	want := "reader nothing |found found |skipped skipped no sign-ins|panics failed internal error: oops|baseless failed row 1 is suspicious without citing a record"
	if got := ends(c.Results); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if o := c.Results[1].Finding.Rows[0].Origins; len(o) != 2 || o[0].Record != 1 {
		t.Errorf("origins %v are not in order, once each", o)
	}
}

// A fact is made once, whoever asks first, and a pass that did not declare it
// is refused, whether somebody else needs it or not.
func TestPassServesOnlyWhatWasDeclared(t *testing.T) {
	made := 0
	limit := &Threshold{Name: "limit", Value: 1, Doc: "d"}
	fact := &Fact[int]{Name: "number", Thresholds: []*Threshold{limit}, Make: func(p *Pass) int { made++; return int(p.Threshold(limit)) }}
	hidden := &Fact[int]{Name: "greedy", Make: func(p *Pass) int { return fact.Of(p) }}
	declares := func(p *Pass) (*Finding, error) {
		if fact.Of(p) != 1 {
			t.Error("another value")
		}
		return &Finding{}, nil
	}
	source := analyzer("source", found)
	suite := []*Analyzer{
		source,
		analyzer("first", declares, fact),
		analyzer("second", declares, fact),
		analyzer("silent", declares),
		analyzer("deep", func(p *Pass) (*Finding, error) { hidden.Of(p); return &Finding{}, nil }, hidden),
		analyzer("threshold", func(p *Pass) (*Finding, error) { p.Threshold(limit); return &Finding{}, nil }, fact),
		analyzer("finding", func(p *Pass) (*Finding, error) { p.Finding(source); return &Finding{}, nil }),
	}
	c, err := Run(suite, suite, Inputs{})
	if err != nil {
		t.Fatal(err)
	}
	want := `source found |first nothing |second nothing ` +
		`|silent failed internal error: analysis "silent" doesn't declare the fact "number"` +
		`|deep failed internal error: fact "greedy" doesn't declare the fact "number"` +
		`|threshold failed internal error: analysis "threshold" doesn't declare the threshold "limit"` +
		`|finding failed internal error: analysis "finding" doesn't declare the analysis "source"`
	if got := ends(c.Results); got != want || made != 1 {
		t.Errorf("made %d times\ngot  %s\nwant %s", made, got, want)
	}
}

func TestNeedsRunThoughNotAskedFor(t *testing.T) {
	ran := false
	needed := analyzer("needed", func(*Pass) (*Finding, error) { ran = true; return &Finding{}, nil })
	suite := []*Analyzer{analyzer("asked", func(p *Pass) (*Finding, error) { p.Finding(needed); return &Finding{}, nil }, needed), needed}
	asked, err := Select(suite, []string{"asked"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Run(suite, asked, Inputs{})
	if err != nil || len(c.Results) != 1 || !ran {
		t.Errorf("%+v, needed ran: %v, %v", c, ran, err)
	}
	if _, err := Select(suite, nil, []string{"nonsense"}); err == nil {
		t.Error("an unknown name was accepted")
	}
}

// What rests on signs runs after all who give them, asked for or not, in
// whatever order the suite has them; round one is served none.
func TestSignsAreKnownToActsAlone(t *testing.T) {
	origin := timeline.Origin{Evidence: 1, Record: 1}
	sign := analyzer("sign", found)
	sign.Family = "entry"
	late := analyzer("late", nothing, Signs)
	late.Acts = func(p *Pass) (*Finding, error) {
		signs := Signs.Of(p)
		at := signs.All[signs.At(origin)[0]]
		return &Finding{Rows: []Row{{Severity: at.Severity, Origins: []timeline.Origin{origin}}}, Notes: []string{at.Analyzer.Name, signs.Missing[0].Name}}, nil
	}
	skipped := analyzer("skipped", func(*Pass) (*Finding, error) { return nil, Skip("no input") })
	skipped.Family = "door"
	count := func(p *Pass) (*Finding, error) {
		return &Finding{Summary: fmt.Sprintf("%d signs", len(Signs.Of(p).All))}, nil
	}
	var early string // what round one came to
	first := func(p *Pass) (*Finding, error) {
		f, err := count(p)
		early = f.Summary
		return f, err
	}
	both := &Analyzer{Name: "both", Title: "both", Doc: doc, Version: 1, Key: []string{KeyUser}, Needs: []Need{Signs}, Run: first, Acts: count, Family: "hide"}
	for _, suite := range [][]*Analyzer{{late, sign, skipped, both}, {both, skipped, sign, late}} {
		c, err := Run(suite, []*Analyzer{late, both}, Inputs{})
		if err != nil {
			t.Fatal(err)
		}
		f := c.Results[0].Finding
		if f == nil || f.Rows[0].Severity != High || !slices.Equal(f.Notes, []string{"sign", "skipped"}) {
			t.Errorf("acts found %+v", f)
		}
		if got := c.Results[1].Finding.Summary; got != "1 signs" {
			t.Errorf("with actors: %q", got)
		}
		if early != "0 signs" {
			t.Errorf("round one: %q", early)
		}
	}
}

// A fact is made once, however many rest on it in whichever round, and goes when
// none of them is still to run.
func TestFactsStayWhileTheyAreNeeded(t *testing.T) {
	var made atomic.Int32
	base := &Fact[int]{Name: "base", Make: func(*Pass) int { return int(made.Add(1)) }}
	derived := &Fact[int]{Name: "derived", Needs: []Need{base}, Make: func(p *Pass) int { return base.Of(p) }}
	asked := &Fact[int]{Name: "asked", Needs: []Need{derived}, Make: func(p *Pass) int { return derived.Of(p) }}
	ask := func(p *Pass) (*Finding, error) { return &Finding{Summary: fmt.Sprint(derived.Of(p))}, nil }
	var suite []*Analyzer
	for _, name := range []string{"one", "two", "three"} {
		a := analyzer(name, ask, derived)
		a.Acts = ask
		suite = append(suite, a, analyzer(name+" alone", ask, derived))
	}
	c, err := Run(suite, suite, Inputs{Asked: []Need{asked}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Results {
		if r.Finding == nil || r.Finding.Summary != "1" {
			t.Errorf("%s found %+v", r.Analyzer.Name, r.Finding)
		}
	}
	if got := asked.From(c); got != 1 || made.Load() != 1 {
		t.Errorf("the fact that outputs ask for is %d, base was made %d times", got, made.Load())
	}
	for _, gone := range []Need{base, derived} {
		if c.run.memos[gone].Load().made.Load() {
			t.Errorf("the %s is still held", gone.label())
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	few := &Threshold{Name: "a.few", Value: 1, Doc: "few"}
	a, b := analyzer("a", found), analyzer("b", found)
	a.Needs, b.Needs = []Need{b}, []Need{a}
	doubled := analyzer("a", found)
	doubled.Thresholds = []*Threshold{few, {Name: "a.few", Value: 2, Doc: "few"}}
	acts := &Analyzer{Name: "acts", Title: "acts", Doc: doc, Version: 1, Key: []string{KeyUser}, Acts: found}
	idle := &Analyzer{Name: "a", Title: "a", Doc: doc, Version: 1, Key: []string{KeyUser}, Acts: found, Family: "entry"}
	fact := func() Need { return &Fact[int]{Name: "same", Make: func(*Pass) int { return 0 }} }
	for want, suite := range map[string][]*Analyzer{
		"circle":                   {a, b},
		"twice":                    {analyzer("a", found), analyzer("a", found)},
		`fact "same": name`:        {analyzer("a", found, fact()), analyzer("b", found, fact())},
		"document":                 {{Name: "a", Title: "a", Version: 1, Run: found}},
		"threshold":                {doubled},
		"lower case":               {analyzer("A", found)},
		"rests on actors":          {analyzer("a", found, Signs)},
		"gives no signs":           {idle},
		"finds nothing in round o": {acts, analyzer("a", found, acts)},
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
	c, err := Run(suite, suite, Inputs{Settings: &Settings{From: day(3), To: day(9)}})
	if err != nil {
		t.Fatal(err)
	}
	if f := c.Results[0].Finding; len(f.Rows) != 2 || len(f.Notes) != 1 {
		t.Errorf("%d rows, notes %q", len(f.Rows), f.Notes)
	}
}

// A threshold has its default, or what the settings say.
func TestThresholds(t *testing.T) {
	few, many := &Threshold{Name: "a.few", Value: 3, Doc: "few"}, &Threshold{Name: "a.many", Value: 30, Doc: "many"}
	var gotFew, gotMany float64
	a := analyzer("a", func(p *Pass) (*Finding, error) {
		gotFew, gotMany = p.Threshold(few), p.Threshold(many)
		return &Finding{}, nil
	})
	a.Thresholds = []*Threshold{few, many}
	_, err := Run([]*Analyzer{a}, []*Analyzer{a}, Inputs{Settings: &Settings{Thresholds: []Threshold{{Name: "a.many", Value: 7}}}})
	if err != nil || gotFew != 3 || gotMany != 7 {
		t.Errorf("few %g, many %g, %v", gotFew, gotMany, err)
	}
}
