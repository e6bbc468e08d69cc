package xlsx

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"becforensics/report"
)

// mostAbove is how many rows a table may have for its charts to stand below
// it, where they are printed large enough; beside a longer one they are seen
// at once.
const mostAbove = 60

// Sizes in pixels: what charts side by side take together, how high one is and
// the gap to the next; and the rows that one covers with one between.
const (
	chartsWidth = 740
	chartHeight = 240
	chartGap    = 14
	chartRows   = chartHeight/20 + 2
)

// palette are the fills of series and marked that of one that stands out, from
// the colours of Okabe and Ito.
var palette = []string{"0072B2", "009E73", "56B4E9", "CC79A7", "999999", "F0E442"}

const marked = "D55E00"

// slanted are the degrees by which labels of many columns rise.
const slanted = 45

// charts draws the charts of a sheet: below a short table two by two, but wide
// ones alone, and beside a long one.
func (w *worksheet) charts() error {
	if w.page.rows == 0 {
		return nil
	}
	row, column := w.layout.last(w.page)+2, 0
	if w.page.rows > mostAbove {
		row, column = w.layout.header(), len(w.layout.columns)+1
	}
	left := 0 // pixels taken of the line
	for i := range w.layout.sheet.Charts {
		c := &w.layout.sheet.Charts[i]
		drawn, err := w.chart(c)
		if err == nil {
			if left > 0 && left+int(drawn.Dimension.Width) > chartsWidth {
				row, left = row+chartRows, 0
			}
			right, offset := w.layout.columnAt(column, left)
			drawn.Format.OffsetX = offset
			err = w.file.AddChart(w.page.name, fmt.Sprintf("%s%d", columnName(right), row), drawn)
			left += int(drawn.Dimension.Width) + chartGap
		}
		if err != nil {
			return fmt.Errorf("chart %q: %w", c.Title, err)
		}
	}
	return nil
}

// columnAt is the column so many pixels to the right of another, and how far
// into it they reach.
func (l *layout) columnAt(from, pixels int) (column, offset int) {
	for column = from; ; {
		width := emptyWidth
		if column < len(l.columns) {
			width = l.columns[column].width
		}
		// A character is 7 pixels wide, and a column has 5 more at its edges.
		if wide := int(width*7) + 5; pixels >= wide {
			pixels -= wide
			column++
			continue
		}
		return column, pixels
	}
}

func (w *worksheet) chart(c *report.Chart) (*excelize.Chart, error) {
	from := w.layout
	if c.Sheet != "" {
		if from = w.targets[c.Sheet]; from == nil {
			return nil, fmt.Errorf("no sheet %q", c.Sheet)
		}
	}
	page := from.pages[0]
	rows := page.rows - c.From
	if c.Rows > 0 {
		rows = min(rows, c.Rows)
	}
	header := from.header()
	first := header + 1 + c.From
	// cells refers to the drawn rows of the column with that name.
	cells := func(name string) (head, body string, err error) {
		for i, col := range from.sheet.Columns {
			if col.Name == name {
				start := quoted(page.name) + "!$" + columnName(i)
				return fmt.Sprintf("%s$%d", start, header), fmt.Sprintf("%s$%d:$%s$%d", start, first, columnName(i), first+rows-1), nil
			}
		}
		return "", "", fmt.Errorf("no column %q", name)
	}
	_, labels, err := cells(c.Labels)
	if err != nil {
		return nil, err
	}
	width := (chartsWidth - chartGap) / 2
	if c.Wide {
		width = chartsWidth
	}
	dark := excelize.Font{Family: fontName, Size: bodySize, Color: "000000"}
	title, _ := fit(c.Title)
	alt, _ := fit(c.Alt)
	drawn := &excelize.Chart{
		Type:       excelize.Col,
		Format:     excelize.GraphicOptions{AltText: alt, Name: title},
		Dimension:  excelize.ChartDimension{Width: uint(width), Height: chartHeight},
		Title:      excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title}}},
		Legend:     excelize.ChartLegend{Position: "none"},
		VaryColors: new(false),
		XAxis:      excelize.ChartAxis{Font: dark},
		YAxis:      excelize.ChartAxis{Font: dark, MajorGridLines: true},
	}
	switch c.Kind {
	case "column":
	case "stacked":
		drawn.Type = excelize.ColStacked
		drawn.XAxis.TickLabelSkip = 1 // some labels are empty
		drawn.XAxis.Alignment = excelize.Alignment{TextRotation: slanted}
	case "bar":
		drawn.Type = excelize.Bar
		drawn.XAxis.ReverseOrder = true // the first row on top
	default:
		return nil, fmt.Errorf("no kind %q", c.Kind)
	}
	if len(c.Values) > 1 {
		drawn.Legend.Position = "bottom"
	}
	for i, name := range c.Values {
		head, values, err := cells(name)
		if err != nil {
			return nil, err
		}
		colour := palette[i%len(palette)]
		if name == c.Marked {
			colour = marked
		}
		fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
		drawn.Series = append(drawn.Series, excelize.ChartSeries{Name: head, Categories: labels, Values: values, Fill: fill})
	}
	return drawn, nil
}
