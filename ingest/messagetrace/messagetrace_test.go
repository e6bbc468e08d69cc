package messagetrace_test

import (
	"testing"

	"becforensics/ingest/ingesttest"
	"becforensics/ingest/messagetrace"
)

func TestLayouts(t *testing.T) { ingesttest.Run(t, messagetrace.Source, "testdata/*.txtar") }

func FuzzSource(f *testing.F) { ingesttest.Fuzz(f, messagetrace.Source) }
