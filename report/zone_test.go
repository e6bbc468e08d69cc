package report

import (
	"strings"
	"testing"
	"time"

	"becforensics/geo"
)

// The hour that clocks repeat in autumn is told apart by the difference from
// UTC, and a time that is not known stays empty.
func TestTimesOfAZoneStandBesideUTC(t *testing.T) {
	at := time.Date(2026, time.October, 25, 0, 30, 0, 0, time.UTC)
	s := Sheet{Name: "Logons", Columns: []Column{{Name: "User"}, {Name: "First (UTC)"}, {Name: "Records"}}, Count: 3, Rows: Rows([][]Cell{
		{text("anna"), moment(at), count(1)},
		{text("anna"), moment(at.Add(time.Hour)), count(2)},
		{text("anna"), moment(time.Time{}), count(3)},
	})}
	besideUTC(&s, geo.Zone("Europe/Zurich"))
	const want = `
| User | First (UTC) | First (Europe/Zurich) | Records |
| anna | 2026-10-25T00:30:00Z | 2026-10-25 02:30:00 +02:00 | 1 |
| anna | 2026-10-25T01:30:00Z | 2026-10-25 02:30:00 +01:00 | 2 |
| anna | | | 3 |
`
	var got strings.Builder
	if err := Dump(&got, &Book{Sheets: []Sheet{s}}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(got.String(), want) {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}
