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

// The samples are of RFC 3492, section 7.1.
func TestPunycode(t *testing.T) {
	for coded, want := range map[string]string{
		"ihqwcrb4cv8a8dqg056pqjye":       "他们为什么不说中文",
		"Proprostnemluvesky-uyb24dma41a": "Pročprostěnemluvíčesky",
		"-> $1.00 <--":                   "-> $1.00 <-",
		"mller-kva":                      "müller",
	} {
		got, ok := punycode(coded)
		if !ok || got != want {
			t.Errorf("punycode(%q) = %q, %v; want %q", coded, got, ok, want)
		}
	}
	for _, bad := range []string{"a-9", "99999999", "ü"} {
		if got, ok := punycode(bad); ok {
			t.Errorf("punycode(%q) = %q, want none", bad, got)
		}
	}
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
