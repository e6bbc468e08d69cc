package mailboxaudit_test

import (
	"testing"

	"becforensics/ingest/ingesttest"
	"becforensics/ingest/mailboxaudit"
)

func TestLayouts(t *testing.T) { ingesttest.Run(t, mailboxaudit.Source, "testdata/*.txtar") }

func FuzzSource(f *testing.F) { ingesttest.Fuzz(f, mailboxaudit.Source) }
