package bec

import (
	"fmt"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

var toolUserAgent = &analysis.Analyzer{
	Name:  "tool-user-agent",
	Title: "Tools by user agent",
	Doc:   explain("tool-user-agent"),
	Columns: []analysis.Column{
		{Name: "Tool", Doc: "what the table calls it"},
		{Name: "Category", Doc: "attack-tool, phishing-kit, http-library, automation, scripting, bulk-download or mail-client"},
		{Name: "User agents", Doc: "as written", Kind: analysis.List},
		{Name: "Applications", Doc: "names or ids", Kind: analysis.List},
		{Name: "Operations", Doc: "what was done with it", Kind: analysis.List},
		{Name: "Records", Doc: "records of the row", Kind: analysis.Count},
		{Name: "Network", Doc: "where from", Kind: analysis.List},
		{Name: "Why", Doc: "what raised or lowered the severity", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Tool", "Category"},
	Needs:      []analysis.Need{analysis.Operations, logon.Logons, logon.Profiles, logon.Tools},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Version:    1,
	Techniques: []string{"T1557", "T1110.003", "T1059"},
	References: []string{"elastic/detection-rules 275b972d, 6e6376c1", "SigmaHQ/sigma ea1a07f0", "Huntress (user agents of kits)"},
	Settings:   []string{"known_good", "office_networks", "thresholds"},
	Family:     "how",
	Run:        runToolUserAgent,
}

// A toolUse is the records of one user with one tool that end alike.
type toolUse struct {
	user uint32
	tool reference.Agent
	kind toolUseKind
	rows []int
}

// A toolUseKind parts what may be a sign from what only informs.
type toolUseKind uint8

const (
	toolSucceeded toolUseKind = iota // from elsewhere than home
	toolAtHome                       // from a usual network
	toolProved                       // stopped after the right password
	toolFailed                       // failed, or not known to have succeeded
	toolApp                          // by an application without a user
)

// runToolUserAgent looks at logons and at every other record alike: tools
// download and read as well.
func runToolUserAgent(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	if t.Cardinality(timeline.ColUserAgent) <= 1 {
		return nil, analysis.Skip("no record names a user agent: Outlook Activities and message traces have none; which programs were used cannot be told")
	}
	pr := logon.Profiles.Of(p)
	tools := logon.Tools.Of(p)
	habits := logon.HabitsOf(p, logon.Logons.Of(p), func(l *logon.Logon) uint64 { return toolValue(p, tools, l) })
	uses, order := map[string]*toolUse{}, []*toolUse(nil)
	classes := analysis.Operations.Of(p)
	records, service := 0, 0
	for row := range t.Len() {
		tool := tools[t.Code(timeline.ColUserAgent, row)]
		if tool.Tool == "" || tool.Category == logon.LegacyAgent {
			continue
		}
		if t.Has(row, timeline.Service) {
			service++
			continue
		}
		records++
		use := toolUse{user: t.Folded(timeline.ColUser, row), tool: tool, kind: kindOfToolUse(pr, t, row, classes)}
		key := fmt.Sprint(use.user, " ", use.kind, " ", tool.Tool)
		if uses[key] == nil {
			uses[key] = &use
			order = append(order, &use)
		}
		uses[key].rows = append(uses[key].rows, row)
	}
	f := &analysis.Finding{}
	for _, use := range order {
		f.Rows = append(f.Rows, use.judge(p, pr, habits))
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s by tools that the table knows; %s suspicious, %s for information.", cite.Counted(records, "record"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	if service > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%s by Microsoft's own service left out.", cite.Counted(service, "record")))
	}
	return f, nil
}

// toolValue is the tool of a logon as an attribute: the code of the first user
// agent that is of the same tool.
func toolValue(p *analysis.Pass, tools []reference.Agent, l *logon.Logon) uint64 {
	name := tools[p.Timeline.Code(timeline.ColUserAgent, l.Row)].Tool
	if name == "" {
		return 0
	}
	return toolNumbers(p)[name]
}

// toolNumbers number the tools that occur.
func toolNumbers(p *analysis.Pass) map[string]uint64 {
	numbers := map[string]uint64{}
	for code, tool := range logon.Tools.Of(p) {
		if tool.Tool != "" && numbers[tool.Tool] == 0 {
			numbers[tool.Tool] = uint64(code)
		}
	}
	return numbers
}

func kindOfToolUse(pr *logon.Estate, t *timeline.Timeline, row int, classes []string) toolUseKind {
	isLogon := classes[t.Code(timeline.ColOperation, row)] == analysis.ClassLogon
	outcome := t.Outcome(row)
	switch {
	case t.Has(row, timeline.AppOnly):
		return toolApp
	case outcome == timeline.PasswordProved:
		return toolProved
	case outcome == timeline.Failure, outcome == timeline.Interrupted, outcome == timeline.Unknown && isLogon:
		return toolFailed
	case pr.HomeRow(t, row):
		return toolAtHome
	}
	return toolSucceeded
}

func (use *toolUse) judge(p *analysis.Pass, pr *logon.Estate, habits *logon.Habits) analysis.Row {
	t := p.Timeline
	name := t.Value(timeline.ColUser, use.user)
	severity, confidence, why := use.weigh(p, pr, habits, name)
	var r analysis.Row
	if severity == analysis.Info {
		r = cite.Informing(t, use.rows[0], use.rows[len(use.rows)-1])
	} else {
		r = cite.Citing(t, use.rows)
	}
	r.User, r.Severity, r.Confidence = name, severity, confidence
	r.Cells = cite.Cells(
		use.tool.Tool, use.tool.Category, cite.Distinct(t, timeline.ColUserAgent, use.rows), cite.AppNames(t, use.rows),
		cite.Distinct(t, timeline.ColOperation, use.rows), len(use.rows), logon.NetworkNames(t, use.rows), why,
	)
	return r
}

// weigh judges a use, and says why.
func (use *toolUse) weigh(p *analysis.Pass, pr *logon.Estate, habits *logon.Habits, name string) (analysis.Severity, analysis.Confidence, string) {
	hostile := use.tool.Category == logon.AttackAgent || use.tool.Category == logon.PhishingAgent
	value := toolNumbers(p)[use.tool.Tool]
	var history *logon.Habit
	if history = habits.Of[use.user]; history == nil {
		history = &logon.Habit{}
	}
	short := len(history.Days) < logon.Enough(p)
	estate := habits.Others(value, use.user)
	switch {
	case use.cleared(p, pr, name):
		return analysis.Info, analysis.Firm, "cleared by the examiner"
	case use.kind == toolApp && !hostile:
		return analysis.Info, analysis.Likely, "by an application without a user: consistent with the organisation's own automation"
	case use.kind == toolFailed:
		return analysis.Info, analysis.Likely, "not known to have succeeded: see password-attack"
	case use.kind == toolProved && hostile:
		return analysis.High, analysis.Likely, "stopped, but after the right password"
	case use.kind == toolProved:
		return analysis.Info, analysis.Likely, "stopped, but after the right password: see password-attack"
	case !hostile && estate.Shared():
		return analysis.Info, analysis.Likely, fmt.Sprintf("%s had this tool for %d days or more: consistent with the organisation's own automation", cite.Counted(estate.Steady, "other user"), logon.SharedDays.Int())
	case !hostile && history.Habit(value):
		return analysis.Info, analysis.Likely, fmt.Sprintf("a habit of this user on %s", cite.Counted(len(history.Values[value].Days), "day"))
	}
	severity, confidence := analysis.Medium, analysis.Likely
	why := []string{"a tool for scripts"}
	switch {
	case hostile:
		severity, confidence, why = analysis.Critical, analysis.Firm, []string{"a tool made for attacks or phishing"}
	case use.tool.Severity == analysis.High.String():
		severity, why = analysis.High, []string{"seen in compromises: " + use.tool.Category}
		if landing := landingApp(p, use.rows); landing != "" {
			severity = analysis.Critical
			why = append(why, "the application is "+landing+", where such kits land or ask for tokens")
		}
	}
	if hostile {
		return severity, confidence, strings.Join(why, "; ")
	}
	switch {
	case use.kind == toolAtHome && !short && use.tool.Severity == analysis.High.String():
		severity, confidence = analysis.Low, analysis.Unsure
		why = append(why, "from a usual network of the user")
	case use.kind == toolAtHome && !short:
		severity = analysis.Info
		why = append(why, "from a usual network of the user: consistent with the user's own scripts")
	case short && severity == analysis.Medium:
		severity, confidence = analysis.Info, analysis.Unsure
		why = append(why, fmt.Sprintf("insufficient history: fewer than %d active days do not tell whether it is a habit", logon.Enough(p)))
	case short:
		severity, confidence = severity-1, analysis.Unsure
		why = append(why, fmt.Sprintf("insufficient history: fewer than %d active days", logon.Enough(p)))
	}
	if !short {
		why = append(why, fmt.Sprintf("new to this user in %s", cite.Counted(len(history.Days), "active day")))
	}
	return severity, confidence, strings.Join(why, "; ")
}

// cleared reports whether the examiner holds the user, the user agent, every
// application or every address for good.
func (use *toolUse) cleared(p *analysis.Pass, pr *logon.Estate, name string) bool {
	t := p.Timeline
	good := &p.Settings.KnownGood
	if reference.ContainsFold(good.Users, name) {
		return true
	}
	agents, apps, ips := true, true, true
	for _, row := range use.rows {
		agents = agents && reference.ContainsFold(good.UserAgents, t.Text(timeline.ColUserAgent, row))
		apps = apps && reference.ContainsFold(good.Apps, t.Text(timeline.ColAppID, row))
		ips = ips && pr.Cleared[t.Code(timeline.ColIP, row)]
	}
	return agents || apps || ips
}

// landingApp names a first-party application among those of rows that
// phishing prefers, empty if there isn't one.
func landingApp(p *analysis.Pass, rows []int) string {
	for _, id := range cite.Distinct(p.Timeline, timeline.ColAppID, rows) {
		if app, ok := p.Reference.App(id); ok && (app.WatchClass == logon.WatchLanding || app.WatchClass == logon.WatchToken) {
			return app.Name
		}
	}
	return ""
}
