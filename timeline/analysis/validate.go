package analysis

import (
	"fmt"
	"slices"
	"strings"
)

// Validate checks the metadata of a set of analyzers: complete documents,
// unique names, titles, facts and thresholds, no circle among the needs, and
// nothing in round one that rests on actors.
func Validate(suite []*Analyzer) error {
	names, titles := map[string]bool{}, map[string]bool{}
	for _, a := range suite {
		switch {
		case a.Name == "" || a.Name != strings.ToLower(a.Name):
			return fmt.Errorf("validate analyzer %q: name is empty or not lower case", a.Name)
		case names[a.Name]:
			return fmt.Errorf("validate analyzer %q: name used twice", a.Name)
		case a.Title == "" || len(a.Title) > 31 || titles[strings.ToLower(a.Title)]:
			return fmt.Errorf("validate analyzer %q: title %q is empty, longer than 31 characters or used twice", a.Name, a.Title)
		case a.Doc.Question == "" || a.Doc.Method == "" || a.Doc.Limits == "" || a.Doc.Innocent == "":
			return fmt.Errorf("validate analyzer %q: document lacks question, method, limits or innocent look-alikes", a.Name)
		case a.Run == nil && a.Acts == nil || a.Version < 1:
			return fmt.Errorf("validate analyzer %q: no run or no version", a.Name)
		}
		names[a.Name], titles[strings.ToLower(a.Title)] = true, true
		if err := validateNeeds(a); err != nil {
			return err
		}
	}
	return validateFacts(suite)
}

// validateNeeds checks what one analyzer rests on.
func validateNeeds(a *Analyzer) error {
	if err := validateKey(a); err != nil {
		return err
	}
	if _, err := a.fill(nil); err != nil {
		return fmt.Errorf("validate analyzer %q: %w", a.Name, err)
	}
	if circle(a, map[Need]bool{}) {
		return fmt.Errorf("validate analyzer %q: it rests on itself, or on a fact that does, in a circle", a.Name)
	}
	if a.Acts == nil && restsOnSigns(a) {
		return fmt.Errorf("validate analyzer %q: it runs in round one, but rests on actors", a.Name)
	}
	if a.Family != "" && a.Run == nil {
		return fmt.Errorf("validate analyzer %q: it is of family %q but gives no signs in round one", a.Name, a.Family)
	}
	for _, n := range a.Needs {
		if b, ok := n.(*Analyzer); ok && b.Run == nil {
			return fmt.Errorf("validate analyzer %q: it reads %s, which finds nothing in round one", a.Name, b.Name)
		}
	}
	return nil
}

// validateFacts checks that no two facts share a name, nor two thresholds.
func validateFacts(suite []*Analyzer) error {
	facts, thresholds := map[string]Need{}, map[string]*Threshold{}
	for _, a := range suite {
		for _, n := range closure([]Need{a}) {
			if known, ok := facts[n.label()]; ok && known != n {
				return fmt.Errorf("validate %s: name used twice", n.label())
			}
			facts[n.label()] = n
			for _, t := range n.thresholds() {
				if known, ok := thresholds[t.Name]; t.Name == "" || t.Doc == "" || ok && known != t {
					return fmt.Errorf("validate %s: threshold %q has no name, no document or was declared before", n.label(), t.Name)
				}
				thresholds[t.Name] = t
			}
		}
	}
	return nil
}

// circle reports whether a need rests on one of those above it.
func circle(n Need, above map[Need]bool) bool {
	if above[n] {
		return true
	}
	above[n] = true
	defer delete(above, n)
	return slices.ContainsFunc(n.needs(), func(m Need) bool { return circle(m, above) })
}

// restsOnSigns reports whether a need is the signs, or is made of them.
func restsOnSigns(n Need) bool {
	return n == Need(Signs) || slices.ContainsFunc(n.needs(), restsOnSigns)
}

// Thresholds are those of a set of analyzers and of the facts they rest on, in
// the order of the analyzers, each once.
func Thresholds(suite ...*Analyzer) []*Threshold { return declaredBy(suite, Need.thresholds) }

// declaredBy lists what analyzers and the facts they rest on declare, in the
// order of the analyzers, each once.
func declaredBy[T comparable](suite []*Analyzer, of func(Need) []T) []T {
	var all []T
	for _, a := range suite {
		needs := closure([]Need{a})
		slices.Reverse(needs)
		for _, n := range needs {
			for _, one := range of(n) {
				if !slices.Contains(all, one) {
					all = append(all, one)
				}
			}
		}
	}
	return all
}

// NeedNames are the names of the facts and analyses that an analyzer declares.
func NeedNames(a *Analyzer) []string {
	var names []string
	for _, n := range a.Needs {
		names = append(names, n.name())
	}
	return names
}
