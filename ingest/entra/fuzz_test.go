package entra_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/ingest"
	"becforensics/ingest/entra"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// FuzzRecords holds that no file makes a decoder panic, that every event has a
// time, a user or an operation, that a reject has a reason and that details are
// JSON.
func FuzzRecords(f *testing.F) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range cases {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name != "want" {
				f.Add(file.Data)
			}
		}
	}
	o := &ingest.Options{Reference: reference.Default()}
	f.Fuzz(func(t *testing.T, data []byte) {
		h := ingest.NewHead("export", data[:min(len(data), rows.HeadSize)])
		for _, source := range []*ingest.Source{entra.SignIns, entra.Audits} {
			for _, layout := range source.Layouts {
				if layout.Match(h, o) != ingest.None {
					decode(t, h, layout, o, data)
				}
			}
		}
	})
}

func decode(t *testing.T, h *ingest.Head, layout *ingest.Layout, o *ingest.Options, data []byte) {
	d, err := layout.Decoder(h, o)
	if err != nil {
		t.Fatal(err)
	}
	cutter, splitter := rows.NewCutter(bytes.NewReader(data), h.Shape), rows.NewSplitter(h.Shape)
	var chunk rows.Chunk
	for {
		err := cutter.Next(&chunk)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		splitter.Reset(&chunk)
		for r, ok := splitter.Next(); ok; r, ok = splitter.Next() {
			if r.Err != nil {
				continue
			}
			ev := timeline.Event{Want: timeline.WideMessages | timeline.WideDetails}
			out := d.Decode(r, &ev)
			if out.Context != nil || out.Reject != "" {
				continue
			}
			if !ev.HasTime && ev.Cols[timeline.ColUser] == "" && ev.Cols[timeline.ColOperation] == "" {
				t.Errorf("%s: an event of neither time, user nor operation: %q", layout.Name, r.Raw)
			}
			if ev.Details != "" && !json.Valid([]byte(ev.Details)) {
				t.Errorf("%s: details are no JSON: %q of %q", layout.Name, ev.Details, r.Raw)
			}
			if ev.ID == "" != ev.ByContent || len(ev.Content) == 0 {
				t.Errorf("%s: id %q, known by content %v of %d bytes", layout.Name, ev.ID, ev.ByContent, len(ev.Content))
			}
		}
	}
	if d.Finish != nil {
		d.Finish(&timeline.Source{})
	}
}
