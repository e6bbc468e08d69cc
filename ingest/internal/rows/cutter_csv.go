package rows

import (
	"bytes"
	"math/bits"
)

// cutRows is the end of the last whole row in d, 0 if there isn't one. d begins
// with a row. The parity of the quotes before a line end says whether it ends a
// row, as long as every quote opens a cell, closes it or is doubled; where one
// does not, the rows are followed one by one.
func (s *Shape) cutRows(d []byte) int {
	if odd, ok := quotesInOrder(d, s.Comma, s.eol); ok {
		for end := len(d); ; {
			j := bytes.LastIndexByte(d[:end], s.eol)
			if j < 0 {
				return 0
			}
			if bytes.Count(d[j+1:end], []byte{'"'})&1 == 1 {
				odd = !odd
			}
			if !odd {
				return j + 1
			}
			end = j
		}
	}
	for i := 0; ; {
		next, _, open := skipRow(d, i, s.Comma, s.eol)
		if open >= 0 || d[next-1] != s.eol {
			return i
		}
		if i = next; i == len(d) {
			return i
		}
	}
}

// quotesInOrder says whether the number of quotes in d is odd, and whether every
// quote that opens stands where a cell begins or is the second of a doubled one.
// It looks at 64 bytes at a time.
func quotesInOrder(d []byte, comma, eol byte) (odd, ok bool) {
	var inside uint64 // all ones inside quotes
	var lastQuote uint64
	var tail [64]byte
	for i := 0; i < len(d); i += 64 {
		block := &tail
		if i <= len(d)-64 {
			block = (*[64]byte)(d[i:])
		} else {
			copy(tail[:], d[i:])
		}
		quotes := quotesAt(block[0:8]) | quotesAt(block[8:16])<<8 | quotesAt(block[16:24])<<16 | quotesAt(block[24:32])<<24 |
			quotesAt(block[32:40])<<32 | quotesAt(block[40:48])<<40 | quotesAt(block[48:56])<<48 | quotesAt(block[56:64])<<56
		if quotes == 0 {
			lastQuote = 0
			continue
		}
		within := quotes // running parity, from the opening quote on
		within ^= within << 1
		within ^= within << 2
		within ^= within << 4
		within ^= within << 8
		within ^= within << 16
		within ^= within << 32
		within ^= inside
		for begin := quotes & within &^ (quotes<<1 | lastQuote); begin != 0; begin &= begin - 1 {
			p := i + bits.TrailingZeros64(begin)
			if p > 0 && d[p-1] != comma && d[p-1] != eol {
				return false, false
			}
		}
		inside = uint64(int64(within) >> 63)
		lastQuote = quotes >> 63
	}
	return inside != 0, true
}

// quotesAt has a bit for each of eight bytes, set if it is a quote.
func quotesAt(b []byte) uint64 { return gather(findAll(load(b, 0), '"'*ones)) }

// skipRow follows the row that begins at d[i]: where the next one begins, how
// many cells it has and, if the data ends inside quotes, where they open, else -1.
func skipRow(d []byte, i int, comma, eol byte) (next, cells, open int) {
	i = afterMark(d, i)
	for {
		cells++
		if i < len(d) && d[i] == '"' {
			open = i
			for i++; ; i++ {
				j := bytes.IndexByte(d[i:], '"')
				if j < 0 {
					return len(d), cells, open
				}
				if i += j + 1; i == len(d) || d[i] != '"' {
					break
				}
			}
		}
		for i < len(d) && d[i] != comma && d[i] != eol {
			i++
		}
		if i == len(d) {
			return i, cells, -1
		}
		if i++; d[i-1] == eol {
			return i, cells, -1
		}
	}
}

// afterMark passes the byte order marks that files joined end to end leave at the
// beginning of a row.
func afterMark(d []byte, i int) int {
	for i < len(d) && d[i] == 0xef && bytes.HasPrefix(d[i:], UTF8.bom()) {
		i += len(UTF8.bom())
	}
	return i
}

// resyncRow is where the next row begins if the quotes in the first row of d are
// never closed: the first of the next lines with as many cells as the header. It
// is 0 if there isn't one, and then all of d is the row.
func (s *Shape) resyncRow(d []byte) int {
	_, _, i := skipRow(d, 0, s.Comma, s.eol)
	if i < 0 {
		return 0
	}
	for range sampledRows {
		j := bytes.IndexByte(d[i:], s.eol)
		if j < 0 {
			return 0
		}
		i += j + 1
		if _, cells, open := skipRow(d, i, s.Comma, s.eol); open < 0 && cells == len(s.Header) {
			return i
		}
	}
	return 0
}

// endOfLongRow finds the first line end from which on the row is given up: the
// first one behind the text of size bytes that was held already.
func (s *Shape) endOfLongRow(size int) func([]byte) (int, bool) {
	held := true
	return func(text []byte) (int, bool) {
		if held {
			held = false
			return size, false
		}
		if j := bytes.IndexByte(text, s.eol); j >= 0 {
			return j, true
		}
		return len(text), false
	}
}
