package entra

import (
	"fmt"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// auditPortal is the download of the Entra portal as CSV.
var auditPortal = &ingest.Layout{
	Name:     "portal CSV",
	Doc:      "Targets and their properties are spread over columns: three targets of five properties, so longer lists are cut. Headers are in the language of the portal. Rows have no id: copies are known by their content.",
	TimeDesc: directoryTime,
	Fields: column.Fields{
		Time:        column.At("Date (UTC)"),
		Correlation: column.At("CorrelationId.*"),
		Operation:   column.At("Activity"),
		Status:      column.At("Result"),
		Reason:      column.At("ResultReason.*"),
		UserAgent:   column.At("User Agent"),
		User:        column.At("ActorUserPrincipalName"),
		Principal:   column.At("ActorServicePrincipalName", "ActorServicePrincipalId"),
		App:         column.At("ActorDisplayName.*"),
		EventTypes:  column.At("ActorType.*"),
		IP:          column.At("IPAddress"),
	},
	Parts:      []ingest.Part{{Of: "targets", Fields: targetFields}},
	Marks:      column.Marks{{Time}, {Operation}, {Status}},
	Only:       rows.CSV,
	Translated: true,
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newAuditor(m, o)
		d.columns = targetColumns(m)
		return d.decoder.decoder(d.audit), nil
	},
}

// A targetColumn is where a table keeps one target.
type targetColumn struct {
	names      []int
	properties [][2]int // name and new value
}

// maxTargets and maxProperties are how many targets and properties of each a
// table of the portal has.
const maxTargets, maxProperties = 3, 5

// Fields of one target in a table: its names, then name and new value of each
// property.
const (
	targetNames = 3
	targetWidth = targetNames + 2*maxProperties
)

// targetFields are Target1DisplayName, Target1ModifiedProperty1Name …
var targetFields = func() column.Fields {
	var list column.Fields
	for n := 1; n <= maxTargets; n++ {
		for _, name := range [targetNames]string{"UserPrincipalName", "DisplayName", "ObjectId"} {
			list = append(list, column.At(fmt.Sprintf("Target%d%s", n, name)))
		}
		for p := 1; p <= maxProperties; p++ {
			property := fmt.Sprintf("Target%dModifiedProperty%d", n, p)
			list = append(list, column.At(property+"Name.*"), column.At(property+"NewValue.*"))
		}
	}
	return list
}()

// targetColumns finds the targets in a table.
func targetColumns(m *column.Map) []targetColumn {
	m = m.For(targetFields)
	var list []targetColumn
	for first := 0; first < len(targetFields); first += targetWidth {
		var c targetColumn
		for f := first; f < first+targetNames; f++ {
			if i := m.Column(f); i >= 0 {
				c.names = append(c.names, i)
			}
		}
		for f := first + targetNames; f < first+targetWidth; f += 2 {
			name, value := m.Column(f), m.Column(f+1)
			if name >= 0 && value >= 0 {
				c.properties = append(c.properties, [2]int{name, value})
			}
		}
		if len(c.names) > 0 {
			list = append(list, c)
		}
	}
	return list
}

func (c *targetColumn) show(r *rows.Record, t *targetText) {
	names := make([]string, len(c.names))
	for i, at := range c.names {
		names[i] = r.Cell(at)
	}
	t.begin(names...)
	for _, p := range c.properties {
		t.value(r.Cell(p[0]), plainText(r, r.Cell(p[1])))
	}
	t.end()
}

// plainText is plain of a cell.
func plainText(r *rows.Record, s string) string {
	if s = strings.TrimSpace(s); s == "" || len(s) > 2*maxShown || s[0] != '"' && s[0] != '[' {
		return s
	}
	v, err := r.Parse([]byte(s))
	if err != nil {
		return s
	}
	return plain(r, v)
}
