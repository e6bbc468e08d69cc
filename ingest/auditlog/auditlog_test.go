package auditlog_test

import (
	"testing"

	"becforensics/ingest/auditlog"
	"becforensics/ingest/ingesttest"
)

func TestLayouts(t *testing.T) { ingesttest.Run(t, auditlog.Source, "testdata/*.txtar") }

func FuzzDecode(f *testing.F) { ingesttest.Fuzz(f, auditlog.Source) }
