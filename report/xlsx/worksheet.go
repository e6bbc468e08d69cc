package xlsx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"becforensics/ingest/evidence"
)

// mostFrozen is how many lines may stay in view above the rows: more would
// leave a small screen nothing to scroll. The table shows its columns' names
// in place of the letters then.
const mostFrozen = 18

// paperA4 is a sheet of A4 in excelize's numbers.
const paperA4 = 9

// mostFooter is how many characters of the footer are printed, doubled &
// included: Excel takes 255 with the page number.
const mostFooter = 200

// A worksheet is the frame of one page: all but its cells.
type worksheet struct {
	file    *excelize.File
	layout  *layout
	targets map[string]*layout // by the name of the sheet
	page    page
	first   bool // of its sheet
	number  int  // in the workbook
}

func (w *worksheet) build(footer string) error {
	if w.number == 1 {
		if err := w.file.SetSheetName("Sheet1", w.page.name); err != nil {
			return err
		}
	} else if _, err := w.file.NewSheet(w.page.name); err != nil {
		return err
	}
	if err := errors.Join(w.widths(), w.prose(), w.paper(footer), w.extent()); err != nil {
		return err
	}
	if len(w.layout.sheet.Columns) == 0 {
		return nil
	}
	if err := errors.Join(w.table(), w.freeze()); err != nil || !w.first {
		return err
	}
	return w.charts()
}

func (w *worksheet) widths() error {
	for i, c := range w.layout.columns {
		name := columnName(i)
		if err := w.file.SetColWidth(w.page.name, name, name, min(c.width, excelize.MaxColumnWidth)); err != nil {
			return err
		}
	}
	return nil
}

// prose lets the paragraphs above the table span several of its columns.
func (w *worksheet) prose() error {
	n, _ := w.layout.span()
	if n == 1 {
		return nil
	}
	for i := range w.layout.sheet.Intro {
		if err := w.file.MergeCell(w.page.name, fmt.Sprintf("A%d", 2+i), fmt.Sprintf("%s%d", columnName(n-1), 2+i)); err != nil {
			return err
		}
	}
	return nil
}

// paper lays the worksheet out for print, one page wide: upright if it is narrow
// enough or one page in all, else on its side.
func (w *worksheet) paper(footer string) error {
	props := &excelize.SheetPropsOptions{FitToPage: new(true), DefaultRowHeight: new(bodyLine + rowGap), CustomHeight: new(true)}
	if tab := w.layout.sheet.Tab; tab != "" {
		props.TabColorRGB = &tab
	}
	orientation, high := "landscape", 0
	if w.layout.printed() <= portraitWidth || w.layout.sheet.OnePage {
		orientation = "portrait"
	}
	if w.layout.sheet.OnePage {
		high = 1
	}
	const side, edge, inner = 0.4, 0.5, 0.25 // inches
	return errors.Join(
		w.file.SetSheetProps(w.page.name, props),
		w.file.SetPageLayout(w.page.name, &excelize.PageLayoutOptions{Size: new(paperA4), Orientation: &orientation, FitToWidth: new(1), FitToHeight: &high}),
		w.file.SetPageMargins(w.page.name, &excelize.PageLayoutMarginsOptions{Left: new(side), Right: new(side), Top: new(edge), Bottom: new(edge), Header: new(inner), Footer: new(inner)}),
		w.file.SetHeaderFooter(w.page.name, &excelize.HeaderFooterOptions{OddFooter: footer}),
		w.area(),
	)
}

// area says what is printed where that is not all.
func (w *worksheet) area() error {
	l := w.layout
	last, most := l.last(w.page), l.sheet.Printed
	if most > 0 {
		last = min(last, l.header()+most)
	}
	if l.shown == len(l.columns) && last == l.last(w.page) {
		return nil
	}
	n, _ := l.span()
	return w.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", Scope: w.page.name,
		RefersTo: fmt.Sprintf("%s!$A$1:$%s$%d", quoted(w.page.name), columnName(max(n, l.shown)-1), last),
	})
}

// printed is the footer as Excel's code for it.
func printed(footer string) string {
	footer = strings.ReplaceAll(evidence.Printable(footer), "&", "&&")
	if cut := unitsBefore(footer, mostFooter); cut < len(footer) {
		footer = strings.TrimRight(footer[:cut], "&") + "…"
	}
	if footer != "" {
		footer += " | "
	}
	return "&C" + footer + "Page &P of &N"
}

// extent says which cells are used, and that numbers in text are meant so.
func (w *worksheet) extent() error {
	ref := fmt.Sprintf("A1:%s%d", columnName(len(w.layout.columns)-1), w.layout.last(w.page))
	return errors.Join(
		w.file.SetSheetDimension(w.page.name, ref),
		w.file.AddIgnoredErrors(w.page.name, ref, excelize.IgnoredErrorsNumberStoredAsText),
	)
}

// table makes the rows a table with filters and bands, whose header is printed
// on every page.
func (w *worksheet) table() error {
	header, last := w.layout.header(), columnName(len(w.layout.columns)-1)
	for i, c := range w.layout.columns {
		if err := w.file.SetCellStr(w.page.name, fmt.Sprintf("%s%d", columnName(i), header), c.name); err != nil {
			return err
		}
	}
	return errors.Join(
		w.file.AddTable(w.page.name, &excelize.Table{
			Range: fmt.Sprintf("A%d:%s%d", header, last, w.layout.last(w.page)),
			Name:  fmt.Sprintf("Table%d", w.number), StyleName: "TableStyleLight1",
		}),
		w.file.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", Scope: w.page.name,
			RefersTo: fmt.Sprintf("%s!$%d:$%d", quoted(w.page.name), header, header),
		}),
		w.scales(),
	)
}

// scales shades blocks of numbers, white for the smallest.
func (w *worksheet) scales() error {
	l := w.layout
	for _, s := range l.sheet.Scales {
		first, last := -1, -1
		for i, c := range l.sheet.Columns {
			if slices.Contains(s.Columns, c.Name) {
				if first < 0 {
					first = i
				}
				last = i
			}
		}
		ref := fmt.Sprintf("%s%d:%s%d", columnName(first), l.header()+1+s.From, columnName(last), l.header()+s.To)
		if err := w.file.SetConditionalFormat(w.page.name, ref, []excelize.ConditionalFormatOptions{{
			Type: "2_color_scale", Criteria: "=", MinType: "min", MaxType: "max", MinColor: "#FFFFFF", MaxColor: "#" + scaleColour,
		}}); err != nil {
			return err
		}
	}
	return nil
}

// scaleColour shades the largest number of a block.
const scaleColour = "E69F00"

// quoted is a sheet's name in a reference.
func quoted(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// freeze keeps the header in view.
func (w *worksheet) freeze() error {
	header := w.layout.header()
	head := float64(header-len(w.layout.sheet.Intro)) + w.layout.headerHeight()/proseLine
	for _, p := range w.layout.sheet.Intro {
		head += w.layout.height(p) / proseLine
	}
	if head > mostFrozen {
		return nil
	}
	return w.file.SetPanes(w.page.name, &excelize.Panes{
		Freeze: true, YSplit: header, TopLeftCell: fmt.Sprintf("A%d", header+1),
		ActivePane: "bottomLeft", Selection: []excelize.Selection{{SQRef: "A1", ActiveCell: "A1", Pane: "bottomLeft"}},
	})
}
