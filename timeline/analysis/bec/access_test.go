package bec

import (
	"testing"

	"becforensics/timeline/analysis/analysistest"
)

func TestImpossibleTravel(t *testing.T) {
	analysistest.Run(t, Suite, "impossible-travel", "testdata/impossible-travel")
}

func TestLegacyLogon(t *testing.T) {
	analysistest.Run(t, Suite, "legacy-logon", "testdata/legacy-logon")
}

func TestToolUserAgent(t *testing.T) {
	analysistest.Run(t, Suite, "tool-user-agent", "testdata/tool-user-agent")
}

func TestSessionReuse(t *testing.T) {
	analysistest.Run(t, Suite, "session-reuse", "testdata/session-reuse")
}

func TestMFAFatigue(t *testing.T) {
	analysistest.Run(t, Suite, "mfa-fatigue", "testdata/mfa-fatigue")
}

func TestRiskSignal(t *testing.T) {
	analysistest.Run(t, Suite, "risk-signal", "testdata/risk-signal")
}

func TestDeviceCode(t *testing.T) {
	analysistest.Run(t, Suite, "device-code", "testdata/device-code")
}

func TestFirstPartyPhish(t *testing.T) {
	analysistest.Run(t, Suite, "first-party-phish", "testdata/first-party-phish")
}

func TestCampaign(t *testing.T) {
	analysistest.Run(t, Suite, "campaign", "testdata/campaign")
}
