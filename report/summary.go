package report

import (
	"fmt"

	"becforensics/ingest"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// Columns of the summary.
const (
	summaryWhat  = "Account or number"
	summaryValue = "Value"
)

// mostAccounts keeps the summary on its page; the sheet Actors has all.
const mostAccounts = 3

// summarySheet says on one page what was found: a paragraph for each account,
// the key numbers, and room for the examiner's conclusion.
func summarySheet(x *index, days, countries Sheet) Sheet {
	s := Sheet{Name: summaryName, Title: "Summary", Tab: "0072B2", OnePage: true}
	for _, c := range openingClaims(x) {
		s.Intro = append(s.Intro, x.told(c))
	}
	s.Columns = []Column{
		{Name: summaryWhat, Doc: "An account that actors used, or a number, linked to what it counts.", Width: 24},
		{Name: summaryValue, Doc: "Band of the heaviest actor, linked to it, or the number.", Width: 8},
		{Name: "What the evidence shows", Doc: "Sentences put together from the evidence.", Width: 73},
		{Name: "Examiner's conclusion", Doc: "For the examiner to write in: this program draws no conclusion.", Width: 20},
		restsColumn,
	}
	var rows [][]Cell
	accounts := x.accounts()
	for i := range accounts[:min(len(accounts), mostAccounts)] {
		a := &accounts[i]
		heaviest := a.actors[0]
		rows = append(rows, []Cell{text(a.user), {Kind: Link, Text: heaviest.Band.String(), Sheet: actorsName, Row: x.inActors[heaviest]}, text(sharedWith(a)), {Kind: Blank}, x.restsCell(Basis{Actors: a.actors})})
		for _, line := range x.paragraphs(a) {
			rows = append(rows, []Cell{text(line.what), text(""), text(line.Text), {Kind: Blank}, x.restsCell(line.Basis)})
		}
	}
	if more := len(accounts) - mostAccounts; more > 0 {
		rows = append(rows, []Cell{link("Further accounts", actorsName), count(more), text("Accounts of lighter actors; they stand on the sheet Actors."), {Kind: Blank}, x.restsCell(counted(actorsName, "Part", partActor))})
	}
	first := len(rows)
	rows = append(rows, severityRows(x)...)
	s.Charts = x.charts(first, days, countries)
	rows = append(rows, numberRows(x)...)
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// openingClaims are what is said before all else: what is missing from the
// report, what the examiner took out of the counts, and how much is suspicious.
func openingClaims(x *index) []Claim {
	c := x.c
	var all []Claim
	add := func(lines []string, on Basis) {
		for _, line := range lines {
			all = append(all, Claim{line, on})
		}
	}
	add(failureLines(c), counted(methodologyName, "Part", "Result"))
	add(timelessLines(c), counted(evidenceName))
	add(refusedContainers(c.Files), counted(evidenceName, "Status", "refused"))
	add(reviewLines(c), reviewedRows(c))
	add(lostReviewLines(c), counted(dataName, "Kind", "setting"))
	on := counted(registerName)
	if len(x.entries) == 0 {
		on = counted(coverageName)
	}
	add(conclusionLines(x), on)
	return all
}

// sharedWith says how many actors used an account.
func sharedWith(a *account) string {
	return "Used by " + plural(len(a.actors), "actor") + " worth a review; the heaviest:"
}

// graded are the severities that accuse, the gravest first.
var graded = []analysis.Severity{analysis.Critical, analysis.High, analysis.Medium, analysis.Low}

// severityRows count the suspicious rows by severity.
func severityRows(x *index) [][]Cell {
	n := map[analysis.Severity]int{}
	for i := range x.entries {
		n[x.entries[i].row.Severity]++
	}
	var rows [][]Cell
	for _, s := range graded {
		rows = append(rows, []Cell{link(s.String()+" rows", registerName), count(n[s]), text("Suspicious rows of this severity in the findings register."), {}, x.countedCell(filter(registerName, "Severity", s.String()))})
	}
	return rows
}

// numberRows are the key numbers, each linked to what it counts.
func numberRows(x *index) [][]Cell {
	var rows [][]Cell
	add := func(what, sheet string, n int, says string, where ...string) {
		rows = append(rows, []Cell{link(what, sheet), count(n), text(says), {}, x.countedCell(filter(sheet, where...))})
	}
	band := map[actor.Band]int{}
	acts := 0
	for _, who := range x.suspects() {
		band[who.Band]++
		acts += len(x.actsOf(who))
	}
	add("Actors in band act", actorsName, band[actor.BandAct], "From 60 points on, unless the case file says otherwise. A rank, no probability.", "Part", partActor, "Kind", actor.BandAct.String())
	add("Actors in band review", actorsName, band[actor.BandReview], "From 30 points on.", "Part", partActor, "Kind", actor.BandReview.String())
	add("Acts of these actors", attackerName, acts, "Each act once, whatever number of records tells of it.")
	records, rejects := 0, 0
	for _, f := range x.c.Files {
		records += f.Records
		rejects += f.Rejects
	}
	add("Records read", evidenceName, records, fmt.Sprintf("In %s; %d could not be read.", plural(len(x.c.Files), "file"), rejects))
	if r := result(x.c, coverage); r != nil {
		add("Notes on coverage", coverageName, len(r.Finding.Rows), "What the evidence does not hold, and what it holds for which time.")
	}
	return rows
}

// result is the result of an analysis that has rows; nil if it has none.
func result(c *Case, name string) *analysis.Result {
	for _, r := range c.Results {
		if r.Analyzer.Name == name && r.Finding != nil {
			return r
		}
	}
	return nil
}

func conclusionLines(x *index) []string {
	if len(x.entries) == 0 {
		return []string{"No row of any analysis is suspicious. That is a statement about the evidence read, not about what happened: see Coverage and limits."}
	}
	return []string{plural(len(x.entries), "row") + " of severity low or more were found. Each is consistent with a compromise and has innocent look-alikes, which stand with its analysis; no row is proof by itself."}
}

// mostRefused keeps the summary on its page; Coverage and limits has all.
const mostRefused = 10

// refusedContainers say first of all of which containers a part is missing.
func refusedContainers(files []ingest.File) []string {
	var lines []string
	n := 0
	for _, f := range files {
		if !f.IsRefusedContainer() {
			continue
		}
		if n++; n <= mostRefused {
			lines = append(lines, fmt.Sprintf("Not read in full: %s %s: %s.", f.Item.ID, f.Name, f.Reason))
		}
	}
	if n > mostRefused {
		lines = append(lines, fmt.Sprintf("Not read in full: %s more.", plural(n-mostRefused, "container")))
	}
	return lines
}

// timelessLines name the files without a time that can be read, before all that
// is counted by time.
func timelessLines(c *Case) []string {
	var lines []string
	for _, f := range c.Files {
		if f.Timeless() {
			lines = append(lines, fmt.Sprintf("No time could be read in %q: its %s stand at the end of the timeline, and nothing that goes by time sees them.", f.Name, plural(f.Untimed, "event")))
		}
	}
	return lines
}

func distinct(t *timeline.Timeline, c timeline.Col) int {
	fold := t.Fold(c)
	seen := make([]bool, t.Cardinality(c))
	n := 0
	for row := range t.Len() {
		if code := fold[t.Code(c, row)]; code != 0 && !seen[code] {
			seen[code] = true
			n++
		}
	}
	return n
}
