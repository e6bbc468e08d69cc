package cite

import (
	"fmt"
	"time"

	"becforensics/timeline/analysis"
)

// Bytes is a size as Cells takes it.
type Bytes int64

// Cells makes the cells of a row: a string is text, an int a count, a time a
// moment, a span a duration, Bytes a size, a list of strings a list, and nil a
// column that does not apply.
func Cells(values ...any) []analysis.Cell {
	cells := make([]analysis.Cell, len(values))
	for i, v := range values {
		cells[i] = cell(v)
	}
	return cells
}

func cell(v any) analysis.Cell {
	switch x := v.(type) {
	case nil:
		return analysis.Cell{}
	case string:
		return analysis.Cell{Kind: analysis.Text, Text: x, Set: x != ""}
	case int:
		return analysis.Cell{Kind: analysis.Count, Number: int64(x), Set: true}
	case time.Time:
		return analysis.Cell{Kind: analysis.Moment, Time: x, Set: !x.IsZero()}
	case time.Duration:
		return analysis.Cell{Kind: analysis.Duration, Span: x, Set: true}
	case Bytes:
		return analysis.Cell{Kind: analysis.Size, Number: int64(x), Set: true}
	case []string:
		return analysis.Cell{Kind: analysis.List, List: x, Set: len(x) > 0}
	}
	panic(fmt.Sprintf("no cell is made of %T", v))
}
