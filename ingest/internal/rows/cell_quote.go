package rows

import (
	"bytes"
	"strings"
)

// A quote is what stands around the cells of a column beside the quotes of the
// table itself.
type quote uint8

// The quotes.
const (
	noQuote quote = iota
	jsonText
	formula     // ="text", by which spreadsheets are kept from reading numbers
	apostrophes // 'text'
)

// around finds the quote around a cell.
func around(cell []byte) quote {
	if len(cell) < 2 {
		return noQuote
	}
	switch first, last := cell[0], cell[len(cell)-1]; {
	case first == '"' && last == '"':
		if _, ok := Unquote(cell); ok {
			return jsonText
		}
	case first == '=' && len(cell) > 2 && (cell[1] == '"' || cell[1] == '\'') && last == cell[1]:
		return formula
	case first == '\'' && last == '\'':
		return apostrophes
	}
	return noQuote
}

// strip takes the quote off a cell that has it.
func (q quote) strip(cell []byte) []byte {
	if around(cell) != q {
		return cell
	}
	switch q {
	case jsonText:
		text, _ := Unquote(cell)
		return text
	case formula:
		return bytes.ReplaceAll(cell[2:len(cell)-1], []byte(`""`), []byte(`"`))
	case apostrophes:
		return bytes.ReplaceAll(cell[1:len(cell)-1], []byte(`''`), []byte(`'`))
	}
	return cell
}

// quotesOf decides by the rows at the beginning of a file which columns have
// cells in quotes: those in which every cell has the same one, be it around
// text or, for JSON, in place of it. Columns that are empty there follow the
// others if these agree; so do columns of values, which Microsoft itself writes
// as JSON texts. It is nil if no column has.
func quotesOf(head []byte, s Shape) []quote {
	list := make([]quote, len(s.Header))
	seen, against := make([]bool, len(list)), make([]bool, len(list))
	Sample(head, s, func(r *Record) bool {
		for i := range list {
			cell := bytes.TrimSpace(cellAt(r, i))
			if len(cell) == 0 {
				continue
			}
			q := around(cell)
			switch {
			case q == noQuote:
				// Numbers and objects stand without quotes in a table of JSON texts.
				against[i] = against[i] || !IsJSON(cell)
			case seen[i] && list[i] != q:
				against[i] = true
			default:
				seen[i], list[i] = true, q
			}
		}
		return true
	})
	var one quote
	agree := true
	for i := range list {
		if list[i] == jsonText && strings.HasSuffix(strings.ToLower(s.Header[i]), "value") {
			seen[i] = false
		}
		if against[i] || !seen[i] {
			agree = agree && !against[i]
			list[i] = noQuote
			continue
		}
		agree = agree && (one == noQuote || one == list[i])
		one = list[i]
	}
	if one == noQuote {
		return nil
	}
	for i := range list {
		if agree && list[i] == noQuote && !against[i] {
			list[i] = one
		}
	}
	return list
}

// unquoteHeader takes the quotes off the names of columns if all have them.
func unquoteHeader(header []string) {
	q := around([]byte(header[0]))
	for _, name := range header {
		if name != "" && around([]byte(name)) != q {
			return
		}
	}
	if q == noQuote {
		return
	}
	for i, name := range header {
		header[i] = strings.Clone(string(q.strip([]byte(name))))
	}
}
