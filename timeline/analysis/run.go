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
	// Asked are the facts that the outputs ask for once the run has ended.
	Asked []Need
	// Ended, if it is not nil, is called on any goroutine when one of the
	// analyses that were asked for has ended.
	Ended func()
}

// A Conclusion is what a run came to.
type Conclusion struct {
	Results []*Result // of the analyzers that were asked, in their order
	// Failures are those of the facts that were asked for, in their order.
	Failures []Failure

	run *run
}

// A Failure is a fact that could not be made.
type Failure struct {
	Fact   string
	Reason string

	of Need
}

// lacks reports whether a fact failed, or is left out with those that did.
func (c *Conclusion) lacks(n Need) bool {
	return slices.ContainsFunc(c.Failures, func(f Failure) bool {
		return f.of == n || restsOnSigns(f.of) && restsOnSigns(n)
	})
}

// A run is one run of a suite: what its needs came to.
type run struct {
	in     Inputs
	family []*Analyzer // that give signs, by name: the order of the suite must change nothing
	memos  memos
	early  memos // of needs that rest on signs: what they come to without any
}

// pass makes what a run serves to one analyzer or fact.
func (r *run) pass(of Need, declared []Need, limits []*Threshold, early bool) *Pass {
	return &Pass{Timeline: r.in.Timeline, Geo: r.in.Geo, Reference: r.in.Reference, Settings: r.in.Settings, run: r, early: early, of: of, declared: declared, limits: limits}
}

// Run runs the analyzers that were asked for. Round one runs what the records
// show by themselves, of those asked and of every analyzer of the suite that
// gives signs; round three what rests on the actors that the signs make (the
// second round is the fact that links them). One that fails or panics does not
// stop the others.
func Run(suite, asked []*Analyzer, in Inputs) (*Conclusion, error) {
	if err := Validate(suite); err != nil {
		return nil, err
	}
	r := &run{in: in, memos: memos{}, early: memos{}}
	var first []*Analyzer
	for _, a := range suite {
		if a.Family != "" {
			r.family = append(r.family, a)
		}
		if a.Family != "" || a.Run != nil && a.Acts == nil && slices.Contains(asked, a) {
			first = append(first, a)
		}
	}
	slices.SortFunc(r.family, func(a, b *Analyzer) int { return strings.Compare(a.Name, b.Name) })
	for _, a := range slices.Concat(suite, asked) {
		r.expect(a, Signs)
	}
	r.expect(in.Asked...)
	ended := func(a *Analyzer, last bool) {
		if in.Ended != nil && last && slices.Contains(asked, a) {
			in.Ended()
		}
	}
	each(first, func(a *Analyzer) {
		r.value(a, true)
		ended(a, a.Acts == nil)
	})
	pending := slices.DeleteFunc(slices.Clone(asked), func(a *Analyzer) bool { return a.Acts == nil })
	r.letGo(pending)
	var letting sync.Mutex
	results := make([]*Result, len(asked))
	each(asked, func(a *Analyzer) {
		i := slices.Index(asked, a)
		if a.Acts == nil {
			results[i] = r.value(a, true).(*Result)
			return
		}
		results[i] = r.one(a, a.Acts, false)
		ended(a, true)
		letting.Lock()
		defer letting.Unlock()
		pending = slices.DeleteFunc(pending, func(p *Analyzer) bool { return p == a })
		r.letGo(pending)
	})
	in.Settings.review(results)
	c := &Conclusion{Results: results, Failures: r.failures(), run: r}
	r.letGo(nil)
	return c, nil
}

// failures makes the facts that were asked for, and tells which could not be.
func (r *run) failures() []Failure {
	reasons := make([]string, len(r.in.Asked))
	each(r.in.Asked, func(n Need) {
		defer func() {
			if v := recover(); v != nil {
				reasons[slices.Index(r.in.Asked, n)] = internalError(v)
			}
		}()
		r.value(n, false)
	})
	var failures []Failure
	for i, n := range r.in.Asked {
		if reasons[i] != "" {
			failures = append(failures, Failure{n.name(), reasons[i], n})
		}
	}
	return failures
}

// internalError is the reason of what panicked.
func internalError(cause any) string { return fmt.Sprintf("internal error: %v", cause) }

// each calls do for everything in a list, several at a time. Neighbours in the
// suite rest on the same facts, and who asks for one that is being made waits:
// turns are taken from either half of the list.
func each[T any](all []T, do func(T)) {
	half := (len(all) + 1) / 2
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for turn := int(next.Add(1)) - 1; turn < len(all); turn = int(next.Add(1)) - 1 {
				do(all[turn/2+turn%2*half])
			}
		})
	}
	group.Wait()
}

// one runs one round of an analyzer.
func (r *run) one(a *Analyzer, round func(*Pass) (*Finding, error), early bool) (result *Result) {
	result = &Result{Analyzer: a}
	defer func() {
		if v := recover(); v != nil {
			result.Status, result.Reason, result.Finding = Failed, internalError(v), nil
		}
	}()
	f, err := round(r.pass(a, a.Needs, a.Thresholds, early))
	if err == nil {
		err = check(a, f)
	}
	if err == nil {
		inWindow(r.in.Settings, f)
		identify(a, r.in.Timeline, f.Rows)
		citeWitnesses(r.in.Timeline, f.Rows)
	}
	switch {
	case errors.Is(err, ErrSkip):
		result.Status, result.Reason = Skipped, strings.TrimPrefix(err.Error(), ErrSkip.Error()+": ")
	case err != nil:
		result.Status, result.Reason = Failed, err.Error()
	case len(f.Rows) == 0:
		result.Status, result.Finding = Nothing, f
	default:
		result.Status, result.Finding = Found, f
	}
	return result
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
			return fmt.Errorf("row %d is suspicious without citing a record", i+1)
		}
		if len(r.Cells) != len(a.Columns) {
			return fmt.Errorf("row %d has %d cells for %d columns", i+1, len(r.Cells), len(a.Columns))
		}
		for k, c := range a.Columns {
			if r.Cells[k].Set() && r.Cells[k].Kind() != c.Kind {
				return fmt.Errorf("row %d has a %s in column %q, which is of kind %s", i+1, r.Cells[k].Kind(), c.Name, c.Kind)
			}
		}
		slices.SortFunc(r.Origins, timeline.Origin.Compare)
		r.Origins = slices.Compact(r.Origins)
	}
	return nil
}

// citeWitnesses makes accusing rows cite every record that tells of the acts
// that they rest on. Their ids stand already: another witness changes none.
func citeWitnesses(t *timeline.Timeline, rows []Row) {
	for i := range rows {
		if r := &rows[i]; r.Severity > Info && t != nil {
			r.Origins = t.Witnesses(r.Origins)
		}
	}
}

// inWindow takes out the accusing rows that lie outside of the examiner's
// window, and says how many: what lies before it is baseline.
func inWindow(s *Settings, f *Finding) {
	if s == nil || s.From.IsZero() && s.To.IsZero() {
		return
	}
	outside := func(r Row) bool { return r.Severity > Info && s.Outside(r.First, r.Last) }
	before := len(f.Rows)
	f.Rows = slices.DeleteFunc(f.Rows, outside)
	if n := before - len(f.Rows); n > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d suspicious rows outside of the analysis window were left out.", n))
	}
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
