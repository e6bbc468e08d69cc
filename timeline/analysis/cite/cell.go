package cite

import "becforensics/timeline/analysis"

// Cells makes the cells of a row, of what analysis.CellOf takes.
func Cells(values ...any) []analysis.Cell {
	cells := make([]analysis.Cell, len(values))
	for i, v := range values {
		cells[i] = analysis.CellOf(v)
	}
	return cells
}
