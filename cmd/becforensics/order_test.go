package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"becforensics/report"
	"becforensics/report/html"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/analysistest/estate"
	"becforensics/timeline/analysis/bec"
)

// The order of the suite and the number of processors change no byte of the
// findings or of the page: the suite is run as it stands, reversed and shuffled.
func TestOrderOfTheSuiteChangesNothing(t *testing.T) {
	cases := []string{filepath.Join(harbour, "evidence"), writeEstate(t, estate.Named("device-code").Make(estate.Options{Seed: 1}))}
	simulated := filepath.Join("..", "..", "..", "shared", "data", "simulated", "rule-fraud", "evidence")
	if _, err := os.Stat(simulated); err == nil && !testing.Short() {
		cases = append(cases, simulated)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, evidence := range cases {
		flags := evidenceFlags{Evidence: []string{evidence}}
		s, err := flags.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer s.set.Close()
		k, _, r, err := s.analyse(t.Context(), &terminal{}, bec.Suite)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.wait(); err != nil {
			t.Fatal(err)
		}
		db, err := s.places()
		if err != nil {
			t.Fatal(err)
		}
		var want []byte
		random := rand.New(rand.NewPCG(1, 2))
		for n, processors := range []int{1, 2, 8, 8} {
			suite := slices.Clone(bec.Suite)
			switch n {
			case 0:
			case 1:
				slices.Reverse(suite)
			default:
				random.Shuffle(len(suite), func(i, j int) { suite[i], suite[j] = suite[j], suite[i] })
			}
			runtime.GOMAXPROCS(processors)
			c, err := analysis.Run(suite, suite, analysis.Inputs{Timeline: k.Timeline, Geo: db, Reference: s.reference, Settings: s.settings, Asked: report.Facts})
			if err != nil {
				t.Fatal(err)
			}
			slices.SortFunc(c.Results, func(a, b *analysis.Result) int {
				return slices.Index(bec.Suite, a.Analyzer) - slices.Index(bec.Suite, b.Analyzer)
			})
			run := &report.Case{Version: k.Version, Files: k.Files, Timeline: k.Timeline, Conclusion: c, Settings: k.Settings, Databases: k.Databases, Reference: k.Reference}
			var got bytes.Buffer
			if err := errors.Join(report.WriteFindings(&got, run), html.Write(&got, run, s.records(t.Context()))); err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = got.Bytes()
			}
			if !bytes.Equal(want, got.Bytes()) {
				t.Errorf("%s: run %d on %d processors: %s", evidence, n, processors, differences(string(want), got.String(), 10))
			}
		}
	}
}
