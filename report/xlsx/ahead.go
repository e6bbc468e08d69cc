package xlsx

import "becforensics/report"

// Rows are made ahead in blocks of about so many cells.
const blockCells = 1024

// blocks are in flight: one being made, one being written, one between.
const blocks = 3

// A block is some rows of a sheet, one behind the other.
type block struct {
	cells []report.Cell
	ends  []int // of each row
}

// ahead yields the same rows, which are made while those before are written.
func ahead(rows report.RowSeq) report.RowSeq {
	return func(yield func([]report.Cell) bool) {
		full, free := make(chan *block, blocks), make(chan *block, blocks)
		for range blocks {
			free <- &block{}
		}
		go func() {
			defer close(full)
			b := <-free
			rows(func(row []report.Cell) bool {
				b.cells = append(b.cells, row...)
				b.ends = append(b.ends, len(b.cells))
				if len(b.cells) >= blockCells {
					full <- b
					b = <-free
				}
				return b != nil // which says that no more are wanted
			})
			if b != nil {
				full <- b
			}
		}()
		defer func() {
			close(free)
			for range full {
			}
		}()
		for b := range full {
			from := 0
			for _, to := range b.ends {
				if !yield(b.cells[from:to]) {
					return
				}
				from = to
			}
			b.cells, b.ends = b.cells[:0], b.ends[:0]
			free <- b
		}
	}
}
