package activities_test

import (
	"os"
	"path/filepath"
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/activities"
	"becforensics/ingest/ingesttest"
	"becforensics/timeline"
)

// TestFixtures reads the same seven activities in every shape of export.
func TestFixtures(t *testing.T) {
	dir := ingesttest.Shared(t, "data", "activities-fixtures")
	for _, c := range []struct {
		file, layout            string
		events, rejects         int
		dups                    int
		partial, lossy, noEmoji bool
	}{
		{file: "01-page-metadata-none.json", layout: "API JSON", events: 7},
		{file: "02-page-1-of-2-nextlink.json", layout: "API JSON", events: 4},
		{file: "02-page-2-of-2-overlap.json", layout: "API JSON", events: 4},
		{file: "03-bare-array.json", layout: "API JSON", events: 7},
		{file: "04-ndjson-activities.ndjson", layout: "API JSON", events: 7},
		{file: "05-ndjson-pages.ndjson", layout: "API JSON", events: 7},
		{file: "06-camelcase.json", layout: "API JSON", events: 7},
		{file: "07-bom.json", layout: "API JSON", events: 7},
		{file: "08-utf16le-powershell.json", layout: "API JSON", events: 7},
		{file: "09-customproperties-as-object.json", layout: "API JSON", events: 7},
		{file: "10-powershell-depth2.json", layout: "API JSON", events: 7},
		{file: "11-error-body.json", layout: "API JSON", rejects: 1},
		{file: "12-truncated-page.json", layout: "API JSON", events: 5, rejects: 1, partial: true},
		{file: "13-concatenated-pages.json", layout: "API JSON", events: 7},
		{file: "20-retriever-final-utf8bom.csv", layout: "retriever CSV", events: 7},
		{file: "21-retriever-lmg-utf8.csv", layout: "retriever CSV", events: 7},
		{file: "22-retriever-windows-crlf.csv", layout: "retriever CSV", events: 7},
		{file: "23-retriever-py27.csv", layout: "retriever CSV", events: 7},
		{file: "24-retriever-cp1252.csv", layout: "retriever CSV", events: 7, noEmoji: true},
		{file: "25-retriever-utf16.csv", layout: "retriever CSV", events: 7},
		{file: "26-retriever-semicolon-excel.csv", layout: "retriever CSV", events: 7},
		{file: "27-retriever-cut-mid-row.csv", layout: "retriever CSV", events: 6, rejects: 1, partial: true},
		{file: "28-flattened-columns.csv", layout: "flattened CSV", events: 7},
		{file: "29-customproperties-json-in-csv.csv", layout: "CSV with JSON properties", events: 7},
		{file: "30-powershell-export-csv-lossy.csv", layout: "PowerShell Export-Csv", events: 7, lossy: true},
	} {
		t.Run(c.file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, c.file))
			if err != nil {
				t.Fatal(err)
			}
			tl, f := ingesttest.Read(t, activities.Source, c.file, data, &ingest.Options{})
			if f.Layout != c.layout || tl.Len() != c.events || f.Rejects != c.rejects || f.Duplicates != c.dups {
				t.Fatalf("layout %q, %d events, %d duplicates, %d rejects", f.Layout, tl.Len(), f.Duplicates, f.Rejects)
			}
			for row := range tl.Len() {
				checkFixture(t, tl, row, c.lossy, c.noEmoji)
			}
		})
	}
}

// checkFixture compares a record with what the fixtures' generator wrote.
func checkFixture(t *testing.T, tl *timeline.Timeline, row int, lossy, noEmoji bool) {
	t.Helper()
	type cells map[timeline.Col]string
	nanos, _ := tl.Nanos(row)
	subject := `O'Brien: "final" invoice; réunion 請求書 😀`
	if noEmoji {
		subject = `O'Brien: "final" invoice; réunion ?`
	}
	known := map[string]cells{
		"2018-05-01T08:00:00.1234567Z": {
			timeline.ColOperation: "MessageDelivered", timeline.ColClientRaw: "Exchange", timeline.ColItemID: "AAMkAGI1/9+xAAA=",
			timeline.ColSubject: subject, timeline.ColSender: "ap@fabrikarn.example", timeline.ColMessageID: "<a1@fabrikarn.example>",
			timeline.ColRecipients: "victim@contoso.com;cfo@contoso.com", timeline.ColAttachments: "hta;ByValue|pdf;ByValue", timeline.ColFolder: "Inbox",
		},
		"2018-05-01T09:00:00.5Z": {
			timeline.ColOperation: "ServerLogon", timeline.ColClient: "Web", timeline.ColUser: "o'brien@contoso.com", timeline.ColIPChain: "10.1.1.1, 198.51.100.77",
			timeline.ColIP: "198.51.100.77", timeline.ColError: "System.Exception#x#$! y", timeline.ColUserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
		},
		"2018-05-01T09:05:00Z":         {timeline.ColOperation: "ServerLogon", timeline.ColClient: "IMAP4", timeline.ColUser: "victim@contoso.com", timeline.ColIP: "2001:db8::77"},
		"2018-05-01T09:06:00Z":         {timeline.ColOperation: "ServerLogon", timeline.ColClient: "Outlook", timeline.ColUser: "victim@contoso.com", timeline.ColIP: "203.0.113.24"},
		"2018-05-01T09:10:00.1Z":       {timeline.ColOperation: "SearchResult", timeline.ColQuery: `o'brien & "wire, transfer"`},
		"2018-05-01T09:11:00.0000001Z": {timeline.ColOperation: "ReadingPaneDisplayStart", timeline.ColItemID: "AAMkAGI1/9+xAAA="},
		"2018-05-01T09:11:42.9999999Z": {timeline.ColOperation: "ReadingPaneDisplayEnd", timeline.ColItemID: "AAMkAGI1-9_xAAA="},
	}
	at := timeline.FormatTime(nanos)
	want, ok := known[at]
	if !ok {
		t.Fatalf("no activity took place at %s", at)
	}
	inExport := map[timeline.Col]bool{timeline.ColOperation: true, timeline.ColClientRaw: true, timeline.ColItemID: true, timeline.ColClient: true}
	for c, v := range want {
		if lossy && !inExport[c] {
			v = ""
		}
		if got := tl.Text(c, row); got != v && !(lossy && c == timeline.ColUser) {
			t.Errorf("%s: %s is %q, want %q", at, c, got, v)
		}
	}
	if lossy && want[timeline.ColUser] != "" && !tl.Has(row, timeline.DataLost) {
		t.Errorf("%s: the loss of its properties is not flagged", at)
	}
}
