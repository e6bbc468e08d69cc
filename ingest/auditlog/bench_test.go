package auditlog_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"becforensics/geo"
	"becforensics/ingest"
	"becforensics/ingest/auditlog"
	"becforensics/ingest/evidence"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// benchRecords is how many records a benchmark reads unless
// BECFORENSICS_BENCH_RECORDS says otherwise, for the figure of a million.
const benchRecords = 100_000

// benchFile makes the file that the benchmarks read.
func benchFile(b *testing.B) string {
	records := benchRecords
	if n, err := strconv.Atoi(os.Getenv("BECFORENSICS_BENCH_RECORDS")); err == nil {
		records = n
	}
	path := filepath.Join(b.TempDir(), "AuditLog.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := newTenant(1).writeSearchCSV(f, records); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkTimeline reads a file into a sealed timeline, with the closing
// check of its hash. Compare with BenchmarkSHA256.
func BenchmarkTimeline(b *testing.B) {
	path := benchFile(b)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	var tl *timeline.Timeline
	for b.Loop() {
		tl = sealed(b, path)
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/float64(tl.Len()), "heap-B/record")
	b.ReportMetric(float64(tl.Len()), "events")
	runtime.KeepAlive(tl)
}

func sealed(b *testing.B, path string) *timeline.Timeline {
	ctx := context.Background()
	set, err := evidence.Acquire(ctx, []string{path}, evidence.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer set.Close()
	c, err := ingest.Run(ctx, set, []*ingest.Source{auditlog.Source}, &ingest.Options{Reference: reference.Default()})
	if err != nil {
		b.Fatal(err)
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	tl, err := c.Seal(db)
	if err != nil {
		b.Fatal(err)
	}
	if err := set.Verify(ctx); err != nil {
		b.Fatal(err)
	}
	return tl
}

// BenchmarkSHA256 is the floor: one file cannot be hashed by two cores.
func BenchmarkSHA256(b *testing.B) {
	path := benchFile(b)
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		h := sha256.New()
		n, err := io.CopyBuffer(struct{ io.Writer }{h}, f, make([]byte, 1<<20))
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(n)
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode is the decoder alone, on records that are already cut.
func BenchmarkDecode(b *testing.B) {
	var data bytes.Buffer
	if err := newTenant(1).writeSearchCSV(&data, 500); err != nil {
		b.Fatal(err)
	}
	head := ingest.NewHead("AuditLog.csv", data.Bytes()[:rows.HeadSize])
	options := &ingest.Options{Reference: reference.Default()}
	i := slices.IndexFunc(auditlog.Source.Layouts, func(l *ingest.Layout) bool { return l.Match(head, options) == ingest.Strong })
	d, err := auditlog.Source.Layouts[i].Decoder(head, options)
	if err != nil {
		b.Fatal(err)
	}
	var chunk rows.Chunk
	if err := rows.NewCutter(&data, head.Shape).Next(&chunk); err != nil {
		b.Fatal(err)
	}
	splitter := rows.NewSplitter(head.Shape)
	ev := timeline.Event{Want: timeline.WideMessages | timeline.WideDetails}
	read := func() (records int) {
		splitter.Reset(&chunk)
		for r, ok := splitter.Next(); ok; r, ok = splitter.Next() {
			ev.Reset()
			if out := d.Decode(r, &ev); out.Reject != "" {
				b.Fatal(out.Reject)
			}
			records++
		}
		return records
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(chunk.Data)))
	n := 0
	for b.Loop() {
		n = read()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/record")
}
