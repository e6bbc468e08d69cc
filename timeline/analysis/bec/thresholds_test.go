package bec

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/analysistest"
)

// changesAndActs are the analyses of changes and of what actors did.
var changesAndActs = []*analysis.Analyzer{
	hidingRule, externalForwarding, mailboxDelegation, identityChange, transportChange, auditTampering, appConsent, appAccess,
	coverUp, suspiciousSearch, messageViews, mailAccess, massDownload, externalSharing,
}

// What a threshold is set to decides: for each that these analyses declare, or
// a fact of actors does, some case finds something else with a value far from
// the shipped one.
func TestThresholdsDecide(t *testing.T) {
	for _, limit := range slices.Concat(ownThresholds(), []*analysis.Threshold{
		actor.AddressHours, actor.PauseMinutes, actor.AroundHours, actor.AnchorHours, actor.SoonHours,
	}) {
		if !decides(t, limit) {
			t.Errorf("no case finds anything else with another %s", limit.Name)
		}
	}
}

// ownThresholds are those that the analyses declare themselves.
func ownThresholds() []*analysis.Threshold {
	var all []*analysis.Threshold
	for _, a := range changesAndActs {
		for _, limit := range a.Thresholds {
			if !slices.Contains(all, limit) {
				all = append(all, limit)
			}
		}
	}
	return all
}

// decides reports whether some case of the analyses that a threshold is for
// finds something else with another value.
func decides(t *testing.T, limit *analysis.Threshold) bool {
	t.Helper()
	for _, a := range changesAndActs {
		if !slices.Contains(analysis.Thresholds(a), limit) {
			continue
		}
		files, err := filepath.Glob(filepath.Join("testdata", a.Name, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == "settings" && bytes.Contains(f.Data, []byte(limit.Name)) }) {
				continue // the case sets it already
			}
			shipped := analysistest.Dump(analysistest.Find(t, Suite, a.Name, string(txtar.Format(archive))))
			for _, value := range []string{"0", "1", "100000"} {
				other := *archive
				other.Files = append(slices.Clone(archive.Files), txtar.File{Name: "settings", Data: fmt.Appendf(nil, "thresholds: {%s: %s}\n", limit.Name, value)})
				if analysistest.Dump(analysistest.Find(t, Suite, a.Name, string(txtar.Format(&other)))) != shipped {
					return true
				}
			}
		}
	}
	return false
}
