package ingesttest

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/ingest"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// Bench measures the decoders of a source, each on the records of the first
// case that its layout claims.
func Bench(b *testing.B, source *ingest.Source, pattern string) {
	done := map[string]bool{}
	for _, file := range cases(b, pattern) {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			b.Fatal(err)
		}
		files, _ := split(archive)
		for _, f := range files {
			o := shipped(options(string(archive.Comment)))
			h := ingest.NewHead(f.Name, f.Data[:min(len(f.Data), rows.HeadSize)])
			for _, l := range source.Layouts {
				if done[l.Name] || l.Match(h, o) != ingest.Strong || h.Shape.Kind != rows.CSV && h.Shape.Kind != rows.JSON {
					continue
				}
				done[l.Name] = true
				b.Run(strings.ReplaceAll(l.Name, " ", "-"), func(b *testing.B) { benchmark(b, l, h, o, f.Data) })
			}
		}
	}
}

func benchmark(b *testing.B, l *ingest.Layout, h *ingest.Head, o *ingest.Options, data []byte) {
	d, err := l.Decoder(h, o)
	if err != nil {
		b.Fatal(err)
	}
	if d.Each != nil {
		b.Skip("the layout cuts its files itself")
	}
	cutter, splitter := rows.NewCutter(bytes.NewReader(data), h.Shape), rows.NewSplitter(h.Shape)
	var chunks []rows.Chunk
	for {
		var c rows.Chunk
		if err := cutter.Next(&c); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			b.Fatal(err)
		}
		chunks = append(chunks, c)
	}
	var ev timeline.Event
	records := 0
	b.ReportAllocs()
	for b.Loop() {
		for i := range chunks {
			splitter.Reset(&chunks[i])
			for r, ok := splitter.Next(); ok; r, ok = splitter.Next() {
				if r.Err == nil {
					ev.Reset()
					d.Decode(r, &ev)
					records++
				}
			}
		}
	}
	if records > 0 {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
	}
}
