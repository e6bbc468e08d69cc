package bec

import (
	"testing"

	"becforensics/timeline/analysis/analysistest"
)

func TestHidingRule(t *testing.T) {
	analysistest.Run(t, Suite, "hiding-rule", "testdata/hiding-rule")
}
