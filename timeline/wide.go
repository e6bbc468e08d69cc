package timeline

// wideBlock is how many records are read again at a time.
const wideBlock = 512

// A WideRow is what a row's record holds beside its columns.
type WideRow struct {
	Row      int
	Messages []Message
	Details  string
	Err      error
}

// WideRows reads the records of rows again, in parallel, and hands them over
// in the order of rows: for analyses that need the messages or details of
// many records.
func (t *Timeline) WideRows(rows []int, take func(WideRow)) {
	_ = inOrder(rows, wideBlock, func(block []int) []WideRow {
		out := make([]WideRow, len(block))
		for i, row := range block {
			messages, details, err := t.Wide(row)
			out[i] = WideRow{row, messages, details, err}
		}
		return out
	}, func(block []WideRow) error {
		for _, w := range block {
			take(w)
		}
		return nil
	})
}
