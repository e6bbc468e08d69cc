package bec

import (
	"testing"

	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// The table's columns are the timeline's.
func TestSigmaFieldsAreColumns(t *testing.T) {
	for row := range reference.Default().Table(reference.SigmaFields).Rows() {
		if _, ok := timeline.ColumnNamed(row.Get("column")); !ok && row.Get("column") != outcomeColumn {
			t.Errorf("field %q: no column %q", row.Key(), row.Get("column"))
		}
	}
}
