package directoryaudit_test

import (
	"testing"

	"becforensics/ingest/directoryaudit"
	"becforensics/ingest/ingesttest"
)

func TestExports(t *testing.T) { ingesttest.Run(t, directoryaudit.Source, "testdata/*.txtar") }

func FuzzExports(f *testing.F) { ingesttest.Fuzz(f, directoryaudit.Source) }
