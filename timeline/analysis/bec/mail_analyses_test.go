package bec

import (
	"testing"

	"becforensics/timeline"
	"becforensics/timeline/analysis/analysistest"
	"becforensics/timeline/reference"
)

func TestLookalikeDomain(t *testing.T) {
	analysistest.Run(t, Suite, "lookalike-domain", "testdata/lookalike-domain")
}

func TestFraudMail(t *testing.T) { analysistest.Run(t, Suite, "fraud-mail", "testdata/fraud-mail") }

func TestPatientZero(t *testing.T) {
	analysistest.Run(t, Suite, "patient-zero", "testdata/patient-zero")
}

func TestIndicatorMatch(t *testing.T) {
	analysistest.Run(t, Suite, "indicator-match", "testdata/indicator-match")
}

func TestSigma(t *testing.T) { analysistest.Run(t, Suite, "sigma", "testdata/sigma") }

// The table's columns are the timeline's.
func TestSigmaFieldsAreColumns(t *testing.T) {
	for row := range reference.Default().Table(reference.SigmaFields).Rows() {
		if _, ok := timeline.ColumnNamed(row.Get("column")); !ok && row.Get("column") != outcomeColumn {
			t.Errorf("field %q: no column %q", row.Key(), row.Get("column"))
		}
	}
}

func TestImpersonation(t *testing.T) {
	analysistest.Run(t, Suite, "impersonation", "testdata/impersonation")
}

func TestBankDetails(t *testing.T) {
	analysistest.Run(t, Suite, "bank-details", "testdata/bank-details")
}

func TestReplyChain(t *testing.T) { analysistest.Run(t, Suite, "reply-chain", "testdata/reply-chain") }

func TestOutboundBurst(t *testing.T) {
	analysistest.Run(t, Suite, "outbound-burst", "testdata/outbound-burst")
}
