package cite

import "becforensics/timeline/analysis"

// Cells is Rows.Cells of one row.
func Cells(values ...any) []analysis.Cell { return new(Rows).Cells(values...) }
