package column_test

import (
	"fmt"

	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// The facts that a source's records state are numbered once; a layout says
// where it keeps them.
const (
	moment = iota
	user
	country
	outcome
)

var signIns = column.Fields{
	moment:  column.At("TimeGenerated", "CreatedDateTime"),
	user:    column.At("UserPrincipalName"),
	country: column.At("LocationDetails.countryOrRegion", "Location"),
	outcome: column.At("ResultType.*").Saying("0 is success"),
}

// The same declaration recognises a file, decodes its records and documents
// the layout.
func Example() {
	header := []string{"TimeGenerated [UTC]", "UserPrincipalName", "LocationDetails", "ResultType", "Note"}
	row := "2026-05-04T08:00:11Z,ann@example.com,\"{\"\"city\"\":\"\"Oslo\"\",\"\"countryOrRegion\"\":\"\"NO\"\"}\",0,seen"

	has := func(name string) bool { return column.Find(header, name) >= 0 }
	fmt.Println("fits:", signIns.Fit(column.Marks{{moment}, {outcome}, {user}}, has))

	m := column.NewMap(column.File{Header: header}, signIns)
	r, err := rows.At([]byte(row), rows.Shape{Kind: rows.CSV, Comma: ',', Header: header})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Text(r, moment), m.Text(r, user), m.Text(r, country), m.Text(r, outcome))
	fmt.Println(m.Rest(r))

	for i := range signIns {
		fmt.Println("reads", &signIns[i])
	}
	// Output:
	// fits: true
	// 2026-05-04T08:00:11Z ann@example.com NO 0
	// {"LocationDetails":{"city":"Oslo","countryOrRegion":"NO"},"ResultType":"0","Note":"seen"}
	// reads TimeGenerated or CreatedDateTime
	// reads UserPrincipalName
	// reads LocationDetails.countryOrRegion or Location
	// reads ResultType
}
