package report

import (
	"strings"
	"testing"
	"time"

	"becforensics/timeline/analysis"
)

// A request says on which day what is asked for expires, by the terms of the
// log, and what that means on the day of the report.
func TestRequestsExpire(t *testing.T) {
	day := func(text string) time.Time {
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	from, to := day("2026-03-03"), day("2026-03-09")
	for _, c := range []struct {
		date string
		kept []int
		want string
	}{
		{"", []int{30}, "kept for 30 days after the event: its first day until 2026-04-02, its last until 2026-04-08"},
		{"", []int{180, 365}, "kept for 180 or 365 days after the event: its first day until 2026-08-30, its last until 2026-09-05 by the shorter term and until 2027-03-09 by the longer"},
		{"", nil, "it has no term"},
		{"2026-03-13", []int{30}, "on the report's date, 2026-03-13, it was 20 days until the first of it expires"},
		{"2026-04-05", []int{30}, "by the report's date, 2026-04-05, its oldest part may have expired"},
		{"2026-05-01", []int{30}, "by the report's date, 2026-05-01, all of it had expired unless somebody kept it"},
	} {
		k := &Case{Settings: &analysis.Settings{Case: analysis.Case{ReportDate: c.date}}}
		r := newRequest(k, "anna@example.com", exportRow{"signin", "sign-in log", "account", "how"}, from, to, c.kept)
		if !strings.HasPrefix(r.Text, "sign-in log of anna@example.com, 2026-03-03 to 2026-03-09: how; ") || !strings.HasSuffix(r.Text, c.want) {
			t.Errorf("report of %q, kept %d: %q", c.date, c.kept, r.Text)
		}
	}
}
