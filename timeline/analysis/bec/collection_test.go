package bec

import (
	"testing"

	"becforensics/timeline/analysis/analysistest"
)

func TestMailAccess(t *testing.T) {
	analysistest.Run(t, Suite, "mail-access", "testdata/mail-access")
}

func TestMassDownload(t *testing.T) {
	analysistest.Run(t, Suite, "mass-download", "testdata/mass-download")
}

func TestExternalSharing(t *testing.T) {
	analysistest.Run(t, Suite, "external-sharing", "testdata/external-sharing")
}

func TestAppAccess(t *testing.T) {
	analysistest.Run(t, Suite, "app-access", "testdata/app-access")
}
