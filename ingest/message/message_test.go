package message_test

import (
	"testing"

	"becforensics/ingest/ingesttest"
	"becforensics/ingest/message"
)

func TestLayouts(t *testing.T) { ingesttest.Run(t, message.Source, "testdata/*.txtar") }

func FuzzSource(f *testing.F) { ingesttest.Fuzz(f, message.Source) }
