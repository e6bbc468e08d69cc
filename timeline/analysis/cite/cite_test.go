package cite_test

import (
	"slices"
	"testing"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

var start = time.Date(2018, 5, 1, 8, 0, 0, 0, time.UTC)

// records are three of one mailbox, an hour apart, by two users.
func records(t *testing.T) *timeline.Timeline {
	t.Helper()
	builder := timeline.NewBuilder()
	builder.Begin(&timeline.Source{Evidence: 1, Name: "log.csv", Source: "auditlog"})
	batch := timeline.NewBatch()
	var e timeline.Event
	for i, user := range []string{"ann@example.com", "Ann@Example.com", "bob@example.com"} {
		e.Reset()
		e.SetTime(start.Add(time.Duration(i) * time.Hour))
		e.Set(timeline.ColUser, user)
		e.Set(timeline.ColMailbox, "ann@example.com")
		e.Set(timeline.ColOperation, "Send")
		batch.Event(&e, int64(i), 1)
	}
	if err := builder.Add(batch); err != nil {
		t.Fatal(err)
	}
	sealed, err := builder.Seal(timeline.Sealing{})
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// A row that accuses cites every record, one that informs the first and the
// last; origins without an event come after them.
func TestAbout(t *testing.T) {
	all := records(t)
	header := timeline.Origin{Evidence: 2, Record: 7}
	first := start.Add(-time.Hour)
	for _, test := range []struct {
		name     string
		rows     []int
		severity analysis.Severity
		from     time.Time
		origins  int
	}{
		{"accusing", []int{0, 1, 2}, analysis.Low, start, 4},
		{"informing", []int{0, 1, 2}, analysis.Info, start, 3},
		{"without records", nil, analysis.High, first, 1},
	} {
		r := cite.About(all, test.rows, test.severity, first, []timeline.Origin{header})
		if r.Severity != test.severity || !r.First.Equal(test.from) || r.User != "" {
			t.Errorf("%s: severity %s, first %s, user %q", test.name, r.Severity, r.First, r.User)
		}
		if len(r.Origins) != test.origins || r.Origins[len(r.Origins)-1] != header {
			t.Errorf("%s: cites %v", test.name, r.Origins)
		}
	}
}

// Users that differ in case alone are one.
func TestCommon(t *testing.T) {
	all := records(t)
	if got := cite.Common(all, timeline.ColUser, []int{0, 1}); got != "ann@example.com" {
		t.Errorf("one user in two spellings: %q", got)
	}
	if got := cite.Common(all, timeline.ColUser, []int{0, 2}); got != "" {
		t.Errorf("two users: %q", got)
	}
	if got := cite.DistinctFolded(all, timeline.ColUser, []int{0, 1, 2}); !slices.Equal(got, []string{"ann@example.com", "bob@example.com"}) {
		t.Errorf("distinct users: %q", got)
	}
}

// A score lists its reasons with their points; the bands say what it weighs.
func TestScore(t *testing.T) {
	stranger := &analysis.Point{Name: "test.stranger", Value: 2}
	failed := &analysis.Point{Name: "test.failed", Value: 3}
	var s cite.Score
	s.Add(true, stranger, "first contact")
	s.Add(false, stranger, "not there")
	s.Add(true, failed, "its authentication failed")
	if got, want := s.String(), "first contact (2); its authentication failed (3)"; s.Points() != 5 || got != want {
		t.Errorf("%d points: %s, want 5: %s", s.Points(), got, want)
	}
	scale := cite.Scale{Low: 3, Medium: 4, High: 6}
	for points, want := range []analysis.Severity{0: analysis.Info, 2: analysis.Info, 3: analysis.Low, 4: analysis.Medium, 5: analysis.Medium, 6: analysis.High} {
		if got := scale.Severity(points); got != want {
			t.Errorf("%d points weigh %s, want %s", points, got, want)
		}
	}
}

// A sample keeps each value once, in the order found.
func TestSample(t *testing.T) {
	var s cite.Sample
	for _, v := range []string{"b", "", "a", "b"} {
		s.Add(v)
	}
	if !slices.Equal(s.Values, []string{"b", "a"}) || !slices.Equal(s.Sorted(), []string{"a", "b"}) {
		t.Errorf("kept %q", s.Values)
	}
}

// Rows that are made together stay as they are when others get more origins or
// cells.
func TestRowsMadeTogetherAreApart(t *testing.T) {
	all := records(t)
	made := cite.RowsOf(all)
	var rows []analysis.Row
	for i := range 30 {
		r := made.Citing(i % all.Len())
		r.Cells = made.Cells("row", i)
		rows = append(rows, r)
	}
	for i := range rows {
		rows[i].Origins = append(rows[i].Origins, timeline.Origin{Evidence: 9, Record: 9})
		rows[i].Cells = append(rows[i].Cells, analysis.CellOf("more"))
	}
	for i, r := range rows {
		if len(r.Origins) != 2 || r.Origins[0] != all.Origin(i%all.Len()) || r.Cells[0].Text() != "row" || r.Cells[1].Number() != int64(i) {
			t.Errorf("row %d cites %v and has %q and %d", i, r.Origins, r.Cells[0].Text(), r.Cells[1].Number())
		}
	}
	parts := []string{"first", "second"}
	if a, b := made.Sentence(parts), made.Sentence(append(parts, "third")); a != "first; second" || b != "first; second; third" {
		t.Errorf("sentences %q and %q", a, b)
	}
}
