package analysis

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// ErrSkip is what Run wraps to say that an analysis had no input: Skip makes
// one.
var ErrSkip = errors.New("skipped")

// Skip returns the error with which an analyzer says that it could not run,
// in words for the report: what is missing and what that means.
func Skip(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrSkip, fmt.Sprintf(format, args...))
}

// Inputs are what a set of analyses runs on.
type Inputs struct {
	Timeline  *timeline.Timeline
	Geo       *geo.DB
	Reference *reference.Set
	Settings  *Settings
	// Ended, if it is not nil, is called on any goroutine when one of the
	// analyses that were asked for has ended.
	Ended func()
}

// Run runs the analyzers that were asked for, each after those it needs, and
// returns their results in the order asked. Those that are needed but not
// asked for are taken from suite and run silently. One that fails or panics
// does not stop the others.
func Run(suite, asked []*Analyzer, in Inputs) ([]*Result, error) {
	if err := Validate(suite); err != nil {
		return nil, err
	}
	p := &Pass{Timeline: in.Timeline, Geo: in.Geo, Reference: in.Reference, Settings: in.Settings, thresholds: map[string]float64{}, results: map[string]*Result{}, done: map[string]chan struct{}{}}
	for _, t := range Thresholds(suite) {
		p.thresholds[t.Name] = t.Value
		if in.Settings != nil {
			p.thresholds[t.Name] = in.Settings.Threshold(t)
		}
	}
	order := byNeed(suite, asked)
	for _, a := range order {
		p.results[a.Name], p.done[a.Name] = &Result{Analyzer: a}, make(chan struct{})
	}
	runAll(p, order, func(a *Analyzer) {
		if in.Ended != nil && slices.Contains(asked, a) {
			in.Ended()
		}
	})
	results := make([]*Result, len(asked))
	for i, a := range asked {
		results[i] = p.results[a.Name]
	}
	return results, nil
}

// runAll runs analyzers, several at a time, each when those it needs have
// ended. They are taken in an order in which needs come first, so that
// somebody is always able to go on.
func runAll(p *Pass, order []*Analyzer, ended func(*Analyzer)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(order)); i = next.Add(1) - 1 {
				a := order[i]
				for _, name := range a.Needs {
					if done := p.done[name]; done != nil {
						<-done
					}
				}
				runOne(a, p, p.results[a.Name])
				close(p.done[a.Name])
				ended(a)
			}
		})
	}
	group.Wait()
}

func runOne(a *Analyzer, p *Pass, r *Result) {
	defer func() {
		if v := recover(); v != nil {
			r.Status, r.Reason, r.Finding = Failed, fmt.Sprintf("internal error: %v", v), nil
		}
	}()
	f, err := a.Run(p)
	if err == nil {
		err = check(a, f)
	}
	if err == nil {
		inWindow(p.Settings, f)
	}
	switch {
	case errors.Is(err, ErrSkip):
		r.Status, r.Reason = Skipped, strings.TrimPrefix(err.Error(), ErrSkip.Error()+": ")
	case err != nil:
		r.Status, r.Reason = Failed, err.Error()
	case len(f.Rows) == 0:
		r.Status, r.Finding = Nothing, f
	default:
		r.Status, r.Finding = Found, f
	}
}

// check refuses what could not be defended: an accusing row that cites no
// record, or a row whose cells do not fit the columns. It puts each row's
// origins in order, once each.
func check(a *Analyzer, f *Finding) error {
	if f == nil {
		return errors.New("no finding returned")
	}
	for i := range f.Rows {
		r := &f.Rows[i]
		if r.Severity > Info && len(r.Origins) == 0 {
			return fmt.Errorf("row %d accuses without citing a record", i+1)
		}
		if len(r.Cells) != len(a.Columns) {
			return fmt.Errorf("row %d has %d cells for %d columns", i+1, len(r.Cells), len(a.Columns))
		}
		slices.SortFunc(r.Origins, timeline.Origin.Compare)
		r.Origins = slices.Compact(r.Origins)
	}
	return nil
}

// inWindow takes out the accusing rows that lie outside of the examiner's
// window, and says how many: what lies before it is baseline.
func inWindow(s *Settings, f *Finding) {
	if s == nil || s.From.IsZero() && s.To.IsZero() {
		return
	}
	outside := func(r Row) bool {
		return r.Severity > Info && !r.First.IsZero() && (!s.From.IsZero() && r.Last.Before(s.From) || !s.To.IsZero() && !r.First.Before(s.To))
	}
	before := len(f.Rows)
	f.Rows = slices.DeleteFunc(f.Rows, outside)
	if n := before - len(f.Rows); n > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d accusing rows outside of the analysis window were left out.", n))
	}
}

// byNeed orders the analyzers that were asked for and those they need so that
// each stands after its needs; Validate has shown that there is such an order.
func byNeed(suite, asked []*Analyzer) []*Analyzer {
	byName := map[string]*Analyzer{}
	for _, a := range suite {
		byName[a.Name] = a
	}
	var order []*Analyzer
	placed := map[string]bool{}
	var place func(a *Analyzer)
	place = func(a *Analyzer) {
		if placed[a.Name] {
			return
		}
		placed[a.Name] = true
		for _, n := range a.Needs {
			if need := byName[n]; need != nil {
				place(need)
			}
		}
		order = append(order, a)
	}
	for _, a := range asked {
		place(a)
	}
	return order
}

// Validate checks the metadata of a set of analyzers: complete documents,
// unique names, titles and thresholds, and no circle among the needs.
func Validate(suite []*Analyzer) error {
	names, titles, thresholds := map[string]*Analyzer{}, map[string]bool{}, map[string]bool{}
	for _, a := range suite {
		switch {
		case a.Name == "" || a.Name != strings.ToLower(a.Name):
			return fmt.Errorf("validate analyzer %q: name is empty or not lower case", a.Name)
		case names[a.Name] != nil:
			return fmt.Errorf("validate analyzer %q: name used twice", a.Name)
		case a.Title == "" || len(a.Title) > 31 || titles[strings.ToLower(a.Title)]:
			return fmt.Errorf("validate analyzer %q: title %q is empty, longer than 31 characters or used twice", a.Name, a.Title)
		case a.Doc.Question == "" || a.Doc.Method == "" || a.Doc.Limits == "" || a.Doc.Innocent == "":
			return fmt.Errorf("validate analyzer %q: document lacks question, method, limits or innocent look-alikes", a.Name)
		case a.Run == nil || a.Version < 1:
			return fmt.Errorf("validate analyzer %q: no run or no version", a.Name)
		}
		for _, t := range a.Thresholds {
			if t.Name == "" || t.Doc == "" || thresholds[t.Name] {
				return fmt.Errorf("validate analyzer %q: threshold %q has no name, no document or was declared before", a.Name, t.Name)
			}
			thresholds[t.Name] = true
		}
		names[a.Name], titles[strings.ToLower(a.Title)] = a, true
	}
	const visiting, done = 1, 2
	state := map[string]int{}
	var visit func(name string) error
	visit = func(name string) error {
		a := names[name]
		if a == nil || state[name] == done {
			return nil
		}
		if state[name] == visiting {
			return fmt.Errorf("validate analyzer %q: it needs itself in a circle", name)
		}
		state[name] = visiting
		for _, n := range a.Needs {
			if err := visit(n); err != nil {
				return err
			}
		}
		state[name] = done
		return nil
	}
	for _, a := range suite {
		if err := visit(a.Name); err != nil {
			return err
		}
	}
	return nil
}

// Thresholds are those that a suite declares, in the order of its analyzers.
func Thresholds(suite []*Analyzer) []Threshold {
	var all []Threshold
	for _, a := range suite {
		all = append(all, a.Thresholds...)
	}
	return all
}

// Select keeps the analyzers named in only (all if empty) but not those in
// skip; an unknown name is an error.
func Select(suite []*Analyzer, only, skip []string) ([]*Analyzer, error) {
	known := func(name string) bool {
		return slices.ContainsFunc(suite, func(a *Analyzer) bool { return a.Name == name })
	}
	for _, name := range slices.Concat(only, skip) {
		if !known(name) {
			return nil, fmt.Errorf("select analyses: no analysis is named %q", name)
		}
	}
	var kept []*Analyzer
	for _, a := range suite {
		if (len(only) == 0 || slices.Contains(only, a.Name)) && !slices.Contains(skip, a.Name) {
			kept = append(kept, a)
		}
	}
	return kept, nil
}
