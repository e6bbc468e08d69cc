package xlsx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"becforensics/report"
)

func text(s string) report.Cell       { return report.Cell{Text: s} }
func number(n float64) report.Cell    { return report.Cell{Kind: report.Number, Number: n} }
func moment(t time.Time) report.Cell  { return report.Cell{Kind: report.Moment, Time: t} }
func severity(s string) report.Cell   { return report.Cell{Kind: report.Severity, Text: s} }
func linked(s, to string) report.Cell { return report.Cell{Kind: report.Link, Text: s, Sheet: to} }

// sheetOf is a sheet with one paragraph, so that its rows start in row 5.
func sheetOf(name string, columns []string, rows ...[]report.Cell) report.Sheet {
	s := report.Sheet{Name: name, Title: name, Intro: []string{"What it is."}, Rows: report.Rows(rows), Count: len(rows)}
	for _, c := range columns {
		s.Columns = append(s.Columns, report.Column{Name: c})
	}
	return s
}

// sample is a book with a sheet of each kind.
func sample() *report.Book {
	may := time.Date(2018, 5, 2, 10, 15, 0, 0, time.UTC)
	summary := sheetOf("Summary", []string{"Analysis", "Worst", "Rows"},
		[]report.Cell{linked("Foreign logons", "Foreign logons"), severity("critical"), number(2)},
		[]report.Cell{linked("Elsewhere", "No such sheet"), severity("info"), number(0.5)})
	summary.Tab = "0072B2"
	summary.Charts = []report.Chart{
		{Title: "Rows", Alt: "Rows of each analysis", Kind: "column", Labels: "Analysis", Values: []string{"Rows"}},
		{Title: "Rows again", Alt: "The same as bars", Kind: "bar", Labels: "Analysis", Values: []string{"Rows"}, Rows: 1},
	}
	logons := sheetOf("Foreign logons", []string{"Severity", "User", "First (UTC)", "Id"},
		[]report.Cell{severity("high"), text("anna@harbour.example"), moment(may), text("00123")},
		[]report.Cell{severity("low"), text("=1+1"), moment(may.Add(1234 * time.Millisecond)), text("\x1b[2J")})
	prose := report.Sheet{Name: "Read me", Title: "Read me", Intro: []string{"One.", "Two."}}
	return &report.Book{
		Title: "Harbour & Sons", Creator: "becforensics 1", Footer: "2018-17 | R&D", Case: "2018-17", Marking: "R&D",
		Sheets: []report.Sheet{summary, logons, sheetOf("Rejects", []string{"Origin", "Reason"}), prose},
	}
}

func TestCellsAreReadBack(t *testing.T) {
	b := written(t, sample(), Options{})
	want := []struct{ sheet, cell, text string }{
		{"Summary", "A1", "Summary"},
		{"Summary", "A2", "What it is."},
		{"Summary", "A4", "Analysis"},
		{"Summary", "A5", "Foreign logons"},
		{"Summary", "B5", "▲ critical"},
		{"Summary", "C5", "2"},
		{"Summary", "B6", "○ info"},
		{"Summary", "C6", "0.5"},
		{"Foreign logons", "B5", "anna@harbour.example"},
		{"Foreign logons", "C5", "43222.42708333333"},
		{"Foreign logons", "D5", "00123"},
		{"Foreign logons", "B6", "=1+1"},
		{"Foreign logons", "D6", `\x1b[2J`},
		{"Foreign logons", "E4", "Text altered"},
		{"Foreign logons", "E5", ""},
		{"Foreign logons", "E6", "yes"},
		{"Rejects", "A5", "No rows."},
		{"Rejects", "C4", ""},
		{"Read me", "A2", "One."},
		{"Read me", "A3", "Two."},
	}
	for _, w := range want {
		i := slices.IndexFunc(b.sheets, func(s sheet) bool { return s.name == w.sheet })
		if got := b.sheets[i].cells[w.cell].text; got != w.text {
			t.Errorf("%s!%s is %q, want %q", w.sheet, w.cell, got, w.text)
		}
	}
	if got := b.sheets[1].cells["D5"].kind; got != "inlineStr" {
		t.Errorf("an id is of type %q", got)
	}
}

func TestPartsAreSoundAndHarmless(t *testing.T) {
	b := written(t, sample(), Options{})
	for name, content := range b.parts {
		d := xml.NewDecoder(strings.NewReader(content))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		for _, bad := range []string{`TargetMode="External"`, "vbaProject", "externalLink", "ddeLink"} {
			if strings.Contains(content, bad) || strings.Contains(name, bad) {
				t.Errorf("%s has %s", name, bad)
			}
		}
	}
	for i := range b.sheets {
		// Charts refer to cells in an element of the same name.
		if part := b.parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)]; strings.Contains(part, "<f>") || strings.Contains(part, "<f ") {
			t.Errorf("sheet %d has a formula", i+1)
		}
	}
	heads := slices.DeleteFunc(slices.Clone(b.order), isWorksheet)
	if !slices.IsSorted(heads) {
		t.Errorf("parts are not sorted: %q", heads)
	}
	defaults := regexp.MustCompile(`<Default Extension="(\w+)"`).FindAllString(b.parts["[Content_Types].xml"], -1)
	if len(defaults) < 3 || !slices.IsSorted(defaults) {
		t.Errorf("defaults are not sorted: %q", defaults)
	}
}

func TestWorksheetsAreLaidOut(t *testing.T) {
	b := written(t, sample(), Options{})
	has := func(part string, wanted ...string) {
		t.Helper()
		for _, w := range wanted {
			if !strings.Contains(b.parts[part], w) {
				t.Errorf("%s has no %s", part, w)
			}
		}
	}
	has("xl/worksheets/sheet1.xml", `tabSelected="true"`, `<tabColor rgb="0072B2">`, `state="frozen" topLeftCell="A5" ySplit="4"`,
		`<hyperlinks><hyperlink ref="A5" location="'Foreign logons'!A1"/></hyperlinks><pageMargins`, `orientation="portrait"`, `fitToWidth="1"`, `fitToHeight="0"`,
		`&amp;C2018-17 | R&amp;&amp;D | Page &amp;P of &amp;N`, `<ignoredError sqref="A1:C6" numberStoredAsText="true">`, "<tablePart ")
	has("xl/tables/table1.xml", `ref="A4:C6"`, `<autoFilter ref="A4:C6">`, `name="Analysis"`, `showRowStripes="true"`)
	has("xl/tables/table2.xml", `ref="A4:E6"`, `name="Text altered"`)
	has("xl/tables/table3.xml", `ref="A4:B5"`)
	has("xl/workbook.xml", `localSheetId="0" name="_xlnm.Print_Titles">&#39;Summary&#39;!$4:$4`)
	has("xl/styles.xml", `quotePrefix="true"`, "yyyy-mm-dd hh:mm:ss", "FFD55E00")
	has("xl/drawings/drawing1.xml", `descr="Rows of each analysis"`, "<xdr:row>7</xdr:row>")
	has("xl/charts/chart1.xml", `<f>&#39;Summary&#39;!$C$5:$C$6</f>`, `<barDir val="col">`)
	has("xl/charts/chart2.xml", `<f>&#39;Summary&#39;!$C$5:$C$5</f>`, `<barDir val="bar">`)
	has("docProps/core.xml", "<dc:title>Harbour &amp; Sons</dc:title>", "becforensics 1", "1980-01-01T00:00:00Z", ">Forensic report</category>")
	has("docProps/custom.xml", `name="CaseNumber"`, "<vt:lpwstr>2018-17</vt:lpwstr>", `name="Marking"`, "<vt:lpwstr>R&amp;D</vt:lpwstr>")
	if strings.Contains(b.parts["xl/worksheets/sheet2.xml"], "tabSelected") || b.parts["xl/tables/table4.xml"] != "" {
		t.Error("a second sheet is selected, or prose is a table")
	}
	for i := range b.sheets {
		columns := regexp.MustCompile(`<col [^>]*min="(\d+)"`).FindAllStringSubmatch(b.parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)], -1)
		for j, c := range columns {
			if c[1] != fmt.Sprint(j+1) {
				t.Errorf("sheet %d: widths are out of order: %q", i+1, columns)
			}
		}
	}
}

// Whatever a sheet holds is one page wide: text is wrapped where it would not
// fit, and what is for the screen alone is left out of the print.
func TestSheetsArePrintedOnePageWide(t *testing.T) {
	long := strings.Repeat("what the records show ", 30)
	s := sheetOf("Logons", []string{"User", "Evidence", "Why", "Limits", "Row id"},
		[]report.Cell{text("anna@harbour.example"), text(long), text(long), text(long + long), text("logon-1")},
		[]report.Cell{text("ben@harbour.example"), text("short"), text("short"), text("short"), text("logon-2")},
		[]report.Cell{text("carl@harbour.example"), text("short"), text("short"), text("short"), text("logon-3")})
	s.Columns[4].Screen = true
	s.Printed = 2
	narrow := sheetOf("Words", []string{"Word", "Sense"}, []report.Cell{text("Bind"), text("One message.")})
	b := written(t, &report.Book{Sheets: []report.Sheet{s, narrow}}, Options{})
	for part, wanted := range map[string][]string{
		"xl/worksheets/sheet1.xml": {`fitToWidth="1"`, `orientation="landscape"`},
		"xl/worksheets/sheet2.xml": {`fitToWidth="1"`, `orientation="portrait"`},
		"xl/workbook.xml":          {`name="_xlnm.Print_Area">&#39;Logons&#39;!$A$1:$D$6`, `name="_xlnm.Print_Titles">&#39;Logons&#39;!$4:$4`},
	} {
		for _, want := range wanted {
			if !strings.Contains(b.parts[part], want) {
				t.Errorf("%s has no %s", part, want)
			}
		}
	}
	l, err := layOut(&s, splitRows)
	if err != nil {
		t.Fatal(err)
	}
	if printed := l.printed(); printed < portraitWidth || printed > landscapeWidth {
		t.Errorf("the printed columns are %g characters wide", printed)
	}
	if !regexp.MustCompile(`<row r="5" ht="\d{2,3}`).MatchString(b.parts["xl/worksheets/sheet1.xml"]) {
		t.Error("the row of long text is no higher than others")
	}
}

func TestTextIsWrappedBetweenWords(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float64
		want  int
	}{
		{"", 10, 1},
		{"one bag", 7, 1},
		{"one bag one bag", 7, 2},
		{"abcdeghkn", 5, 2},
		{"a\nb\n\nc", 80, 4},
		{"3bc5b5d4-1111-4c0e-9e1d-5c1f2f4a9f10", 20, 2},
		{"漢字漢字", 4, 2},
	} {
		if got := lines(c.text, c.width); got != c.want {
			t.Errorf("%q takes %d lines of the width %g, want %d", c.text, got, c.width, c.want)
		}
	}
}

// A link leads to a row of a table, in whatever worksheet of its sheet that
// row stands.
func TestLinksLeadToRows(t *testing.T) {
	rows := sheetOf("Rows", []string{"A"}, []report.Cell{text("1")}, []report.Cell{text("2")}, []report.Cell{text("3")}, []report.Cell{text("4")})
	links := sheetOf("Links", []string{"To"},
		[]report.Cell{{Kind: report.Link, Text: "second", Sheet: "Rows", Row: 2}},
		[]report.Cell{{Kind: report.Link, Text: "fourth", Sheet: "Rows", Row: 4}},
		[]report.Cell{{Kind: report.Link, Text: "none", Sheet: "Rows", Row: 9}})
	b := written(t, &report.Book{Sheets: []report.Sheet{links, rows}}, Options{SplitRows: 3})
	for _, want := range []string{`ref="A5" location="'Rows'!A6"`, `ref="A6" location="'Rows (2)'!A5"`, `ref="A7" location="'Rows'!A1"`} {
		if !strings.Contains(b.parts["xl/worksheets/sheet1.xml"], want) {
			t.Errorf("no %s", want)
		}
	}
}

// A chart may draw the table of another sheet, from any row on.
func TestChartsDrawOtherSheets(t *testing.T) {
	days := sheetOf("Days", []string{"Day", "Events", "Acts of actors"},
		[]report.Cell{text("Monday"), number(1), number(2)}, []report.Cell{text("Tuesday"), number(3), number(4)})
	days.Scales = []report.Scale{{From: 0, To: 2, Columns: []string{"Events", "Acts of actors"}}}
	summary := sheetOf("Summary", []string{"A"}, []report.Cell{text("a")})
	summary.Charts = []report.Chart{{Title: "Days", Alt: "Events a day", Kind: "stacked", Sheet: "Days", Labels: "Day", Values: []string{"Events", "Acts of actors"}, Marked: "Acts of actors", From: 1}}
	b := written(t, &report.Book{Sheets: []report.Sheet{summary, days}}, Options{})
	for part, wanted := range map[string][]string{
		"xl/charts/chart1.xml":     {`<f>&#39;Days&#39;!$C$6:$C$6</f>`, `<grouping val="stacked">`, marked},
		"xl/drawings/drawing1.xml": {`descr="Events a day"`},
		"xl/worksheets/sheet2.xml": {`<conditionalFormatting sqref="B5:C6">`},
	} {
		for _, want := range wanted {
			if !strings.Contains(b.parts[part], want) {
				t.Errorf("%s has no %s", part, want)
			}
		}
	}
}

func TestLongSheetIsSplit(t *testing.T) {
	b := large(25, 3)
	b.Sheets[0].Intro = []string{"What it is."}
	got := written(t, b, Options{SplitRows: 10})
	var names []string
	rows := 0
	for _, s := range got.sheets {
		names = append(names, s.name)
		if s.cells["B4"].text != "Column 0" {
			t.Errorf("%s has no header", s.name)
		}
		rows += len(s.column("B", 5))
	}
	if want := []string{"Timeline", "Timeline (2)", "Timeline (3)"}; !slices.Equal(names, want) || rows != 25 {
		t.Errorf("%d rows in %q", rows, names)
	}
	whole := written(t, b, Options{}).sheets[0]
	var parts []string
	for _, s := range got.sheets {
		parts = append(parts, s.column("C", 5)...)
	}
	if !slices.Equal(parts, whole.column("C", 5)) {
		t.Error("the rows differ from those of a sheet that is not split")
	}
	if n := numbered("Eleven of twelve characters 1234", 12); n != "Eleven of twelve character (12)" {
		t.Errorf("a long name is numbered %q", n)
	}
}

func TestUnsoundBooksAreRefused(t *testing.T) {
	one := func(change func(s *report.Sheet)) *report.Book {
		s := sheetOf("Sheet", []string{"A", "B"}, []report.Cell{text("a"), text("b")}, []report.Cell{text("c"), text("d")})
		change(&s)
		return &report.Book{Sheets: []report.Sheet{s}}
	}
	twice := one(func(*report.Sheet) {})
	twice.Sheets = append(twice.Sheets, sheetOf("SHEET", []string{"A"}))
	for want, b := range map[string]*report.Book{
		"no sheets": {},
		`sheet "SHEET": a second one of that name`:         twice,
		`sheet "Sheet": more rows than the 1 announced`:    one(func(s *report.Sheet) { s.Count = 1 }),
		`sheet "Sheet": 3 rows announced, 2 came`:          one(func(s *report.Sheet) { s.Count = 3 }),
		`sheet "Sheet": row 1: 2 cells for 3 columns`:      one(func(s *report.Sheet) { s.Columns = append(s.Columns, report.Column{Name: "C"}) }),
		`sheet "Sheet": 17000 columns are more`:            one(func(s *report.Sheet) { s.Columns = make([]report.Column, 17000) }),
		`sheet "Sheet": chart "C": no column "Z"`:          one(func(s *report.Sheet) { s.Charts = []report.Chart{{Title: "C", Kind: "bar", Labels: "Z"}} }),
		`sheet "Sheet": chart "C": no kind "pie"`:          one(func(s *report.Sheet) { s.Charts = []report.Chart{{Title: "C", Kind: "pie", Labels: "A"}} }),
		`sheet "A sheet of far too many characters": the `: one(func(s *report.Sheet) { s.Name = "A sheet of far too many characters" }),
	} {
		err := Write(io.Discard, b, Options{})
		if err == nil || !strings.HasPrefix(err.Error(), "write workbook: "+want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A full disk takes bytes up to a number.
type fullDisk int

var errFull = errors.New("no space left")

func (d *fullDisk) Write(p []byte) (int, error) {
	if *d -= fullDisk(len(p)); *d < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestFailureToWriteIsReported(t *testing.T) {
	var whole bytes.Buffer
	b := large(1500, 20)
	if err := Write(&whole, b, Options{SplitRows: 800}); err != nil {
		t.Fatal(err)
	}
	for room := 0; room < whole.Len(); room += whole.Len()/16 + 1 {
		disk := fullDisk(room)
		if err := Write(&disk, b, Options{SplitRows: 800}); !errors.Is(err, errFull) {
			t.Errorf("room for %d of %d bytes: %v", room, whole.Len(), err)
		}
	}
}

func TestSameBookGivesSameBytes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	make := func() []byte {
		var buf bytes.Buffer
		b := sample()
		b.Sheets = append(b.Sheets, large(2000, 10).Sheets...)
		if err := Write(&buf, b, Options{SplitRows: 700, TmpDir: t.TempDir()}); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	first := make()
	for i := range 20 {
		runtime.GOMAXPROCS(1 + 7*(i%2))
		if i == 10 {
			time.Sleep(2100 * time.Millisecond) // beyond the two seconds of a zip archive's clock
		}
		if !bytes.Equal(first, make()) {
			t.Fatalf("run %d gives other bytes", i)
		}
	}
}

func TestAnotherReaderSeesTheSame(t *testing.T) {
	var buf bytes.Buffer
	if err := Write(&buf, sample(), Options{}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Foreign logons", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Foreign logons"},
		{"What it is."},
		nil,
		{"Severity", "User", "First (UTC)", "Id", "Text altered"},
		{"◆ high", "anna@harbour.example", "43222.42708333333", "00123"},
		{"● low", "=1+1", "43222.42709761574", `\x1b[2J`, "yes"},
	}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("got %q", rows)
	}
	formula, err := f.GetCellFormula("Foreign logons", "B6")
	if err != nil || formula != "" {
		t.Errorf("formula %q, %v", formula, err)
	}
	tables, err := f.GetTables("Foreign logons")
	if err != nil || len(tables) != 1 || tables[0].Range != "A4:E6" {
		t.Errorf("tables %+v, %v", tables, err)
	}
}

// A table too wide for paper loses no text: what all rows say stands above it, and
// the longest texts in one column, with columns of their own beside the print.
func TestWideTableIsToldInOneColumn(t *testing.T) {
	var names []string
	var one, two []report.Cell
	for i := range 24 {
		names = append(names, fmt.Sprintf("Column %d", i))
		one = append(one, text(fmt.Sprintf("one-of-%d@harbour.example", i)))
		two = append(two, text(fmt.Sprintf("two-of-%d@harbour.example", i)))
	}
	one[1], two[1] = moment(time.Date(2018, 5, 2, 10, 15, 0, 0, time.UTC)), report.Cell{Kind: report.Moment}
	one[23], two[23] = text("the same in both"), text("the same in both")
	s := sheetOf("Wide", names, one, two)
	s.Columns[0].Fixed = true
	l, err := layOut(&s, splitRows)
	if err != nil {
		t.Fatal(err)
	}
	if printed := l.printed(); printed > landscapeWidth {
		t.Errorf("the printed columns are %g characters wide", printed)
	}
	if l.columns[0].name != "Column 0" || l.columns[1].name != "Column 1" || !l.columns[l.shown-1].wrap {
		t.Errorf("the table begins with %+v", l.columns[:2])
	}
	said := strings.Join(l.sheet.Intro, " ")
	if !strings.Contains(said, "In every row: Column 23: the same in both.") {
		t.Errorf("above the table stands %q", said)
	}
	rows := 0
	l.sheet.Rows(func(cells []report.Cell) bool {
		on := said
		for i, c := range cells {
			if i < l.shown {
				on += "|" + c.Text
			}
		}
		for i, c := range [][]report.Cell{one, two}[rows] {
			if !strings.Contains(on, c.Text) {
				t.Errorf("row %d: column %d is not printed", rows, i)
			}
			if beside := slices.ContainsFunc(cells, func(own report.Cell) bool { return own.Text == c.Text }); !beside {
				t.Errorf("row %d: column %d is lost", rows, i)
			}
		}
		rows++
		return true
	})
	if rows != 2 || len(l.columns) != 25 {
		t.Errorf("%d rows of %d columns", rows, len(l.columns))
	}
}

// A chart may mark some of its labels with points.
func TestPointsMarkLabels(t *testing.T) {
	days := sheetOf("Days", []string{"Day", "Events", "Marked"},
		[]report.Cell{text("Monday"), number(1), {}}, []report.Cell{text("Tuesday"), number(3), number(3)})
	days.Charts = []report.Chart{{Title: "Days", Alt: "Events a day", Kind: "stacked", Labels: "Day", Values: []string{"Events"}, Points: "Marked", Wide: true}}
	b := written(t, &report.Book{Sheets: []report.Sheet{days}}, Options{})
	for _, want := range []string{"<lineChart>", `<symbol val="diamond">`, `<f>&#39;Days&#39;!$C$5:$C$6</f>`} {
		if !strings.Contains(b.parts["xl/charts/chart1.xml"], want) {
			t.Errorf("the chart has no %s", want)
		}
	}
}

// Addresses are broken before print gets too small, where no column may give way.
func TestAddressesAreBrokenRatherThanPrintedSmall(t *testing.T) {
	var names []string
	var row []report.Cell
	for i := range 8 {
		names = append(names, fmt.Sprintf("Column %d", i))
		row = append(row, text(fmt.Sprintf("somebody-with-a-name-%d@harbour.example", i)))
	}
	s := sheetOf("Addresses", names, row)
	for i := range s.Columns {
		s.Columns[i].Fixed = true
	}
	l, err := layOut(&s, splitRows)
	if err != nil {
		t.Fatal(err)
	}
	if l.printed() > landscapeWidth || l.shown != 8 || l.rowHeight(row) < 2*bodyLine {
		t.Errorf("%d columns are %g characters wide, the row %g points high", l.shown, l.printed(), l.rowHeight(row))
	}
}
