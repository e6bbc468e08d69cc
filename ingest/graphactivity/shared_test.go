package graphactivity_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/graphactivity"
	"becforensics/ingest/ingesttest"
	"becforensics/timeline"
)

// TestAnotherVendorsRequests reads records that others kept.
func TestAnotherVendorsRequests(t *testing.T) {
	data := ingesttest.Shared(t, "data")
	for file, want := range map[string][]string{
		"graph_activity_1.json": {"2025-02-18T10:25:12.2779144Z", "user1", "1.2.3.4", "GET /", "403", "324"},
		"graph_activity_2.json": {"2025-10-02T08:56:25.071773Z", "user1", "1.2.3.4", "GET /", "200", "4088"},
	} {
		text, err := os.ReadFile(filepath.Join(data, "sekoia-intake-formats/dev/azure-ad", file))
		if err != nil {
			t.Fatal(err)
		}
		var wrapper struct{ Input struct{ Message string } }
		if err := json.Unmarshal(text, &wrapper); err != nil {
			t.Fatal(err)
		}
		tl, f := ingesttest.Read(t, graphactivity.Source, file, []byte(wrapper.Input.Message), &ingest.Options{})
		if f.Events != 1 {
			t.Errorf("%s: %d events: %s", file, f.Events, f.Reason)
			continue
		}
		n, _ := tl.Nanos(0)
		got := []string{timeline.FormatTime(n)}
		for _, c := range []timeline.Col{timeline.ColUser, timeline.ColIP, timeline.ColRequest, timeline.ColStatus, timeline.ColBytes} {
			got = append(got, tl.Text(c, 0))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %q, want %q", file, got, want)
				break
			}
		}
	}
}
