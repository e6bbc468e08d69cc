package analysis

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// A Need is what an analyzer or a fact rests on: a Fact, or an Analyzer whose
// findings it reads. What is not among the needs of whoever asks is refused.
type Need interface {
	name() string
	label() string // how errors name it
	needs() []Need
	thresholds() []*Threshold
	points() []*Point
	compute(r *run, early bool) any
}

// A Fact is what several analyses derive from the timeline: made the first
// time somebody who needs it asks, once a run, and never changed afterwards,
// since analyses run at the same time.
type Fact[T any] struct {
	Name       string // unique among the facts of a suite
	Needs      []Need
	Thresholds []*Threshold // that Make compares with
	Points     []*Point     // weights and fixed bounds that it judges by
	Make       func(*Pass) T
	// None is what outputs are served where the fact could not be made; the zero
	// value of T unless given.
	None func(*Pass) T
}

// Of returns the fact in the run of a pass. A pass that did not declare it is
// refused: the analysis fails.
func (f *Fact[T]) Of(p *Pass) T { return p.ask(f).(T) }

// From returns the fact in a run that has ended, if it is among those that the
// run was asked for; else it panics. A fact that failed is served as None, and
// so is one that rests on signs if any such fact failed: those that outputs put
// together are all there or none is.
func (f *Fact[T]) From(c *Conclusion) T {
	switch {
	case !slices.Contains(c.run.in.Asked, Need(f)):
		panic(undeclared{"the run", f.label()})
	case !c.lacks(f):
		return c.run.value(f, false).(T)
	case f.None != nil:
		return f.None(c.run.pass(f, nil, nil, false))
	}
	var none T
	return none
}

func (f *Fact[T]) name() string             { return f.Name }
func (f *Fact[T]) label() string            { return fmt.Sprintf("fact %q", f.Name) }
func (f *Fact[T]) needs() []Need            { return f.Needs }
func (f *Fact[T]) thresholds() []*Threshold { return f.Thresholds }
func (f *Fact[T]) points() []*Point         { return f.Points }
func (f *Fact[T]) compute(r *run, early bool) any {
	return f.Make(r.pass(f, f.Needs, f.Thresholds, early))
}

// ask returns the value of a need that the pass declared.
func (p *Pass) ask(n Need) any {
	if !slices.Contains(p.declared, n) {
		panic(undeclared{p.of.label(), n.label()})
	}
	return p.run.value(n, p.early)
}

// undeclared is the panic of a pass that is asked for more than its owner
// declared.
type undeclared struct{ who, what string }

func (u undeclared) Error() string { return u.who + " doesn't declare the " + u.what }

// A memo is what one need came to in one run.
type memo struct {
	once  sync.Once
	made  atomic.Bool
	value any
	cause any // what the computation panicked with
}

// memos are what needs come to. One that was let go of is made again for
// whoever asks.
type memos map[Need]*held

type held struct{ atomic.Pointer[memo] }

func (m memos) expect(n Need) {
	m[n] = &held{}
	m[n].Store(&memo{})
}

func (h *held) forget() {
	if h.Load().made.Load() {
		h.Store(&memo{})
	}
}

// expect makes room for what needs come to. It is not called while analyses
// run.
func (r *run) expect(needs ...Need) {
	for _, n := range closure(needs) {
		if r.memos[n] == nil {
			r.memos.expect(n)
			if _, finding := n.(*Analyzer); !finding && restsOnSigns(n) {
				r.early.expect(n)
			}
		}
	}
}

// value computes a need the first time it is asked; early is as if there were
// no signs, which makes no difference to what doesn't rest on them. If that
// panics, everybody who asks panics with the same cause.
func (r *run) value(n Need, early bool) any {
	kept := r.memos[n]
	if before := r.early[n]; early && before != nil {
		kept = before
	} else {
		early = false
	}
	m := kept.Load()
	m.once.Do(func() {
		defer func() { m.cause = recover(); m.made.Store(true) }()
		m.value = n.compute(r, early)
	})
	if m.cause != nil {
		panic(m.cause)
	}
	return m.value
}

// letGo forgets what neither the analyzers that are still to run nor the outputs
// ask for: logons, habits and rules of a large case are most of what a run
// holds. What a fact was made of goes once it is made.
func (r *run) letGo(pending []*Analyzer) {
	keep := map[Need]bool{}
	var visit func(n Need)
	visit = func(n Need) {
		if keep[n] {
			return
		}
		keep[n] = true
		if m := r.memos[n]; m != nil && m.Load().made.Load() {
			return
		}
		for _, m := range n.needs() {
			visit(m)
		}
	}
	for _, a := range pending {
		for _, n := range a.Needs {
			visit(n)
		}
	}
	for _, n := range r.in.Asked {
		visit(n)
	}
	for n, m := range r.memos {
		if _, finding := n.(*Analyzer); !finding && !keep[n] {
			m.forget()
		}
	}
	for _, m := range r.early {
		m.forget()
	}
}

// closure lists needs and whatever they rest on, each once, those that others
// rest on first.
func closure(needs []Need) []Need {
	var all []Need
	seen := map[Need]bool{}
	var visit func(n Need)
	visit = func(n Need) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, m := range n.needs() {
			visit(m)
		}
		all = append(all, n)
	}
	for _, n := range needs {
		visit(n)
	}
	return all
}
