package xlsx

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// severities are the marks of severity: a symbol beside the word and a fill,
// so that colour is never the only sign.
//
//go:embed severity.csv
var severities string

// styles are the ids of cell formats in the workbook.
type styles struct {
	title, prose, header        int
	text, wrapped, number, link int
	blank                       int // to be written in
	moment, fraction            int // dates without and with milliseconds
	severity                    map[string]severityMark
}

type severityMark struct {
	symbol string
	style  int
}

const (
	fontName   = "Calibri"
	bodySize   = 10
	proseSize  = 11
	titleSize  = 14
	headerFill = "1F3864"
	linkColour = "0072B2"
	blankFill  = "FFF8DC"
)

func newStyles(f *excelize.File) (*styles, error) {
	var failed error
	add := func(font excelize.Font, align excelize.Alignment, fill, format string) int {
		font.Family, font.Size = fontName, max(font.Size, bodySize)
		s := &excelize.Style{Font: &font, Alignment: &align}
		if fill != "" {
			s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
		}
		if format != "" {
			s.CustomNumFmt = &format
		}
		id, err := f.NewStyle(s)
		if err != nil {
			failed = err
		}
		return id
	}
	// Text keeps its quote prefix: a cell that someone edits by mistake does not turn
	// into a formula or a number.
	literal := func(font excelize.Font, align excelize.Alignment) int {
		id := add(font, align, "", "")
		if failed == nil {
			f.Styles.CellXfs.Xf[id].QuotePrefix = new(true)
		}
		return id
	}
	top := excelize.Alignment{Vertical: "top"}
	left := excelize.Alignment{Vertical: "top", Horizontal: "left"}
	wrap := excelize.Alignment{Vertical: "top", WrapText: true}
	s := &styles{
		title:    literal(excelize.Font{Bold: true, Size: titleSize}, top),
		prose:    literal(excelize.Font{Size: proseSize}, wrap),
		header:   add(excelize.Font{Bold: true, Color: "FFFFFF"}, excelize.Alignment{Vertical: "center", WrapText: true}, headerFill, ""),
		text:     literal(excelize.Font{}, top),
		wrapped:  literal(excelize.Font{}, wrap),
		link:     literal(excelize.Font{Underline: "single", Color: linkColour}, wrap),
		blank:    add(excelize.Font{}, wrap, blankFill, ""),
		number:   add(excelize.Font{}, excelize.Alignment{Vertical: "top", Horizontal: "right", Indent: 1}, "", ""),
		moment:   add(excelize.Font{}, left, "", "yyyy-mm-dd hh:mm:ss"),
		fraction: add(excelize.Font{}, left, "", "yyyy-mm-dd hh:mm:ss.000"),
		severity: map[string]severityMark{},
	}
	rows, err := csv.NewReader(strings.NewReader(severities)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("decode severities: %w", err)
	}
	for _, r := range rows[1:] {
		s.severity[r[0]] = severityMark{r[1], add(excelize.Font{Bold: r[2] != ""}, top, r[2], "")}
	}
	return s, failed
}
