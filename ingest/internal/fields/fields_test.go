package fields

import (
	"testing"

	"becforensics/ingest/internal/rows"
)

func TestFieldsAreFoundInCellsAndKeys(t *testing.T) {
	header := []string{"\ufeffTime Generated [UTC]", "Sender_Address", "Extra", "Empty"}
	m := New(header, []string{"TimeGenerated"}, []string{"From", "SenderAddress"}, []string{"Absent"})
	row := &rows.Record{Cells: [][]byte{[]byte("2018-05-01"), []byte("a@x.example"), []byte("=1+1"), nil}}
	if m.Get(row, 0) != "2018-05-01" || m.Get(row, 1) != "a@x.example" || m.Get(row, 2) != "" || m.Has(2) {
		t.Errorf("fields %q %q %q", m.Get(row, 0), m.Get(row, 1), m.Get(row, 2))
	}
	if got := m.Rest(row); got != `{"Extra":"=1+1"}` {
		t.Errorf("rest %s", got)
	}
	rec, err := rows.At([]byte(`{"SenderAddress":"b@x.example","Nested":{"k":[1]},"Nothing":null}`), rows.Shape{Kind: rows.JSON})
	if err != nil {
		t.Fatal(err)
	}
	j := New(nil, []string{"TimeGenerated"}, []string{"From", "SenderAddress"})
	if j.Get(rec, 1) != "b@x.example" || j.Get(rec, 0) != "" {
		t.Errorf("fields %q %q", j.Get(rec, 0), j.Get(rec, 1))
	}
	if got := j.Rest(rec); got != `{"Nested":{"k":[1]}}` {
		t.Errorf("rest %s", got)
	}
}
