package xlsx

import (
	"fmt"
	"io"
	"testing"
	"time"

	"becforensics/report"
)

// large is a book with one long sheet like the timeline: a time and texts.
func large(rows, columns int) *report.Book {
	s := report.Sheet{Name: "Timeline", Title: "Timeline", Count: rows}
	s.Columns = append(s.Columns, report.Column{Name: "Time", Width: 20})
	for i := range columns - 1 {
		s.Columns = append(s.Columns, report.Column{Name: fmt.Sprint("Column ", i), Width: 20})
	}
	texts := make([]string, 997)
	for i := range texts {
		texts[i] = fmt.Sprintf("anna.berg%d@harbour.example %d", i, i*7919)
	}
	start := time.Date(2018, 5, 2, 10, 15, 0, 0, time.UTC)
	s.Rows = func(yield func([]report.Cell) bool) {
		cells := make([]report.Cell, columns)
		for r := range rows {
			cells[0] = moment(start.Add(time.Duration(r) * 1234 * time.Millisecond))
			for i := 1; i < columns; i++ {
				cells[i].Text = texts[(r*i+i)%len(texts)]
			}
			if !yield(cells) {
				return
			}
		}
	}
	return &report.Book{Title: "Large", Sheets: []report.Sheet{s}}
}

func BenchmarkWrite(b *testing.B) {
	const rows = 100_000
	book := large(rows, 20)
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, book, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
