package bec

import (
	"testing"

	"becforensics/timeline/analysis/analysistest"
)

func TestHidingRule(t *testing.T) {
	analysistest.Run(t, Suite, "hiding-rule", "testdata/hiding-rule")
}

func TestExternalForwarding(t *testing.T) {
	analysistest.Run(t, Suite, "external-forwarding", "testdata/external-forwarding")
}

func TestTransportChange(t *testing.T) {
	analysistest.Run(t, Suite, "transport-change", "testdata/transport-change")
}

func TestMailboxDelegation(t *testing.T) {
	analysistest.Run(t, Suite, "mailbox-delegation", "testdata/mailbox-delegation")
}

func TestIdentityChange(t *testing.T) {
	analysistest.Run(t, Suite, "identity-change", "testdata/identity-change")
}

func TestAppConsent(t *testing.T) {
	analysistest.Run(t, Suite, "app-consent", "testdata/app-consent")
}

func TestAuditTampering(t *testing.T) {
	analysistest.Run(t, Suite, "audit-tampering", "testdata/audit-tampering")
}
