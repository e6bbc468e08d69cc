package entra_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/ingest"
	"becforensics/ingest/internal/rows"
	"becforensics/ingest/signin"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// BenchmarkSignIn decodes the first sign-in of a layout's example.
func BenchmarkSignIn(b *testing.B) {
	for _, name := range []string{"portal", "graph", "diagnostic", "sentinel"} {
		b.Run(name, func(b *testing.B) {
			archive, err := txtar.ParseFile("../../signin/testdata/" + name + ".txtar")
			if err != nil {
				b.Fatal(err)
			}
			data := archive.Files[0].Data
			h := ingest.NewHead(archive.Files[0].Name, data)
			for _, layout := range signin.Source.Layouts {
				if layout.Detect(h) != ingest.None {
					benchmark(b, h, layout, data)
					return
				}
			}
			b.Fatal("no layout claims it")
		})
	}
}

func benchmark(b *testing.B, h *ingest.Head, layout *ingest.Layout, data []byte) {
	d, err := layout.Open(h, &ingest.Options{Reference: reference.Default()})
	if err != nil {
		b.Fatal(err)
	}
	raw := h.Shape.First
	if h.IsCSV() {
		raw = data[h.Shape.HeaderEnd:]
	}
	splitter := rows.NewSplitter(h.Shape)
	chunk := rows.Chunk{Data: raw, Size: int64(len(raw))}
	var ev timeline.Event
	b.ReportAllocs()
	for b.Loop() {
		splitter.Reset(&chunk)
		r, ok := splitter.Next()
		if !ok {
			b.Fatal("no record")
		}
		ev.Reset()
		if out := d.Decode(r, &ev); out.Reject != "" {
			b.Fatal(out.Reject)
		}
	}
}
