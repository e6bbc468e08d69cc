package rows

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// maxCells is how many cells a row may have: as many as a worksheet has columns.
const maxCells = 16384

// nextRow is the next row that is not blank.
func (sp *Splitter) nextRow() (*Record, bool) {
	d, eol := sp.data, sp.shape.eol
	i := sp.pos
	for i < len(d) {
		if d[i] == eol {
			i++
		} else if d[i] == '\r' && i+1 < len(d) && d[i+1] == eol {
			i += 2
		} else if mark := afterMark(d, i); mark > i {
			i = mark
		} else {
			break
		}
	}
	if i == len(d) {
		sp.pos = i
		return nil, false
	}
	if !sp.clean {
		return sp.repairedRow(i)
	}
	next, open, stray := sp.row(d, i)
	if open >= 0 {
		return sp.unclosedRow(i, open), true
	}
	return sp.finishRow(sp.begin(i, rowEnd(d, i, next, eol)), next, stray), true
}

// finishRow judges a row whose cells are read.
func (sp *Splitter) finishRow(r *Record, next int, stray bool) *Record {
	sp.pos = next
	columns := len(sp.shape.Header)
	found := len(sp.cells)
	for len(sp.cells) < columns {
		sp.cells = append(sp.cells, nil)
	}
	r.Cells, r.spans = sp.cells, sp.spans
	if stray {
		r.Flags |= StrayQuote
	}
	if found > maxCells {
		r.Cells = nil
		r.fail(0, fmt.Sprintf("row of more than %d cells", maxCells))
		return r
	}
	if found < columns {
		r.Flags |= ShortRow
		if sp.last && next == len(sp.data) && sp.data[next-1] != sp.shape.eol {
			r.Flags |= Cut
			r.fail(len(r.Raw), "cut record at end of file")
		}
	} else if found > columns {
		r.Flags |= LongRow
	}
	if columns > 1 && view(r.Cells[0]) == sp.shape.Header[0] && sp.isHeader() {
		r.Flags |= HeaderRow
	}
	for i, cell := range r.Cells {
		if len(cell) < 2 {
			continue
		}
		if second := oddSecond[cell[0]]; second != 0 && second == cell[1] && beginsLiteral(cell) {
			r.foldCell(i)
		}
	}
	return r
}

func (sp *Splitter) isHeader() bool {
	for i, name := range sp.shape.Header {
		if view(sp.cells[i]) != name {
			return false
		}
	}
	return true
}

// repairedRow reads the row at i in data that is not all UTF-8.
func (sp *Splitter) repairedRow(i int) (*Record, bool) {
	d, eol := sp.data, sp.shape.eol
	next, _, open := skipRow(d, i, sp.shape.Comma, eol)
	if open >= 0 {
		return sp.unclosedRow(i, open), true
	}
	r := sp.begin(i, rowEnd(d, i, next, eol))
	_, _, stray := sp.row(r.Raw, 0)
	return sp.finishRow(r, next, stray), true
}

// unclosedRow rejects the row at i, whose quote at open is never closed. The
// lines behind it go on where they plausibly are rows again.
func (sp *Splitter) unclosedRow(i, open int) *Record {
	next := len(sp.data)
	if p := sp.shape.resyncRow(sp.data[i:]); p > 0 {
		next = i + p
	}
	r := sp.begin(i, rowEnd(sp.data, i, next, sp.shape.eol))
	sp.pos = next
	if sp.last && next == len(sp.data) {
		r.Flags |= Cut
		r.fail(len(r.Raw), "cut record at end of file: quote not closed")
	} else {
		r.Err = &Error{Offset: sp.behind(r.Offset, sp.data[i:open]), Reason: "quote not closed"}
	}
	return r
}

// rowEnd is the end of the row at d[i:next] without its line end.
func rowEnd(d []byte, i, next int, eol byte) int {
	if next > i && d[next-1] == eol {
		next--
		if next > i && d[next-1] == '\r' {
			next--
		}
	}
	return next
}

// row unquotes the row at d[i]. The cells are views of d where no quote is
// doubled, else of the arena; spans tell where in the row each begins. It
// returns where the next row begins, or where the quote opens that is not
// closed, and whether there was text where only a quote or a delimiter may be.
func (sp *Splitter) row(d []byte, i int) (next, open int, stray bool) {
	if cap(sp.arena) < len(d)+8 {
		sp.arena = make([]byte, len(d)+len(d)/4+8)
	}
	arena := sp.arena[:cap(sp.arena)]
	cells, spans := sp.cells[:0], sp.spans[:0]
	comma, eol := sp.shape.Comma, sp.shape.eol
	commas, eols, quotes := uint64(comma)*ones, uint64(eol)*ones, uint64('"')*ones
	start := i
	used := 0 // of arena
	for {
		var cell []byte
		if i < len(d) && d[i] == '"' {
			open = i
			i++
			spans = append(spans, i-start)
			var n int
			if cell, n, i = sp.quoted(d, i, arena[used:]); i < 0 {
				return len(d), open, stray
			}
			used += n
			if i < len(d) && d[i] != comma && d[i] != eol && !(d[i] == '\r' && i+1 < len(d) && d[i+1] == eol) {
				stray = true
				j := i
				for j < len(d) && d[j] != comma && d[j] != eol {
					j++
				}
				if n == 0 {
					n = copy(arena[used:], cell)
					used += n
				}
				rest := d[i:j]
				if j < len(d) && d[j] == eol {
					rest = bytes.TrimSuffix(rest, []byte("\r"))
				}
				used += copy(arena[used:], rest)
				cell = arena[used-n-len(rest) : used]
				i = j
			}
		} else {
			j := i
			for {
				if j+8 > len(d) {
					for j < len(d) && d[j] != comma && d[j] != eol {
						j++
					}
					break
				}
				x := load(d, j)
				if m := find(x, commas) | find(x, eols); m != 0 {
					j += lowest(m)
					break
				}
				j += 8
			}
			spans = append(spans, i-start)
			cell = d[i:j:j]
			i = j
			if len(cell) > 0 {
				if cell[len(cell)-1] == '\r' && i < len(d) && d[i] == eol {
					cell = cell[:len(cell)-1]
				}
				stray = stray || hasQuote(cell, quotes)
			}
		}
		if len(cells) <= maxCells {
			cells = append(cells, cell)
		}
		if i < len(d) && d[i] == '\r' && d[i] != comma && d[i] != eol {
			i++
		}
		if i == len(d) {
			break
		}
		if i++; d[i-1] == eol {
			break
		}
	}
	sp.cells, sp.spans = cells, spans
	return i, -1, stray
}

// hasQuote says whether cell has a quote in it.
func hasQuote(cell []byte, quotes uint64) bool {
	i := 0
	for ; i+8 <= len(cell); i += 8 {
		if find(load(cell, i), quotes) != 0 {
			return true
		}
	}
	for ; i < len(cell); i++ {
		if cell[i] == '"' {
			return true
		}
	}
	return false
}

// quoted is unquote. An object is scanned in the same pass, for Parse to find.
func (sp *Splitter) quoted(d []byte, i int, out []byte) (cell []byte, n, end int) {
	if bytes.HasPrefix(d[i:], []byte(`{""`)) {
		if cell, end, ok := sp.tape().scanQuoted(d, i, out); ok {
			return cell, len(cell), end
		}
		sp.used--
	}
	return unquote(d, i, out)
}

// unquote reads the quoted cell whose content begins at d[i], taking n bytes of
// out if quotes are doubled in it. end is behind its closing quote, or -1.
func unquote(d []byte, i int, out []byte) (cell []byte, n, end int) {
	j := bytes.IndexByte(d[i:], '"')
	if j < 0 {
		return nil, 0, -1
	}
	j += i
	if j+1 >= len(d) || d[j+1] != '"' {
		return d[i:j:j], 0, j + 1
	}
	n = copy(out, d[i:j+1])
	const quotes = '"' * ones
	for i = j + 2; i+8 < len(d); {
		x := load(d, i)
		binary.LittleEndian.PutUint64(out[n:n+8], x)
		m := find(x, quotes)
		if m == 0 {
			i += 8
			n += 8
			continue
		}
		k := lowest(m)
		i += k + 1
		n += k
		if d[i] != '"' {
			return out[:n:n], n, i
		}
		i++
		n++
	}
	for i < len(d) {
		if d[i] == '"' {
			if i++; i == len(d) || d[i] != '"' {
				return out[:n:n], n, i
			}
		}
		out[n] = d[i]
		n++
		i++
	}
	return nil, 0, -1
}

// quotedPosition is where in row position p of the cell's text lies, whose
// content begins at start: a doubled quote counts once.
func quotedPosition(row []byte, start, p int) int {
	if start == 0 || row[start-1] != '"' {
		return start + p
	}
	i := start
	for ; p > 0 && i < len(row); p-- {
		if row[i] == '"' && i+1 < len(row) && row[i+1] == '"' {
			i++
		}
		i++
	}
	return i
}
