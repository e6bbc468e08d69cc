package ingest_test

import (
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/activities"
	"becforensics/ingest/auditlog"
	"becforensics/ingest/entra"
	"becforensics/ingest/inboxrule"
	"becforensics/ingest/ingesttest"
	"becforensics/ingest/messagetrace"
)

// carried are the sources whose records stand in the cases.
var carried = []*ingest.Source{activities.Source, auditlog.Source, entra.SignIns, entra.Audits, messagetrace.Source, inboxrule.Source}

func TestEnvelopes(t *testing.T) { ingesttest.RunAll(t, carried, "testdata/*.txtar") }

func FuzzEnvelopes(f *testing.F) { ingesttest.FuzzAll(f, carried) }
