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
	t.wideRows(rows, Event{WantWide: true}, take)
}

// MessageRows is WideRows for those who want the messages alone.
func (t *Timeline) MessageRows(rows []int, take func(WideRow)) {
	t.wideRows(rows, Event{WantWide: true, NoDetails: true}, take)
}

func (t *Timeline) wideRows(rows []int, want Event, take func(WideRow)) {
	_ = inOrder(rows, wideBlock, func(block []int) []WideRow {
		out := make([]WideRow, len(block))
		for i, row := range block {
			ev := want
			messages, details, err := t.wide(row, &ev)
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
