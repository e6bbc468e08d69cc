package signin_test

import (
	"testing"

	"becforensics/ingest/ingesttest"
	"becforensics/ingest/signin"
)

func TestExports(t *testing.T) { ingesttest.Run(t, signin.Source, "testdata/*.txtar") }

func FuzzExports(f *testing.F) { ingesttest.Fuzz(f, signin.Source) }
