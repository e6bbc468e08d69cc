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

// Sizes in pixels: what charts side by side take together at least, how high one
// is, a wide one, the gap to the next, and a row as excelize counts it.
const (
	leastCharts = 740
	chartHeight = 240
	wideHeight  = 300
	chartGap    = 14
	chartRow    = 17
)

// palette are the fills of series and marked that of one that stands out, from
// the colours of Okabe and Ito.
var palette = []string{"0072B2", "009E73", "56B4E9", "CC79A7", "999999", "F0E442"}

const marked = "D55E00"

// pointColour and pointSize are those of points: a shape that is seen without colour.
const (
	pointColour = "000000"
	pointSize   = 6
)

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

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
	whole := 0
	for _, c := range w.layout.columns[:w.layout.shown] {
		whole += columnPixels(c.width)
	}
	whole = max(whole, leastCharts)
	left, above := 0, 0 // pixels taken of the line, rows that the charts in it cover
	for i := range w.layout.sheet.Charts {
		c := &w.layout.sheet.Charts[i]
		drawn, points, err := w.chart(c, whole)
		if err == nil {
			if left > 0 && left+int(drawn.Dimension.Width) > whole {
				row, left = row+above, 0
			}
			above = int(drawn.Dimension.Height)/chartRow + 2
			right, offset := w.layout.columnAt(column, left)
			drawn.Format.OffsetX = offset
			err = w.file.AddChart(w.page.name, fmt.Sprintf("%s%d", columnName(right), row), drawn, points...)
			left += int(drawn.Dimension.Width) + chartGap
		}
		if err != nil {
			return fmt.Errorf("chart %q: %w", c.Title, err)
		}
	}
	return nil
}

// columnPixels are those of a column as excelize counts them: 7 for a character, and 5
// more at its edges.
func columnPixels(width float64) int { return int(width*7) + 5 }

// columnAt is the column so many pixels to the right of another, and how far
// into it they reach.
func (l *layout) columnAt(from, pixels int) (column, offset int) {
	for column = from; ; {
		width := emptyWidth
		if column < len(l.columns) {
			width = l.columns[column].width
		}
		if wide := columnPixels(width); pixels >= wide {
			pixels -= wide
			column++
			continue
		}
		return column, pixels
	}
}

// chart makes a chart, and what is drawn over it.
func (w *worksheet) chart(c *report.Chart, whole int) (drawn *excelize.Chart, over []*excelize.Chart, err error) {
	from := w.layout
	if c.Sheet != "" {
		if from = w.targets[c.Sheet]; from == nil {
			return nil, nil, fmt.Errorf("no sheet %q", c.Sheet)
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
		return nil, nil, err
	}
	width, height := (whole-chartGap)/2, chartHeight
	if c.Wide {
		width, height = whole, wideHeight
	}
	dark := excelize.Font{Family: fontName, Size: bodySize, Color: "000000"}
	title, _ := fit(c.Title)
	alt, _ := fit(c.Alt)
	drawn = &excelize.Chart{
		Type:       excelize.Col,
		Format:     excelize.GraphicOptions{AltText: alt, Name: title},
		Dimension:  excelize.ChartDimension{Width: uint(width), Height: uint(height)},
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
		return nil, nil, fmt.Errorf("no kind %q", c.Kind)
	}
	if len(c.Values) > 1 || c.Points != "" {
		drawn.Legend.Position = "bottom"
	}
	for i, name := range c.Values {
		head, values, err := cells(name)
		if err != nil {
			return nil, nil, err
		}
		colour := palette[i%len(palette)]
		if name == c.Marked {
			colour = marked
		}
		drawn.Series = append(drawn.Series, excelize.ChartSeries{Name: head, Categories: labels, Values: values, Fill: solid(colour)})
	}
	if c.Points == "" {
		return drawn, nil, nil
	}
	head, values, err := cells(c.Points)
	if err != nil {
		return nil, nil, err
	}
	return drawn, []*excelize.Chart{{Type: excelize.Line, Legend: drawn.Legend, XAxis: drawn.XAxis, YAxis: drawn.YAxis, Series: []excelize.ChartSeries{{
		Name: head, Categories: labels, Values: values, Fill: solid(pointColour), Line: excelize.LineOptions{Type: excelize.LineNone},
		Marker: excelize.ChartMarker{Symbol: "diamond", Size: pointSize, Fill: solid(pointColour)},
	}}}}, nil
}
