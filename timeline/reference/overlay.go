package reference

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// byteOrderMark may head a file that a spreadsheet saved.
var byteOrderMark = []byte("\ufeff")

// Overlay returns the shipped tables with those of files in their place, whole
// table for whole table: a file "search_terms.csv" replaces the table
// search_terms. It needs every column of the shipped table, in any order, and
// may have more. An unknown file name, a missing column and a bad cell are
// errors that name the file and the line.
func Overlay(files map[string][]byte) (*Set, error) {
	base := Default()
	tables := maps.Clone(base.tables)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		name, isCSV := strings.CutSuffix(file, ".csv")
		shipped, known := base.tables[name]
		if !isCSV || !known {
			return nil, fmt.Errorf("overlay reference table %q: no table of that name; tables are %s",
				file, strings.Join(base.Names(), ", "))
		}
		t, err := overlayTable(shipped, files[file])
		if err != nil {
			return nil, fmt.Errorf("overlay reference table %q: %w", file, err)
		}
		tables[name] = t
	}
	return compile(tables), nil
}

// overlayTable parses data as a table with at least the shipped one's columns.
func overlayTable(shipped *Table, data []byte) (*Table, error) {
	text := bytes.TrimPrefix(data, byteOrderMark)
	header, err := csv.NewReader(bytes.NewReader(text)).Read()
	if err != nil {
		return nil, fmt.Errorf("read header: %w", err)
	}
	columns := slices.Clone(shipped.Columns)
	for i, column := range header {
		if slices.Contains(header[:i], column) {
			return nil, fmt.Errorf("column %q stands twice", column)
		}
		if !slices.Contains(columns, column) {
			columns = append(columns, column)
		}
	}
	r, err := parse(text, columns)
	if err != nil {
		return nil, err
	}
	return &Table{
		Name: shipped.Name, Columns: columns, data: data, overlaid: true,
		parsed: func() *rows { return r },
	}, nil
}
