package main

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"becforensics/report/xlsx"
)

// A printedSheet is what a worksheet says of its print, and its cells.
type printedSheet struct {
	Fit    []struct{} `xml:"sheetPr>pageSetUpPr"`
	Format struct {
		Height float64 `xml:"defaultRowHeight,attr"`
	} `xml:"sheetFormatPr"`
	Columns []struct {
		First int     `xml:"min,attr"`
		Last  int     `xml:"max,attr"`
		Width float64 `xml:"width,attr"`
	} `xml:"cols>col"`
	Rows []struct {
		Number int     `xml:"r,attr"`
		Height float64 `xml:"ht,attr"`
		Cells  []struct {
			Ref  string `xml:"r,attr"`
			Text string `xml:"is>t"`
		} `xml:"c"`
	} `xml:"sheetData>row"`
	Setup struct {
		Orientation string `xml:"orientation,attr"`
		Wide        int    `xml:"fitToWidth,attr"`
		High        int    `xml:"fitToHeight,attr"`
	} `xml:"pageSetup"`
}

// partsOf are the parts of the shipped case's workbook.
func partsOf(t *testing.T) map[string][]byte {
	t.Helper()
	var b bytes.Buffer
	if err := xlsx.Write(&b, harbourBook(t), xlsx.Options{}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return parts
}

// What is printed can be read: every sheet is one page wide in print of at least
// 7 points and repeats its head, and no row is lower than its text.
func TestWorkbookPrintsLegibly(t *testing.T) {
	const (
		digit     = 5.25 // points of a digit, which widths are counted in
		upright   = 538  // points across a page of A4 between its margins
		onItsSide = 784
		bodySize  = 10
		leastSize = 7
	)
	parts := partsOf(t)
	names := regexp.MustCompile(`<sheet name="([^"]*)"`).FindAllSubmatch(parts["xl/workbook.xml"], -1)
	if len(names) < 20 {
		t.Fatalf("%d sheets", len(names))
	}
	for i, m := range names {
		name := string(m[1])
		var s printedSheet
		if err := xml.Unmarshal(parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)], &s); err != nil {
			t.Fatal(err)
		}
		if len(s.Fit) == 0 || s.Setup.Wide != 1 || s.Setup.High != 0 && name != "Cover" && name != "Summary" {
			t.Errorf("%s is not fitted to the width of a page: %+v", name, s.Setup)
		}
		// defined is the end of a name's reference.
		defined := func(what, form string) string {
			m := regexp.MustCompile(fmt.Sprintf(`localSheetId="%d" name="_xlnm.%s">[^<]*%s<`, i, what, form)).FindSubmatch(parts["xl/workbook.xml"])
			if m == nil {
				return ""
			}
			return string(m[1])
		}
		var widths []float64
		for _, c := range s.Columns {
			for range c.Last - c.First + 1 {
				widths = append(widths, c.Width)
			}
		}
		header := defined("Print_Titles", `\$(\d+)`)
		if len(widths) > 1 && header == "" {
			t.Errorf("%s does not repeat its head", name)
		}
		if area := defined("Print_Area", `\$([A-Z]+)\$\d+`); area != "" {
			widths = widths[:min(len(widths), number(area))]
		}
		width := 0.0
		for _, w := range widths {
			width += w * digit
		}
		page := float64(onItsSide)
		if s.Setup.Orientation == "portrait" {
			page = upright
		}
		if size := bodySize * page / width; size < leastSize {
			t.Errorf("%s is printed in %.1f points", name, size)
		}
		below := false
		for _, row := range s.Rows {
			if !below { // what stands above spans several columns
				below = fmt.Sprint(row.Number) == header
				continue
			}
			for _, c := range row.Cells {
				column := number(strings.TrimRight(c.Ref, "0123456789"))
				if column > len(widths) {
					continue // beside the print
				}
				// However narrow its characters are, they take this much.
				const narrowest, line = 0.6, 12
				lines := math.Ceil(float64(utf8.RuneCountInString(c.Text)) * narrowest / widths[column-1])
				if high := max(row.Height, s.Format.Height); lines*line > high {
					t.Errorf("%s!%s: %g lines in a row of %g points", name, c.Ref, lines, high)
				}
			}
		}
	}
}

// number is a column by its letters, from 1.
func number(letters string) int {
	n := 0
	for _, l := range letters {
		n = n*26 + int(l-'A') + 1
	}
	return n
}

// Every chart has a text for those who cannot see it.
func TestChartsHaveAlternativeTexts(t *testing.T) {
	drawing := string(partsOf(t)["xl/drawings/drawing1.xml"])
	charts, texts := strings.Count(drawing, "<xdr:graphicFrame"), regexp.MustCompile(`descr="([^"]{20,})"`).FindAllString(drawing, -1)
	if charts != 3 || len(texts) != charts {
		t.Errorf("%d charts, %d texts: %q", charts, len(texts), texts)
	}
}
