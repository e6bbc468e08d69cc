package activities

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/rows"
)

// flattened is a table with a column for each custom property.
var flattened = &ingest.Layout{
	Name: "flattened CSV",
	Doc: `A table with one column for each property, named as it is or after "CustomProperties." or "CustomProperties_", in any
case. An empty cell and an absent property look the same in it.`,
	TimeDesc: timeDesc,
	Fields:   standardFields,
	Parts:    []ingest.Part{{Of: "columns of custom properties", Fields: customFields}},
	Marks:    tableMarks,
	Only:     rows.CSV,
	Lacks:    []string{customPrefix},
	Open:     openTable,
}
