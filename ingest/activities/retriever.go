package activities

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// retriever is the table that the retriever of 2018 wrote.
var retriever = &ingest.Layout{
	Name: "retriever CSV",
	Doc: `CrowdStrike's retriever.py of June 2018 and its forks: seven columns, newest record first in the original, oldest first
in LMG's. CustomProperties is a Python literal, of Python 3 or 2. Record ids, client versions and the mailbox are not in it. The
retriever reads pages of 1,000 and stops at the first error, leaving a file that looks whole: a number of rows that is a multiple
of 1,000 is a warning. Its filters on types and dates leave no trace.`,
	TimeDesc: timeDesc,
	Fields:   standardFields,
	Parts:    customPart,
	Marks:    retrieverMarks,
	Only:     rows.CSV,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if !isPowerShell(h) && !hasJSONCell(h) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openTable,
}

// jsonCells is the same table with JSON in CustomProperties.
var jsonCells = &ingest.Layout{
	Name:     "CSV with JSON properties",
	Doc:      `The retriever's columns, with the API's JSON in CustomProperties: a list of Name and Value, or an object.`,
	TimeDesc: timeDesc,
	Fields:   standardFields,
	Parts:    customPart,
	Marks:    retrieverMarks,
	Only:     rows.CSV,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if !isPowerShell(h) && hasJSONCell(h) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openTable,
}

// powershell is the same table as PowerShell writes it.
var powershell = &ingest.Layout{
	Name: "PowerShell Export-Csv",
	Doc: `PowerShell's Export-Csv of the API's objects, with a #TYPE line before the header or without. CustomProperties became
the text System.Object[]: addresses, subjects, searches and results are lost, and only who used which client when is left.`,
	TimeDesc: timeDesc,
	Fields:   standardFields,
	Parts:    customPart,
	Marks:    retrieverMarks,
	Only:     rows.CSV,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if isPowerShell(h) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openTable,
}

// retrieverMarks are those of a table with CustomProperties in one column.
var retrieverMarks = append(column.Marks{{stdCustom}}, tableMarks...)

func isPowerShell(h *ingest.Head) bool {
	return strings.HasPrefix(h.Shape.TypeLine, "#TYPE") || strings.Contains(string(h.Shape.First), lostArray)
}

// hasJSONCell says whether the first row's CustomProperties is JSON. A cell of
// JSON has its quotes doubled, in which a Python literal only begins a value.
func hasJSONCell(h *ingest.Head) bool {
	first := string(h.Shape.First)
	return strings.Contains(first, `{""`) || strings.HasSuffix(strings.TrimSpace(first), "[]")
}
