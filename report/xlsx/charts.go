package xlsx

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"becforensics/report"
)

// mostAbove is how many rows a table may have for its charts to stand below
// it, where they are printed large enough; beside a longer one they are seen
// at once.
const mostAbove = 40

// Size of a chart in pixels, the gap to the next one, and the rows that it
// covers with one between.
const (
	chartWidth  = 560
	chartHeight = 320
	chartGap    = 20
	chartRows   = chartHeight/20 + 2
)

// palette are the fills of series, from the colours of Okabe and Ito.
var palette = []string{"0072B2", "E69F00", "009E73"}

// charts draws the charts of a sheet from its own rows: below a short table
// two by two, beside a long one in a column.
func (w *worksheet) charts() error {
	if w.page.rows == 0 {
		return nil
	}
	row, column, across := w.layout.last(w.page)+2, 0, 2
	if w.page.rows > mostAbove {
		row, column, across = w.layout.header(), len(w.layout.columns)+1, 1
	}
	for i := range w.layout.sheet.Charts {
		c := &w.layout.sheet.Charts[i]
		drawn, err := w.chart(c)
		if err == nil {
			right, offset := w.layout.columnAt(i % across * (chartWidth + chartGap))
			drawn.Format.OffsetX = offset
			err = w.file.AddChart(w.page.name, fmt.Sprintf("%s%d", columnName(column+right), row+i/across*chartRows), drawn)
		}
		if err != nil {
			return fmt.Errorf("chart %q: %w", c.Title, err)
		}
	}
	return nil
}

// columnAt is the column that is so many pixels from the left, and how far into
// it they reach.
func (l *layout) columnAt(pixels int) (column, offset int) {
	for {
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
	rows := w.page.rows
	if c.Rows > 0 {
		rows = min(rows, c.Rows)
	}
	header := w.layout.header()
	// cells refers to the drawn rows of the column with that name.
	cells := func(name string) (head, body string, err error) {
		for i, col := range w.layout.sheet.Columns {
			if col.Name == name {
				start := quoted(w.page.name) + "!$" + columnName(i)
				return fmt.Sprintf("%s$%d", start, header), fmt.Sprintf("%s$%d:$%s$%d", start, header+1, columnName(i), header+rows), nil
			}
		}
		return "", "", fmt.Errorf("no column %q", name)
	}
	_, labels, err := cells(c.Labels)
	if err != nil {
		return nil, err
	}
	dark := excelize.Font{Family: fontName, Size: bodySize, Color: "000000"}
	title, _ := fit(c.Title)
	alt, _ := fit(c.Alt)
	drawn := &excelize.Chart{
		Type:       excelize.Col,
		Format:     excelize.GraphicOptions{AltText: alt, Name: title},
		Dimension:  excelize.ChartDimension{Width: chartWidth, Height: chartHeight},
		Title:      excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title}}},
		Legend:     excelize.ChartLegend{Position: "none"},
		VaryColors: new(false),
		XAxis:      excelize.ChartAxis{Font: dark},
		YAxis:      excelize.ChartAxis{Font: dark, MajorGridLines: true},
	}
	switch c.Kind {
	case "column":
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
		fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{palette[i%len(palette)]}}
		drawn.Series = append(drawn.Series, excelize.ChartSeries{Name: head, Categories: labels, Values: values, Fill: fill})
	}
	return drawn, nil
}
