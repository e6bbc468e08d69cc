package defender_test

import (
	"testing"

	"becforensics/ingest/defender"
	"becforensics/ingest/ingesttest"
)

func TestLayouts(t *testing.T) { ingesttest.Run(t, defender.Source, "testdata/*.txtar") }

func FuzzSource(f *testing.F) { ingesttest.Fuzz(f, defender.Source) }
