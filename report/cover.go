package report

import (
	"fmt"
	"time"

	"becforensics/ingest"
	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// coverSheet says whose report it is, on what it rests and where things stand.
func coverSheet(c *Case, sheets []Sheet) Sheet {
	s := Sheet{Name: coverName, Title: title(c), Tab: "1F3864", OnePage: true, Columns: []Column{
		{Name: "Cover", Doc: "What the case file says, what was read, and the sheets.", Width: 32},
		{Name: "Content", Doc: "Its value, or what the sheet holds.", Width: 70},
	}}
	var rows [][]Cell
	add := func(what, says string) {
		if says != "" {
			rows = append(rows, []Cell{text(what), text(says)})
		}
	}
	for _, f := range coverFacts(c) {
		add(f[0], f[1])
	}
	for i := range sheets {
		rows = append(rows, []Cell{link(sheets[i].Name, sheets[i].Name), text(holds(c, &sheets[i]))})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// coverFacts are what the case file and the evidence say of the case, in order;
// what is not said is empty.
func coverFacts(c *Case) [][2]string {
	k := c.Settings.Case
	return [][2]string{
		{"Marking", k.Marking},
		{"TLP", k.TLP},
		{"Case", k.Number},
		{"Client", k.Client},
		{"Examiner", k.Examiner},
		{"Counsel", k.Counsel},
		{"Report date", k.ReportDate},
		{"Evidence window", window(c)},
		{"Evidence", filesRead(c)},
		{"Records", recordsRead(c)},
		{"Integrity", integrity(c)},
		{"Program", "becforensics " + c.Version},
	}
}

// ofEvidence are those of them that tell of the evidence.
var ofEvidence = []string{"Evidence window", "Evidence", "Records", "Integrity"}

// sheetDocs say what the sheets hold that are no analysis's.
var sheetDocs = map[string]string{
	summaryName:     "What was found, on one page.",
	questionsName:   "What a report must answer, for the case and for each account.",
	requestsName:    "Exports that would answer more, and when they expire.",
	mailboxesName:   "What must be held of each mailbox that was reached.",
	exposureName:    "Every message that was reached, and how sure that is.",
	paymentsName:    "Requests for payments, with amounts and accounts.",
	toWarnName:      "People outside who got something from an actor.",
	indicatorsName:  "What actors can be known by.",
	registerName:    "Every suspicious row in a line.",
	keyName:         "The course of events in the acts that suspicious rows rest on.",
	actorsName:      "What belongs together, how it is ranked and why.",
	attackerName:    "Every act of the actors worth a review.",
	timelineName:    "The events of the case.",
	daysName:        "Events a day by mailbox, and those of actors.",
	countriesName:   "Successful logons by country, and those of actors.",
	hoursName:       "Events by hour and weekday.",
	evidenceName:    "Every file with its hash, what it was taken for and its record counts.",
	coverageName:    "What the evidence does not hold.",
	methodologyName: "How the analyses work, how each ended, and with which versions they ran.",
	dataName:        "Settings, thresholds, databases and tables of this run.",
	custodyName:     "How the evidence was handled, and how to check it.",
	glossaryName:    "The words and columns of this report.",
	rejectsName:     "Every record that could not be read, with its reason.",
	duplicatesName:  "Every record that repeats another.",
}

// holds says what a sheet holds: of an analysis, its suspicious rows.
func holds(c *Case, s *Sheet) string {
	if doc := sheetDocs[s.Name]; doc != "" {
		return doc
	}
	for _, r := range c.Results {
		if r.Finding == nil || sheetOf(r.Analyzer) != s.Name {
			continue
		}
		if n := accusing(r.Finding); n > 0 {
			return fmt.Sprintf("Analysis: %s, the gravest %s.", plural(n, "suspicious row"), worst(r.Finding))
		}
		return fmt.Sprintf("Analysis: no suspicious row; %s for information.", plural(len(r.Finding.Rows), "row"))
	}
	return ""
}

// window is the time between the first and the last event.
func window(c *Case) string {
	t := c.Timeline
	timed := t.Timed()
	if timed == 0 {
		return "No event has a time."
	}
	s := fmt.Sprintf("%s to %s UTC", stamp(t.Time(0)), stamp(t.Time(timed-1)))
	if zone := zoneOf(c); zone != nil {
		s += fmt.Sprintf(" (%s to %s in %s)", local(t.Time(0), zone), local(t.Time(timed-1), zone), zone)
	}
	for _, bound := range []struct {
		word string
		at   time.Time
	}{{"from", c.Settings.From}, {"to", c.Settings.To}} {
		if !bound.at.IsZero() {
			s += fmt.Sprintf("; analysed %s %s UTC", bound.word, stamp(bound.at))
		}
	}
	return s + fmt.Sprintf("; %s and %s", many(distinct(t, timeline.ColMailbox), "named mailbox", "named mailboxes"), plural(distinct(t, timeline.ColUser), "account"))
}

func filesRead(c *Case) string {
	by := map[ingest.Status]int{}
	for _, f := range c.Files {
		by[f.Status]++
	}
	return fmt.Sprintf("%s: %d read in full, %d in part, %d not recognised, %d refused", plural(len(c.Files), "file"), by[ingest.Read], by[ingest.Partial], by[ingest.Unrecognised], by[ingest.Refused])
}

// recordsRead adds up.
func recordsRead(c *Case) string {
	var records, events, contexts, duplicates, rejects int
	for _, f := range c.Files {
		records += f.Records
		events += f.Events
		contexts += f.Contexts
		duplicates += f.Duplicates
		rejects += f.Rejects
	}
	return fmt.Sprintf("%s = %s + %s + %s + %s", plural(records, "record"), plural(events, "event"), plural(contexts, "context row"), plural(duplicates, "duplicate"), plural(rejects, "reject"))
}

// integrity says what was compared of the evidence's hashes.
func integrity(c *Case) string {
	s := "SHA-256 of every file was computed while it was read and again before this report was written: both agree."
	agree, differ := 0, 0
	for _, f := range c.Files {
		switch d := declared(c, f.Name, f.Hash()); {
		case d == agrees:
			agree++
		case d != "":
			differ++
		}
	}
	if agree+differ > 0 {
		s += fmt.Sprintf(" Of the hashes that the case file declares %d agree and %d differ.", agree, differ)
	}
	return s
}

// sheetOf is the name of the sheet that has the rows of an analysis.
func sheetOf(a *analysis.Analyzer) string {
	if name := fixed[a.Name]; name != "" {
		return name
	}
	return a.Title
}
