package reference

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Table is one list of facts: a header and rows, the first column the key.
// Its rows are parsed when first asked for.
type Table struct {
	Name    string
	Columns []string // the key first; extra columns of an overlay last

	data     []byte
	overlaid bool
	parsed   func() *rows
}

// rows holds the cells of a table, one row after the other.
type rows struct {
	cells []string
	index map[string]int // folded key -> row
}

// Row is one fact. The zero Row has no cells.
type Row struct {
	table *Table
	cells []string
}

// newTable makes a table of shipped bytes, which the tests have checked; a
// flaw in them is a programmer's error and panics.
func newTable(name string, data []byte) *Table {
	t := &Table{Name: name, data: data}
	header, _, _ := bytes.Cut(data, []byte("\n"))
	t.Columns = strings.Split(string(header), ",")
	t.parsed = sync.OnceValue(func() *rows {
		r, err := parse(data, t.Columns)
		if err != nil {
			panic("reference: table " + name + ": " + err.Error())
		}
		return r
	})
	return t
}

// parse reads CSV into rows whose cells stand in the order of columns. Errors
// name the line.
func parse(data []byte, columns []string) (*rows, error) {
	in := csv.NewReader(bytes.NewReader(data))
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("read header: %w", err)
	}
	place, err := places(header, columns)
	if err != nil {
		return nil, err
	}
	r := &rows{index: make(map[string]int)}
	for n := 0; ; n++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := in.FieldPos(0)
		for i, column := range columns {
			cell := strings.TrimSpace(record[place[i]])
			if err := check(column, cell, i == 0); err != nil {
				return nil, fmt.Errorf("line %d: %w", line, err)
			}
			r.cells = append(r.cells, cell)
		}
		key := foldKey(r.cells[n*len(columns)])
		if _, ok := r.index[key]; ok {
			return nil, fmt.Errorf("line %d: key %q stands twice", line, key)
		}
		r.index[key] = n
	}
}

// places finds each column in the header.
func places(header, columns []string) ([]int, error) {
	place := make([]int, len(columns))
	for i, column := range columns {
		place[i] = slices.Index(header, column)
		if place[i] < 0 {
			return nil, fmt.Errorf("column %q is missing", column)
		}
	}
	return place, nil
}

// severities are the words of the column severity.
const severities = "info low medium high critical"

// check holds a cell to what its column may contain.
func check(column, cell string, key bool) error {
	ok := true
	switch column {
	case "source":
		ok = cell != ""
	case "as_of":
		_, month := time.Parse("2006-01", cell)
		_, day := time.Parse(time.DateOnly, cell)
		ok = month == nil || day == nil
	case "tests":
		_, err := parseTests(cell)
		ok = err == nil
	case "relation":
		_, err := parseRelations(cell)
		ok = err == nil
	case "by":
		ok = cell == byOwner || cell == byKit
	case "weight", "days", "step":
		n, err := strconv.Atoi(cell)
		ok = err == nil && n >= 0
	case "auto_sync", "service", "legacy":
		ok = cell == "0" || cell == "1"
	case "severity":
		ok = slices.Contains(strings.Fields(severities), cell)
	case "match":
		ok = cell == matchEquals || cell == matchPrefix || cell == matchContains
	default:
		ok = !key || cell != ""
	}
	if !ok {
		return fmt.Errorf("column %q: bad value %q", column, cell)
	}
	return nil
}

// foldKey makes keys comparable: white space around them and case do not
// matter.
func foldKey(key string) string { return strings.ToLower(strings.TrimSpace(key)) }

// Find returns the row of a key; case and surrounding white space do not
// matter.
func (t *Table) Find(key string) (Row, bool) {
	r := t.parsed()
	n, ok := r.index[foldKey(key)]
	if !ok {
		return Row{}, false
	}
	return t.row(r, n), true
}

// Rows yields the rows in the order of the file.
func (t *Table) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		r := t.parsed()
		for n := range len(r.index) {
			if !yield(t.row(r, n)) {
				return
			}
		}
	}
}

func (t *Table) row(r *rows, n int) Row {
	width := len(t.Columns)
	return Row{t, r.cells[n*width : (n+1)*width : (n+1)*width]}
}

// Len is the number of rows.
func (t *Table) Len() int { return len(t.parsed().index) }

// SHA256 is the hash, in lower-case hex, of the file's bytes.
func (t *Table) SHA256() string {
	sum := sha256.Sum256(t.data)
	return hex.EncodeToString(sum[:])
}

// Overlaid reports whether the examiner's file took the shipped one's place.
func (t *Table) Overlaid() bool { return t.overlaid }

// AsOf is the youngest as_of of the rows, or "" of an empty table.
func (t *Table) AsOf() string {
	youngest := ""
	for row := range t.Rows() {
		youngest = max(youngest, row.Get("as_of"))
	}
	return youngest
}

// Key is the first cell.
func (r Row) Key() string {
	if len(r.cells) == 0 {
		return ""
	}
	return r.cells[0]
}

// Get returns the cell of a column, "" of the zero Row. It panics on a column
// that the table does not have.
func (r Row) Get(column string) string {
	if r.table == nil {
		return ""
	}
	i := slices.Index(r.table.Columns, column)
	if i < 0 {
		panic("reference: table " + r.table.Name + " has no column " + column)
	}
	return r.cells[i]
}

// Int returns the cell as a number, 0 where it is not a number.
func (r Row) Int(column string) int {
	n, err := strconv.Atoi(r.Get(column))
	if err != nil {
		return 0
	}
	return n
}

// Flag reports whether the cell is "1".
func (r Row) Flag(column string) bool { return r.Get(column) == "1" }
