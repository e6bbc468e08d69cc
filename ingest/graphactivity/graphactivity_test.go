package graphactivity_test

import (
	"testing"

	"becforensics/ingest/graphactivity"
	"becforensics/ingest/ingesttest"
)

func TestLayouts(t *testing.T) { ingesttest.Run(t, graphactivity.Source, "testdata/*.txtar") }

func FuzzSource(f *testing.F) { ingesttest.Fuzz(f, graphactivity.Source) }
