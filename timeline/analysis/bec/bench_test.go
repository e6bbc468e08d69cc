package bec

import (
	"fmt"
	"testing"
	"time"

	"becforensics/geo"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// estateOf makes events of an estate: users who log on and read by turns,
// each from a network of its own, for half a year.
func estateOf(b *testing.B, users, events int) *timeline.Timeline {
	b.Helper()
	builder := timeline.NewBuilder()
	builder.Begin(&timeline.Source{Evidence: 1, Name: "estate.csv", Source: "auditlog"})
	batch := timeline.NewBatch()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	operations := []string{"UserLoggedIn", "MailItemsAccessed", "MailItemsAccessed", "Send", "MoveToDeletedItems"}
	var e timeline.Event
	for i := range events {
		user := i % users
		e.Reset()
		e.SetTime(start.Add(time.Duration(i) * (180 * 24 * time.Hour) / time.Duration(events)))
		name := fmt.Sprintf("user%d@example.com", user)
		e.Set(timeline.ColUser, name)
		e.Set(timeline.ColMailbox, name)
		e.Set(timeline.ColOperation, operations[i/users%len(operations)])
		e.Set(timeline.ColIP, fmt.Sprintf("81.2.%d.%d", user%250, i/(users*50)%40))
		e.Set(timeline.ColClient, []string{"Outlook", "Web", "Mobile"}[i%3])
		e.Set(timeline.ColClientRaw, []string{"Client=MSExchangeRPC", "Client=OWA", "Client=ActiveSync"}[i%3])
		e.Set(timeline.ColUserAgent, fmt.Sprintf("Mozilla/5.0 Chrome/%d", i%50))
		e.Set(timeline.ColSession, fmt.Sprintf("session%d-%d", user, i/(users*10)))
		if i%100 == 0 {
			e.Set(timeline.ColIP, fmt.Sprintf("154.160.%d.%d", user%250, i%200))
		}
		e.Outcome = timeline.Success
		if i%37 == 0 {
			e.Outcome = timeline.Failure
			e.Set(timeline.ColError, "50126")
		}
		batch.Event(&e, int64(i), 1)
	}
	if err := builder.Add(batch); err != nil {
		b.Fatal(err)
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	t, err := builder.Seal(timeline.Sealing{
		Geo:       db,
		Reread:    func(_ timeline.Origin, _ int64, _ int, _ *timeline.Event, use func()) error { use(); return nil },
		Canonical: func(c []byte) []byte { return c },
	})
	if err != nil {
		b.Fatal(err)
	}
	return t
}

// Each analysis over a million events, with those it needs.
func BenchmarkAnalyses(b *testing.B) {
	db, err := geo.Open(nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	t := estateOf(b, 500, 1_000_000)
	for _, a := range Suite {
		b.Run(a.Name, func(b *testing.B) {
			for b.Loop() {
				_, err := analysis.Run(Suite, []*analysis.Analyzer{a}, analysis.Inputs{Timeline: t, Geo: db, Reference: reference.Default(), Settings: &analysis.Settings{}})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			_, err := analysis.Run(Suite, Suite, analysis.Inputs{Timeline: t, Geo: db, Reference: reference.Default(), Settings: &analysis.Settings{}})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
