package inboxrule_test

import (
	"testing"

	"becforensics/ingest/inboxrule"
	"becforensics/ingest/ingesttest"
)

func TestLayouts(t *testing.T) { ingesttest.Run(t, inboxrule.Source, "testdata/*.txtar") }

func FuzzSource(f *testing.F) { ingesttest.Fuzz(f, inboxrule.Source) }
