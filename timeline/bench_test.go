package timeline

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"becforensics/geo"
)

// benchEvents is the size of the benchmarks' timelines.
const benchEvents = 200_000

// benchEvent fills the i-th event of a tenant: a thousand users who log on and
// read, with an id of its own for nearly every message and token.
func benchEvent(i int, e *Event) {
	n := i * 2654435761 % 1_000_003 // spreads the values
	user := fmt.Sprintf("user%d@example.com", n%1000)
	e.SetTime(time.Date(2026, 1, 1, 0, 0, i*60+n%600, 0, time.UTC))
	e.ID, e.Content = fmt.Sprintf("id-%d", i), []byte(user)
	e.Set(ColRecordType, [...]string{"ExchangeItemAggregated", "AzureActiveDirectoryStsLogon", "SharePointFileOperation"}[i%3])
	e.Set(ColOperation, [...]string{"MailItemsAccessed", "UserLoggedIn", "FileAccessed"}[i%3])
	e.Set(ColUser, user)
	e.Set(ColMailbox, user)
	e.Set(ColIP, fmt.Sprintf("81.2.%d.%d", n%12, n%250))
	e.Set(ColUserAgent, fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/%d.0.0.0", 100+n%20))
	e.Set(ColSession, fmt.Sprintf("%08x-0000-4000-8000-000000000000", n%5000))
	e.Set(ColToken, fmt.Sprintf("token%020d", i))
	e.Set(ColSubject, fmt.Sprintf("Invoice %d", n%40_000))
	if i%3 == 0 {
		e.Set(ColItemID, fmt.Sprintf("RgAAAAB%050d", i))
		e.Set(ColMessageID, fmt.Sprintf("<%032d@example.com>", i))
		e.Messages = append(e.Messages, Message{e.Cols[ColMessageID], e.Cols[ColItemID], "Inbox", e.Cols[ColSubject], int64(n)})
	}
	e.Details = fmt.Sprintf(`{"OrganizationId":"6a9a0c4c-bccd-055a-87dc-a4f23513b38d","UserKey":"%032d","Workload":"Exchange","OriginatingServer":"AM0PR01MB%04d","CorrelationId":"%032x"}`, n%1000, n%9999, n*i)
}

// benchBatches are the events of the benchmarks as workers hand them over.
func benchBatches() []*Batch {
	var batches []*Batch
	for from := range benchEvents / 1000 {
		batches = append(batches, benchBatch(NewBatch(), from*1000))
	}
	return batches
}

func benchBatch(b *Batch, from int) *Batch {
	var e Event
	for i := range 1000 {
		e.Reset()
		benchEvent(from+i, &e)
		b.Event(&e, int64(from+i), 1)
	}
	return b
}

func benchBuilder(b *testing.B, batches []*Batch) *Builder {
	builder := NewBuilder()
	builder.Begin(&Source{Evidence: 1, Name: "ual.csv", Source: "auditlog", TimeDesc: "Creation Time"})
	for _, batch := range batches {
		if err := builder.Add(batch); err != nil {
			b.Fatal(err)
		}
	}
	return builder
}

func benchSealing(b *testing.B) Sealing {
	db, err := geo.Open(nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	return Sealing{
		Geo: db,
		Reread: func(_ Origin, offset int64, _ int, e *Event, use func()) error {
			benchEvent(int(offset), e)
			use()
			return nil
		},
		Canonical: slices.Clone[[]byte],
	}
}

func benchTimeline(b *testing.B) *Timeline {
	tl, err := benchBuilder(b, benchBatches()).Seal(benchSealing(b))
	if err != nil {
		b.Fatal(err)
	}
	return tl
}

// perEvent tells the time of a benchmark by event.
func perEvent(b *testing.B, events int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(events), "ns/event")
}

func BenchmarkBatch(b *testing.B) {
	batch := NewBatch()
	for b.Loop() {
		batch.Reset()
		benchBatch(batch, 0)
	}
	perEvent(b, 1000)
}

func BenchmarkAdd(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		batches := benchBatches()
		b.StartTimer()
		benchBuilder(b, batches)
	}
	perEvent(b, benchEvents)
}

func BenchmarkSeal(b *testing.B) {
	s := benchSealing(b)
	for b.Loop() {
		b.StopTimer()
		builder := benchBuilder(b, benchBatches())
		b.StartTimer()
		if _, err := builder.Seal(s); err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, benchEvents)
}

func BenchmarkStack(b *testing.B) {
	tl := benchTimeline(b)
	for _, name := range []string{"operation", "ip", "country", "token"} {
		f, _ := FieldFor(name)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				tl.StackField(f, Field{}, nil)
			}
			perEvent(b, benchEvents)
		})
	}
}

func BenchmarkRows(b *testing.B) {
	tl := benchTimeline(b)
	b.Run("codes", func(b *testing.B) {
		sum := uint32(0)
		for b.Loop() {
			for row := range tl.Len() {
				sum += tl.Code(ColUser, row) + tl.Code(ColIP, row) + tl.Code(ColOperation, row)
			}
		}
		perEvent(b, benchEvents)
	})
	b.Run("narrow", func(b *testing.B) {
		var cells []string
		for b.Loop() {
			for row := range tl.Len() {
				cells = tl.NarrowCells(row, cells[:0])
			}
		}
		perEvent(b, benchEvents)
	})
	b.Run("wide", func(b *testing.B) {
		n := 0
		for b.Loop() {
			EachWide(tl, allRows(tl), WideMessages|WideDetails, func(_ int, w WideValues) int { return len(w.Messages) + len(w.Details) }, func(_, kept int) { n += kept })
		}
		perEvent(b, benchEvents)
	})
}

func BenchmarkExport(b *testing.B) {
	tl := benchTimeline(b)
	rows := allRows(tl)
	for _, x := range []struct {
		name  string
		write func(*Timeline, io.Writer, []int, []Field) error
	}{{"parquet", (*Timeline).WriteParquet}, {"arrow", (*Timeline).WriteArrow}, {"csv", (*Timeline).WriteCSV}, {"jsonl", (*Timeline).WriteJSONL}} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				if err := x.write(tl, io.Discard, rows, Schema); err != nil {
					b.Fatal(err)
				}
			}
			perEvent(b, benchEvents)
		})
	}
}
