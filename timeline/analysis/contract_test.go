package analysis_test

import (
	"slices"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
)

// Every analysis and every fact of the suite is asked for everything that the
// suite knows. It serves what was declared, and nothing else.
func TestNobodyGetsWhatTheyDidNotDeclare(t *testing.T) {
	var all []analysis.Need
	for _, a := range bec.Suite {
		for _, n := range analysis.Closure(a) {
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	if len(all) < len(bec.Suite)+20 {
		t.Fatalf("only %d analyses and facts are known", len(all))
	}
	for _, owner := range all {
		needs, thresholds := analysis.DeclaredBy(owner)
		var want []string
		for _, n := range all {
			if slices.Contains(needs, n) {
				want = append(want, analysis.Label(n))
			}
			_, limits := analysis.DeclaredBy(n)
			for _, limit := range limits {
				if slices.Contains(thresholds, limit) {
					want = append(want, "threshold "+limit.Name+" of "+analysis.Label(n))
				}
			}
		}
		served, refused := analysis.Ask(owner, all)
		if !slices.Equal(served, want) {
			t.Errorf("%s was served %q, but declares %q", analysis.Label(owner), served, want)
		}
		if len(refused) == 0 {
			t.Errorf("%s was refused nothing", analysis.Label(owner))
		}
	}
}
