package report

import (
	"fmt"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/logon"
)

// Facts are those that a report asks for, beside the findings.
var Facts = []analysis.Need{
	analysis.Operations, logon.Logons, actor.Actors, actor.Acts, actor.Entries, actor.Windows, actor.Containments, actor.Standings, actor.Exposures, actor.ExposedMailboxes,
	actor.ExposureTotals, actor.Payments, actor.Warnings, actor.Indicators,
}

// failureLines say first of all what could not be computed: what is empty for
// that reason shows nothing.
func failureLines(c *Case) []string {
	var lines []string
	for _, f := range c.Failures {
		lines = append(lines, fmt.Sprintf("The program failed to compute the %s (%s). What rests on them is missing from this report, which says nothing about the evidence.", f.Fact, f.Reason))
	}
	return lines
}

type failureDoc struct {
	Fact   string `json:"fact"`
	Reason string `json:"reason"`
}

func writeFailures(d *jsonWriter, c *Case) {
	if len(c.Failures) > 0 {
		d.list("failures", len(c.Failures), func(i int) { d.value(failureDoc{c.Failures[i].Fact, c.Failures[i].Reason}) })
	}
}
