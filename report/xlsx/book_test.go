package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"becforensics/report"
)

// A book is a workbook read back: its parts, and the cells of its sheets.
type book struct {
	parts  map[string]string
	order  []string // of the parts
	sheets []sheet
}

type sheet struct {
	name  string
	cells map[string]cell
	rows  int // number of the last row
}

type cell struct{ text, kind, style string }

func written(t *testing.T, b *report.Book, opt Options) *book {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(&buf, b, opt); err != nil {
		t.Fatal(err)
	}
	return readBook(t, buf.Bytes())
}

func readBook(t *testing.T, content []byte) *book {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	b := &book{parts: map[string]string{}}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := b.parts[f.Name]; twice {
			t.Errorf("part %q twice", f.Name)
		}
		b.parts[f.Name] = string(text)
		b.order = append(b.order, f.Name)
	}
	var workbook struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := xml.Unmarshal([]byte(b.parts["xl/workbook.xml"]), &workbook); err != nil {
		t.Fatal(err)
	}
	for i, s := range workbook.Sheets {
		b.sheets = append(b.sheets, readSheet(t, s.Name, b.parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)]))
	}
	return b
}

// readSheet reads the cells of a worksheet and holds that they stand in order.
func readSheet(t *testing.T, name, content string) sheet {
	t.Helper()
	var part struct {
		Rows []struct {
			Number int `xml:"r,attr"`
			Cells  []struct {
				Ref    string  `xml:"r,attr"`
				Kind   string  `xml:"t,attr"`
				Style  string  `xml:"s,attr"`
				Value  string  `xml:"v"`
				Inline *string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := xml.Unmarshal([]byte(content), &part); err != nil {
		t.Fatalf("sheet %q: %v", name, err)
	}
	s := sheet{name: name, cells: map[string]cell{}}
	for _, r := range part.Rows {
		if r.Number <= s.rows {
			t.Errorf("sheet %q: row %d after row %d", name, r.Number, s.rows)
		}
		s.rows = r.Number
		before := 0
		for _, c := range r.Cells {
			letters := strings.TrimSuffix(c.Ref, strconv.Itoa(r.Number))
			column := 0
			for _, l := range letters {
				column = column*26 + int(l-'A') + 1
			}
			if column <= before || letters == c.Ref {
				t.Errorf("sheet %q: cell %s is out of order", name, c.Ref)
			}
			before = column
			v := cell{text: c.Value, kind: c.Kind, style: c.Style}
			if c.Inline != nil {
				v.text = unescape(*c.Inline)
			}
			s.cells[c.Ref] = v
		}
	}
	return s
}

var escapes = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

// unescape undoes Excel's escapes of characters in strings.
func unescape(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(e string) string {
		n, err := strconv.ParseUint(e[2:6], 16, 16)
		if err != nil {
			return e
		}
		return string(rune(n))
	})
}

// column is the text of a column's cells from a row on.
func (s sheet) column(letter string, from int) []string {
	var texts []string
	for n := from; n <= s.rows; n++ {
		texts = append(texts, s.cells[letter+strconv.Itoa(n)].text)
	}
	return texts
}
