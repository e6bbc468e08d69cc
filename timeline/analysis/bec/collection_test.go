package bec

import (
	"testing"

	"becforensics/timeline/analysis/analysistest"
)

func TestMailAccess(t *testing.T) {
	analysistest.Run(t, Suite, "mail-access", "testdata/mail-access")
}
