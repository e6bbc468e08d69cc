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

// Size of a chart in pixels and in the rows that it covers, with one between.
const (
	chartWidth  = 800
	chartHeight = 360
	chartRows   = chartHeight/20 + 2
)

// palette are the fills of series, from the colours of Okabe and Ito.
var palette = []string{"0072B2", "E69F00", "009E73"}

// charts draws the charts of a sheet from its own rows, beside or below them.
func (w *worksheet) charts() error {
	row, column := w.layout.last(w.page)+2, 0
	if w.page.rows > mostAbove {
		row, column = w.layout.header(), len(w.layout.columns)+1
	}
	for _, c := range w.layout.sheet.Charts {
		if w.page.rows == 0 {
			return nil
		}
		drawn, err := w.chart(&c)
		if err == nil {
			err = w.file.AddChart(w.page.name, fmt.Sprintf("%s%d", columnName(column), row), drawn)
		}
		if err != nil {
			return fmt.Errorf("chart %q: %w", c.Title, err)
		}
		row += chartRows
	}
	return nil
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
	title, _ := fit(c.Title)
	alt, _ := fit(c.Alt)
	drawn := &excelize.Chart{
		Type:      excelize.Col,
		Format:    excelize.GraphicOptions{AltText: alt, Name: title, Positioning: "oneCell"},
		Dimension: excelize.ChartDimension{Width: chartWidth, Height: chartHeight},
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title}}},
		Legend:    excelize.ChartLegend{Position: "none"},
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
