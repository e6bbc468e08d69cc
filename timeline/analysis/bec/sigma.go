package bec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/sigma"
	"becforensics/timeline/reference"
)

var sigmaRules = &analysis.Analyzer{
	Name:  "sigma",
	Title: "Sigma rules",
	Doc: analysis.Doc{
		Question: "Which events do the examiner's own Sigma rules match?",
		Method: "Each rule is tried on the events of its log source: the audit log for m365, sign-ins for azure/signinlogs, directory audits for azure/auditlogs. Fields are columns by the table of Sigma fields; Parameters are the name=value pairs of a cmdlet. " +
			"Conditions, lists, wildcards, null, 1 of and all of, and the modifiers contains, startswith, endswith, all, cased, re, cidr, exists, lt, lte, gt and gte are understood. One row is one rule with one user; its severity is the rule's level, low where the rule states none.",
		Limits:   "A rule with a field, modifier or log source that is not known, with keywords, aggregation, correlation or a placeholder is refused, which a row says: it has not been tried. Fields that no column holds cannot be asked.",
		Innocent: "What the rule's author lists as false positives.",
		Confirm:  "The rule's text and its references; the events themselves.",
	},
	Columns: []analysis.Column{
		{Name: "Rule", Doc: "title of the rule", Kind: analysis.Text},
		{Name: "Rule ID", Doc: "its id", Kind: analysis.Text},
		{Name: "Level", Doc: "its level", Kind: analysis.Text},
		{Name: "Author", Doc: "its author", Kind: analysis.Text},
		{Name: "Techniques", Doc: "ATT&CK techniques among its tags", Kind: analysis.Text},
		{Name: "File", Doc: "the file it was read from", Kind: analysis.Text},
		{Name: "Records", Doc: "records that the rule matches", Kind: analysis.Number},
		{Name: "Operations", Doc: "operations of the records", Kind: analysis.Text},
		{Name: "Refused", Doc: "why the rule was not tried", Kind: analysis.Prose},
	},
	Version:    1,
	References: []string{"SigmaHQ, Sigma rules specification 2"},
	Settings:   []string{"sigma"},
	Run:        runSigma,
}

func runSigma(p *analysis.Pass) (*analysis.Finding, error) {
	if len(p.Settings.Rules) == 0 {
		return nil, analysis.Skip("no Sigma rules were given")
	}
	f := &analysis.Finding{}
	e := newRuleEvaluation(p)
	var silent, refused []string
	for _, file := range p.Settings.Rules {
		rule, test, err := e.compile(file)
		if err != nil {
			title := file.Name
			if rule != nil && rule.Title != "" {
				title = rule.Title + " (" + file.Name + ")"
			}
			refused = append(refused, title+": "+err.Error())
			f.Rows = append(f.Rows, refusedRow(rule, file.Name, err))
			continue
		}
		rows := e.rows(test)
		if len(rows) == 0 {
			silent = append(silent, rule.Title)
		}
		f.Rows = append(f.Rows, ruleRows(p.Timeline, rule, file.Name, rows)...)
	}
	tried := len(p.Settings.Rules) - len(refused)
	f.Summary = fmt.Sprintf("%s: %d tried, %d of them matched events, %d refused.", counted(len(p.Settings.Rules), "rule"), tried, tried-len(silent), len(refused))
	if len(silent) > 0 {
		f.Notes = append(f.Notes, "matched nothing: "+list(silent))
	}
	for _, r := range refused {
		f.Notes = append(f.Notes, "refused, not tried: "+r)
	}
	byTime(f.Rows)
	return f, nil
}

func refusedRow(rule *sigma.Rule, file string, err error) analysis.Row {
	if rule == nil {
		rule = &sigma.Rule{}
	}
	return analysis.Row{Severity: analysis.Info, Confidence: analysis.Firm, Cells: []string{
		rule.Title, rule.ID, rule.Level, rule.Author, strings.Join(rule.Techniques, ", "), file, "0", "", err.Error(),
	}}
}

// ruleRows are the rows of a rule, one a user, in the order of their first
// event.
func ruleRows(t *timeline.Timeline, rule *sigma.Rule, file string, rows []int) []analysis.Row {
	var order []uint32
	byUser := map[uint32][]int{}
	for _, row := range rows {
		user := t.Folded(timeline.ColUser, row)
		if byUser[user] == nil {
			order = append(order, user)
		}
		byUser[user] = append(byUser[user], row)
	}
	all := make([]analysis.Row, 0, len(order))
	for _, user := range order {
		hits := byUser[user]
		r := citing(t, hits)
		r.Severity, r.Confidence = levelSeverity(rule.Level), analysis.Likely
		if r.Severity == analysis.Info {
			r = informing(t, hits[0], hits[len(hits)-1])
		}
		r.Cells = []string{
			rule.Title, rule.ID, rule.Level, rule.Author, strings.Join(rule.Techniques, ", "), file,
			strconv.Itoa(len(hits)), list(operations(t, hits)), "",
		}
		all = append(all, r)
	}
	return all
}

// levelSeverity is a rule's level as a severity; Sigma has the same words but
// for the lowest.
func levelSeverity(level string) analysis.Severity {
	for s := analysis.Low; s <= analysis.Critical; s++ {
		if s.String() == level {
			return s
		}
	}
	if level == "" {
		return analysis.Low
	}
	return analysis.Info
}

// A ruleEvaluation tries rules on a timeline: each test of a field runs once
// for each distinct value of its column.
type ruleEvaluation struct {
	p       *analysis.Pass
	t       *timeline.Timeline
	sources *reference.Table
	fields  *reference.Table
	pairs   []cmdlet // by code of the rule column
}

// A cmdlet is a rule column's value taken apart.
type cmdlet struct{ pairs, names, values []string }

func newRuleEvaluation(p *analysis.Pass) *ruleEvaluation {
	return &ruleEvaluation{p: p, t: p.Timeline, sources: p.Reference.Table(reference.SigmaSources), fields: p.Reference.Table(reference.SigmaFields)}
}

// A ruleTest is a rule compiled against the timeline.
type ruleTest struct {
	sources  []string
	row      func(row int) bool
	possible bool // false if no value in the evidence can make it true
}

// compile reads a rule and compiles it against the timeline's columns.
func (e *ruleEvaluation) compile(file analysis.RuleFile) (*sigma.Rule, *ruleTest, error) {
	rule, err := sigma.Parse(file.Text)
	if err != nil {
		return rule, nil, err
	}
	if rule.Title == "" {
		rule.Title = file.Name
	}
	found, ok := e.sources.Find(rule.Product + "/" + rule.Service)
	if !ok || rule.Category != "" {
		return rule, nil, fmt.Errorf("its log source %s is not known here", quote(strings.Join(strings.Fields(rule.Product+" "+rule.Service+" "+rule.Category), " ")))
	}
	for _, field := range rule.Detection.Fields() {
		if !e.known(field) {
			return rule, nil, fmt.Errorf("no column holds its field %s", quote(field))
		}
	}
	test := &ruleTest{sources: strings.Split(found.Get("names"), ";")}
	test.row, test.possible = e.expression(rule.Detection)
	return rule, test, nil
}

// rows are the rows that a rule matches.
func (e *ruleEvaluation) rows(test *ruleTest) []int {
	if !test.possible {
		return nil
	}
	var rows []int
	wanted := map[*timeline.Source]bool{}
	for _, s := range e.t.Exports() {
		wanted[s] = slices.Contains(test.sources, s.Source)
	}
	for row := range e.t.Len() {
		if wanted[e.t.Source(row)] && test.row(row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// expression compiles a condition; it is possible if some row could meet it.
func (e *ruleEvaluation) expression(x *sigma.Expr) (test func(row int) bool, possible bool) {
	if x.Op == sigma.Field {
		return e.field(x.Match)
	}
	tests := make([]func(int) bool, len(x.Args))
	every, some := true, false
	for i, arg := range x.Args {
		ok := false
		tests[i], ok = e.expression(arg)
		every, some = every && ok, some || ok
	}
	switch x.Op {
	case sigma.Not:
		return func(row int) bool { return !tests[0](row) }, true
	case sigma.And:
		return func(row int) bool {
			for _, test := range tests {
				if !test(row) {
					return false
				}
			}
			return true
		}, every
	}
	return func(row int) bool {
		for _, test := range tests {
			if test(row) {
				return true
			}
		}
		return false
	}, some
}
