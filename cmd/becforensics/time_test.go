package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// TestTimesAreThoseOfTheRecords writes times as exports do and finds each, in
// UTC, in the timeline with all its digits and in the workbook to the
// millisecond.
func TestTimesAreThoseOfTheRecords(t *testing.T) {
	vectors := []struct{ written, utc string }{ // no utc: no time
		{"2026-01-15T08:00:00Z", "2026-01-15T08:00:00Z"},
		{"2026-01-15T08:00:00", "2026-01-15T08:00:00Z"}, // the audit log's times are UTC
		{"2026-01-15T08:00:00.1234567Z", "2026-01-15T08:00:00.1234567Z"},
		{"2026-01-15T08:00:00.123456789Z", "2026-01-15T08:00:00.123456789Z"},
		{"2026-01-15T23:30:00-03:30", "2026-01-16T03:00:00Z"},
		{"2026-01-15T02:00:00+05:45", "2026-01-14T20:15:00Z"},
		{"2026-01-01T00:30:00+14:00", "2025-12-31T10:30:00Z"},
		{"2026-03-29T02:30:00", "2026-03-29T02:30:00Z"}, // an hour that Europe's summer time leaves out
		{"2026-03-29T03:30:00+02:00", "2026-03-29T01:30:00Z"},
		{"2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z"}, // an hour that comes twice
		{"2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"},
		{"2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999Z"},
		{"2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"}, // a leap second
		{"2026-02-29T08:00:00Z", ""},
		{"2026-01-15T24:30:00Z", ""},
		{"yesterday", ""},
	}
	dir := t.TempDir()
	var text strings.Builder
	for i, v := range vectors {
		fmt.Fprintf(&text, `{"CreationTime":%q,"Id":"%d","Operation":"FileAccessed","RecordType":6,"UserId":"a@contoso.example","Workload":"OneDrive","ObjectId":"vector-%d"}`+"\n", v.written, i, i)
	}
	audit, events, report := filepath.Join(dir, "audit.json"), filepath.Join(dir, "events.jsonl"), filepath.Join(dir, "report.xlsx")
	if err := os.WriteFile(audit, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"timeline", "-o", events, audit}, {"analyze", "-o", report, audit}} {
		if _, stderr, code := command(t, args...); code != exitDone {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
	}
	exported, err := os.ReadFile(events)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(exported)) {
		var e struct{ Datetime, Target string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		found[e.Target] = e.Datetime
	}
	dates := workbookDates(t, report)
	for i, v := range vectors {
		name := fmt.Sprintf("vector-%d", i)
		if got, ok := found[name]; !ok || got != v.utc {
			t.Errorf("%q is %q in the timeline, want %q", v.written, got, v.utc)
		}
		want := ""
		if v.utc != "" {
			at, err := time.Parse(time.RFC3339Nano, v.utc)
			if err != nil {
				t.Fatal(err)
			}
			want = at.Round(time.Millisecond).Format("2006-01-02T15:04:05.000")
		}
		if got, ok := dates[name]; !ok || got != want {
			t.Errorf("%q is %q in the workbook, want %q", v.written, got, want)
		}
	}
	proves(t, 10, "%d times as exports write them (offsets, seven and nine digits, no zone, hours of summer time, a leap second, days that there are not): UTC in the timeline with all digits and in the workbook to the millisecond; what is no time gets none", len(vectors))
}

// workbookDates are the dates of the Timeline sheet by target.
func workbookDates(t *testing.T, path string) map[string]string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Timeline", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	const dateColumn, targetColumn = "Time (UTC)", "target"
	var head []string
	dates := map[string]string{}
	for _, row := range rows {
		switch {
		case slices.Contains(row, dateColumn) && slices.Contains(row, targetColumn):
			head = row
		case head != nil:
			target := row[slices.Index(head, targetColumn)]
			serial := row[slices.Index(head, dateColumn)]
			dates[target] = ""
			if serial == "" {
				continue
			}
			days, err := strconv.ParseFloat(serial, 64)
			if err != nil {
				t.Fatalf("%s has the date %q", target, serial)
			}
			const epoch = 25569 // 1970-01-01 in days of a workbook
			at := time.UnixMilli(int64(math.Round((days - epoch) * 24 * 3600 * 1000))).UTC()
			dates[target] = at.Format("2006-01-02T15:04:05.000")
		}
	}
	return dates
}
