package analysistest

import (
	"fmt"
	"strings"
	"time"

	"becforensics/timeline/analysis"
)

// shownOrigins is how many origins of a row a dump lists; of more it gives
// the count and both ends.
const shownOrigins = 12

// Dump is a result as the cases write it: a line with status and summary, a
// block for each row, a line for each note.
func Dump(r *analysis.Result) string {
	var b strings.Builder
	f := r.Finding
	if f == nil {
		fmt.Fprintf(&b, "%s: %s\n", r.Status, r.Reason)
		return b.String()
	}
	fmt.Fprintf(&b, "%s: %s\n", r.Status, f.Summary)
	for i := range f.Rows {
		dumpRow(&b, r.Analyzer.Columns, &f.Rows[i])
	}
	for _, n := range f.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}

func dumpRow(b *strings.Builder, columns []analysis.Column, row *analysis.Row) {
	fmt.Fprintf(b, "\n%s, confidence %s", row.Severity, row.Confidence)
	word := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, ", %s %s", name, value)
		}
	}
	word("user", row.User)
	word("mailbox", row.Mailbox)
	word("first", moment(row.First))
	word("last", moment(row.Last))
	word("ips", strings.Join(row.IPs, " "))
	word("sessions", strings.Join(row.Sessions, " "))
	b.WriteByte('\n')
	for i, c := range columns {
		if text := row.Cells[i].String(); text != "" {
			fmt.Fprintf(b, "  %s: %s\n", c.Name, strings.ReplaceAll(text, "\n", `\n`))
		}
	}
	if n := len(row.Origins); n > shownOrigins {
		fmt.Fprintf(b, "  origins: %d, %s to %s\n", n, row.Origins[0], row.Origins[n-1])
	} else if n > 0 {
		words := make([]string, n)
		for i, o := range row.Origins {
			words[i] = o.String()
		}
		fmt.Fprintf(b, "  origins: %s\n", strings.Join(words, " "))
	}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
