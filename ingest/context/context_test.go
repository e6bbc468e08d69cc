package context_test

import (
	"testing"

	"becforensics/ingest/context"
	"becforensics/ingest/ingesttest"
)

func TestLayouts(t *testing.T) { ingesttest.Run(t, context.Source, "testdata/*.txtar") }

func FuzzSource(f *testing.F) { ingesttest.Fuzz(f, context.Source) }
