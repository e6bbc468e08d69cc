package messagetrace_test

import (
	"os"
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/ingesttest"
	"becforensics/ingest/messagetrace"
	"becforensics/timeline"
)

// TestRealTrace reads a trace row that the reporting service answered and
// others kept.
func TestRealTrace(t *testing.T) {
	data, err := os.ReadFile(ingesttest.Shared(t, "data", "elastic-o365", "dev", "message-trace.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	tl, f := ingesttest.Read(t, messagetrace.Source, "message-trace.jsonl", data, &ingest.Options{})
	if f.Status != ingest.Read || tl.Len() != 1 {
		t.Fatalf("%s, %d events: %s", f.Status, tl.Len(), f.Reason)
	}
	n, _ := tl.Nanos(0)
	if got := timeline.FormatTime(n); got != "2022-09-05T18:10:13.4907658Z" {
		t.Errorf("received %s", got)
	}
	if got := tl.Text(timeline.ColIP, 0); got != "81.2.69.144" {
		t.Errorf("address %s", got)
	}
	if got := tl.Outcome(0); got != timeline.Success {
		t.Errorf("outcome %s", got)
	}
}
