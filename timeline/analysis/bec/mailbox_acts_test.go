package bec

import (
	"testing"

	"becforensics/timeline/analysis/analysistest"
)

func TestSuspiciousSearch(t *testing.T) {
	analysistest.Run(t, Suite, "suspicious-search", "testdata/suspicious-search")
}

func TestMessageViews(t *testing.T) {
	analysistest.Run(t, Suite, "message-views", "testdata/message-views")
}

func TestCoverUp(t *testing.T) { analysistest.Run(t, Suite, "cover-up", "testdata/cover-up") }

func TestSentByActor(t *testing.T) {
	analysistest.Run(t, Suite, "sent-by-actor", "testdata/sent-by-actor")
}

func TestAuthenticationFailure(t *testing.T) {
	analysistest.Run(t, Suite, "authentication-failure", "testdata/authentication-failure")
}

func TestRiskyAttachment(t *testing.T) {
	analysistest.Run(t, Suite, "risky-attachment", "testdata/risky-attachment")
}
