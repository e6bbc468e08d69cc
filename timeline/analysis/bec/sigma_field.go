package bec

import (
	"slices"
	"strconv"

	"becforensics/timeline"
	"becforensics/timeline/analysis/sigma"
)

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
	_, ok = columnNamed(row.Get("column"))
	return ok
}

// field compiles the test of a field: a table of answers by code.
func (e *ruleEvaluation) field(m *sigma.Match) (test func(row int) bool, possible bool) {
	row, _ := e.fields.Find(m.Field)
	if row.Get("column") == outcomeColumn {
		return e.outcome(m)
	}
	c, ok := columnNamed(row.Get("column"))
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
		for _, change := range parametersOf(e.t.Value(c, uint32(code))) {
			p := &e.pairs[code]
			p.names, p.values = append(p.names, change.name), append(p.values, change.new)
			p.pairs = append(p.pairs, change.name+"="+change.new)
		}
	}
}

// columnNamed is the column of a name in the exports.
func columnNamed(name string) (timeline.Col, bool) {
	for c := range timeline.NumCols {
		if c.String() == name {
			return c, true
		}
	}
	return 0, false
}
