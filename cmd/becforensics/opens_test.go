package main

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestAnotherOfficeReadsTheWorkbook has LibreOffice read a workbook of hostile
// exports and compares each text on each sheet with what was written.
func TestAnotherOfficeReadsTheWorkbook(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is absent")
	}
	dir := t.TempDir()
	report := filepath.Join(dir, "report.xlsx")
	if _, stderr, code := command(t, "analyze", "-o", report, hostileEvidence(t)); code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	const everySheet = `csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1`
	cmd := exec.Command(office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", everySheet, "--outdir", dir, report)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	f, err := excelize.OpenFile(report)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	texts := 0
	for _, sheet := range f.GetSheetList() {
		text, err := os.ReadFile(filepath.Join(dir, "report-"+sheet+".csv"))
		if err != nil {
			t.Errorf("LibreOffice has no sheet %q: %v", sheet, err)
			continue
		}
		r := csv.NewReader(strings.NewReader(string(text)))
		r.FieldsPerRecord = -1
		read, err := r.ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", sheet, err)
		}
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x, want := range row {
				cell, err := excelize.CoordinatesToCellName(x+1, y+1)
				if err != nil {
					t.Fatal(err)
				}
				kind, err := f.GetCellType(sheet, cell)
				if err != nil {
					t.Fatal(err)
				}
				if kind != excelize.CellTypeInlineString || want == "" {
					continue
				}
				texts++
				if y >= len(read) || x >= len(read[y]) || read[y][x] != want {
					got := ""
					if y < len(read) && x < len(read[y]) {
						got = read[y][x]
					}
					t.Errorf("%s %s: LibreOffice reads %.200q, written was %.200q", sheet, cell, got, want)
				}
			}
		}
	}
	t.Logf("%d texts", texts)
	if texts == 0 {
		t.Error("no text was compared")
	}
	proves(t, 8, "LibreOffice opens the workbook of hostile exports and reads each text of each sheet as it was written")
}
