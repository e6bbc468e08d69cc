package bec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/sigma"
	"becforensics/timeline/reference"
)

var sigmaRules = &analysis.Analyzer{
	Name:  "sigma",
	Title: "Sigma rules",
	Doc:   explain("sigma"),
	Columns: []analysis.Column{
		{Name: "Rule", Doc: "title of the rule", Kind: analysis.Text},
		{Name: "Rule ID", Doc: "its id", Kind: analysis.Text},
		{Name: "Level", Doc: "its level", Kind: analysis.Text},
		{Name: "Author", Doc: "its author", Kind: analysis.Text},
		{Name: "Techniques", Doc: "ATT&CK techniques among its tags", Kind: analysis.Text},
		{Name: "File", Doc: "the file it was read from", Kind: analysis.Text},
		{Name: "Records", Doc: "records that the rule matches", Kind: analysis.Count},
		{Name: "Operations", Doc: "operations of the records", Kind: analysis.List},
		{Name: "Refused", Doc: "why the rule was not tried", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{"Rule ID", "File", analysis.KeyUser},
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
	f.Summary = fmt.Sprintf("%s: %d tried, %d of them matched events, %d refused.", cite.Counted(len(p.Settings.Rules), "rule"), tried, tried-len(silent), len(refused))
	if len(silent) > 0 {
		f.Notes = append(f.Notes, "matched nothing: "+cite.Join(silent))
	}
	for _, r := range refused {
		f.Notes = append(f.Notes, "refused, not tried: "+r)
	}
	cite.ByTime(f.Rows)
	return f, nil
}

func refusedRow(rule *sigma.Rule, file string, err error) analysis.Row {
	if rule == nil {
		rule = &sigma.Rule{}
	}
	return analysis.Row{Severity: analysis.Info, Confidence: analysis.Firm, Cells: cite.Cells(
		rule.Title, rule.ID, rule.Level, rule.Author, strings.Join(rule.Techniques, ", "), file, 0, nil, err.Error(),
	)}
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
		r := cite.Citing(t, hits)
		r.Severity, r.Confidence = levelSeverity(rule.Level), analysis.Likely
		if r.Severity == analysis.Info {
			r = cite.Informing(t, hits[0], hits[len(hits)-1])
		}
		r.Cells = cite.Cells(
			rule.Title, rule.ID, rule.Level, rule.Author, strings.Join(rule.Techniques, ", "), file,
			len(hits), cite.Operations(t, hits), "",
		)
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
		return rule, nil, fmt.Errorf("its log source %s is not known here", cite.Quote(strings.Join(strings.Fields(rule.Product+" "+rule.Service+" "+rule.Category), " ")))
	}
	for _, field := range rule.Detection.Fields() {
		if !e.known(field) {
			return rule, nil, fmt.Errorf("no column holds its field %s", cite.Quote(field))
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

// Forms in which a Sigma field takes a column, as the table of fields names
// them.
const (
	formPairs  = "pairs"
	formNames  = "names"
	formValues = "values"
	formResult = "result"
)

// outcomeColumn is the name of the outcome, which is no column of codes.
const outcomeColumn = "outcome"

// known reports whether a column holds a field.
func (e *ruleEvaluation) known(field string) bool {
	row, ok := e.fields.Find(field)
	if !ok || row.Get("column") == outcomeColumn {
		return ok
	}
	_, ok = timeline.ColumnNamed(row.Get("column"))
	return ok
}

// field compiles the test of a field: a table of answers by code.
func (e *ruleEvaluation) field(m *sigma.Match) (test func(row int) bool, possible bool) {
	row, _ := e.fields.Find(m.Field)
	if row.Get("column") == outcomeColumn {
		return e.outcome(m)
	}
	c, ok := timeline.ColumnNamed(row.Get("column"))
	if !ok {
		return func(int) bool { return false }, false // known has refused the rule
	}
	form := row.Get("form")
	answers := make([]bool, e.t.Cardinality(c))
	for code := range answers {
		answers[code] = m.Test(e.values(c, uint32(code), form)...)
	}
	if form == formResult {
		return e.result(m, c, answers)
	}
	return func(row int) bool { return answers[e.t.Code(c, row)] }, slices.Contains(answers, true)
}

// result is the code of a sign-in's result: 0 where it succeeded, which the
// timeline states as the outcome.
func (e *ruleEvaluation) result(m *sigma.Match, c timeline.Col, answers []bool) (func(row int) bool, bool) {
	success := m.Test(strconv.Itoa(0))
	return func(row int) bool {
		code := e.t.Code(c, row)
		if code == 0 && e.t.Outcome(row) == timeline.Success {
			return success
		}
		return answers[code]
	}, success || slices.Contains(answers, true)
}

// outcome tests how an operation ended; unknown is an absent value, and a
// password proved by a sign-in that was stopped is a failure, as the log has
// it.
func (e *ruleEvaluation) outcome(m *sigma.Match) (func(row int) bool, bool) {
	var answers [timeline.PasswordProved + 1]bool
	for o := range answers {
		text := timeline.Outcome(o).String()
		switch timeline.Outcome(o) {
		case timeline.Unknown:
			text = ""
		case timeline.PasswordProved:
			text = timeline.Failure.String()
		}
		answers[o] = m.Test(text)
	}
	return func(row int) bool { return answers[e.t.Outcome(row)] }, slices.Contains(answers[:], true)
}

// values are the texts of a code that a field in this form takes.
func (e *ruleEvaluation) values(c timeline.Col, code uint32, form string) []string {
	switch form {
	case formPairs, formNames, formValues:
		if e.pairs == nil {
			e.takeApart(c)
		}
		switch form {
		case formNames:
			return e.pairs[code].names
		case formValues:
			return e.pairs[code].values
		}
		return e.pairs[code].pairs
	}
	return []string{e.t.Value(c, code)}
}

// takeApart reads the parameters of every cmdlet once.
func (e *ruleEvaluation) takeApart(c timeline.Col) {
	e.pairs = make([]cmdlet, e.t.Cardinality(c))
	for code := range e.pairs {
		for _, altered := range change.ParametersOf(e.t.Value(c, uint32(code))) {
			p := &e.pairs[code]
			p.names, p.values = append(p.names, altered.Name), append(p.values, altered.New)
			p.pairs = append(p.pairs, altered.Name+"="+altered.New)
		}
	}
}
