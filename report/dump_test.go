package report

import (
	"strings"
	"testing"
	"time"
)

func TestDumpIsOneLineARow(t *testing.T) {
	b := &Book{Title: "Case\x1b", Sheets: []Sheet{
		{
			Name: "Summary", Title: "What was found", Intro: []string{"One paragraph."},
			Columns: []Column{{Name: "Analysis"}, {Name: "Worst"}, {Name: "Rows"}, {Name: "First"}},
			Charts:  []Chart{{Title: "Rows", Alt: "Rows of each analysis"}}, Count: 2,
			Rows: Rows([][]Cell{
				{
					{Kind: Link, Text: "Foreign logons", Sheet: "Logons"},
					{Kind: Severity, Text: "high"},
					{Kind: Number, Number: 1e6},
					{Kind: Moment, Time: time.Date(2018, 5, 2, 12, 15, 0, 1000, time.FixedZone("", 7200))},
				},
				{{Text: "two\nlines \u202e"}, {}, {}, {Kind: Moment}},
			}),
		},
		{Name: "Read me", Title: "Read me", Intro: []string{"Prose alone."}},
	}}
	const want = `book: Case\x1b

== Summary ==
What was found
One paragraph.
chart: Rows: Rows of each analysis
| Analysis | Worst | Rows | First |
| Foreign logons -> Logons | high | 1000000 | 2018-05-02T10:15:00.000001Z |
| two\x0alines \u202e | | | |

== Read me ==
Read me
Prose alone.
`
	var got strings.Builder
	if err := Dump(&got, b); err != nil {
		t.Fatal(err)
	}
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}
