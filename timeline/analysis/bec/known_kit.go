package bec

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

var knownKit = &analysis.Analyzer{
	Name:  "known-kit",
	Title: "Traces of kits",
	Doc:   explain("known-kit"),
	Columns: []analysis.Column{
		{Name: "Kit", Doc: "what the table calls it"},
		{Name: "Trace", Doc: "name of the trace in the table"},
		{Name: "Device", Doc: "device that was registered"},
		{Name: "Records", Doc: "records of the row", Kind: analysis.Count},
		{Name: "Sign-ins", Doc: "sign-ins with the device, failed ones included", Kind: analysis.Count},
		{Name: "Operations", Doc: "what was done", Kind: analysis.List},
		{Name: "User agents", Doc: "as written", Kind: analysis.List},
		{Name: "Network", Doc: "where from", Kind: analysis.List},
		{Name: "Why", Doc: "what the trace is, and what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Kit", "Trace", "Device"},
	Needs:      []analysis.Need{logon.KitTraces, logon.Profiles},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Points:     []*analysis.Point{logon.RegisterMinutes},
	Family:     "token",
	Version:    1,
	Techniques: []string{"T1557", "T1528", "T1098.005"},
	References: []string{"elastic/detection-rules (phishing kit default build, device registration to primary refresh token chain, ConsentFix)", "eye.security, Sneaky 2FA"},
	Settings:   []string{"known_good", "office_networks", "thresholds"},
	Run:        runKnownKit,
}

func runKnownKit(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	if t.Cardinality(timeline.ColUserAgent) <= 1 && t.Cardinality(timeline.ColAppID) <= 1 {
		return nil, analysis.Skip("no record names a user agent or an application, and the directory's audit is missing: traces of kits cannot be told")
	}
	f := &analysis.Finding{Notes: unknownTests(p)}
	for _, one := range logon.KitTraces.Of(p) {
		f.Rows = append(f.Rows, kitRow(p, &one))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of kits and tools; %s suspicious, %s for information.", cite.Counted(len(f.Rows), "trace"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

// unknownTests says which tests of the table name nothing that records have:
// they find nothing.
func unknownTests(p *analysis.Pass) []string {
	var notes []string
	for _, flow := range p.Reference.KitTraces() {
		for _, step := range flow {
			for _, name := range step.Names() {
				if !logon.KnowsKitTest(name) {
					notes = append(notes, fmt.Sprintf("The trace %s finds nothing: records have no %s.", cite.Quote(step.Name), cite.Quote(name)))
				}
			}
		}
	}
	return notes
}

// kitRow weighs a trace: what the table says of it, less where nothing
// succeeded, and no sign where the user is at home or the examiner cleared it.
func kitRow(p *analysis.Pass, one *logon.KitTrace) analysis.Row {
	t, pr := p.Timeline, logon.Profiles.Of(p)
	rows := slices.Concat(one.Rows, one.Logons)
	slices.Sort(rows)
	rows = slices.Compact(rows)
	name := t.Value(timeline.ColUser, one.User)
	severity, confidence, why := analysis.SeverityOf(one.Trace.Severity), analysis.Firm, one.Trace.Reason
	if len(one.Owners) > 0 {
		first := one.Owners[0]
		why += fmt.Sprintf("; it began at %s (%s)", logon.PlaceName(t.PlaceOf(t.Code(timeline.ColIP, first))), t.Origin(first))
	}
	if len(one.Logons) > 0 {
		why += fmt.Sprintf("; %s with that device", cite.Plural(len(one.Logons), "sign-in is on record", "sign-ins are on record"))
	}
	switch {
	case reference.ContainsFold(p.Settings.KnownGood.Users, name), logon.ClearedRows(p, pr, rows):
		severity, why = analysis.Info, "cleared by the examiner"
	case one.Device == "" && pr.AllSettled(p, one.Rows):
		severity, confidence, why = analysis.Info, analysis.Likely, why+"; from where the user is at home: consistent with the user's own device or tool"
	case one.Device == "" && !slices.ContainsFunc(rows, func(row int) bool { return t.Outcome(row) == timeline.Success }):
		severity, why = min(severity, analysis.Medium), why+"; none of it is known to have succeeded"
	}
	var r analysis.Row
	if severity == analysis.Info {
		r = cite.Informing(t, rows[0], rows[len(rows)-1])
	} else {
		r = cite.Citing(t, rows)
	}
	r.User, r.Severity, r.Confidence = name, severity, confidence
	r.Cells = cite.Cells(
		one.Trace.Kit, one.Trace.Name, one.Device, len(rows), len(one.Logons), cite.Operations(t, rows),
		cite.Distinct(t, timeline.ColUserAgent, rows), logon.NetworkNames(t, rows), strings.TrimPrefix(why, "; "),
	)
	return r
}
