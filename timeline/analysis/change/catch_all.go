package change

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// Tests of the table of catch-alls.
const (
	testWord   = "word"        // one of the words of the condition is the value
	testIs     = "is"          // the condition is the value
	testAtMost = "at most"     // its number of bytes is the value or less
	testBefore = "before year" // its year is before the value
)

// nul is how the table writes the character that no text has.
const nul = "U+0000"

// ruleTexts are the properties of an UpdateInboxRules record that hold a rule's
// conditions as one text.
var ruleTexts = []string{"RuleCondition", "Conditions"}

// isCatchAll reports whether every mail meets a condition, so that it limits
// nothing. The words of one condition are alternatives: one that all mail has
// is enough.
func isCatchAll(p *analysis.Pass, c Property) bool {
	words := mail.ListParts(c.New)
	if reference.ContainsFold(ruleTexts, c.Name) {
		words = restrictionValues(c.New)
		return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !hasCatchAll(p, c.Name, []string{w}) })
	}
	return hasCatchAll(p, c.Name, words)
}

func hasCatchAll(p *analysis.Pass, name string, words []string) bool {
	for row := range p.Reference.Table(reference.RuleCatchAlls).Rows() {
		parameters, value := row.Get("parameters"), row.Get("value")
		if parameters != "*" && !reference.ContainsFold(strings.Split(parameters, ";"), name) {
			continue
		}
		if slices.ContainsFunc(words, func(w string) bool { return meets(row.Get("test"), value, plainWord(w)) }) {
			return true
		}
	}
	return false
}

// meets applies a test of the table to a value.
func meets(test, value, s string) bool {
	switch test {
	case testWord, testIs:
		return strings.EqualFold(s, value)
	case testAtMost:
		n, ok := bytesOf(s)
		most, err := strconv.ParseInt(value, 10, 64)
		return ok && err == nil && n <= most
	case testBefore:
		year := yearIn.FindString(s)
		return year != "" && year < value
	}
	return false
}

// plainWord is a word without the marks of the list around it.
func plainWord(s string) string {
	s = strings.Trim(s, " []{}()\"'\r\n\t")
	if s != "" && strings.Trim(s, "\x00") == "" || s == `\u0000` || s == `\0` {
		return nul
	}
	return s
}

var (
	yearIn     = regexp.MustCompile(`\b\d{4}\b`)
	sizeOf     = regexp.MustCompile(`(?i)^(\d+)(?:\.\d+)?\s*(b|bytes?)?$`)
	sizeInFull = regexp.MustCompile(`\(([\d,.]+) bytes\)?`)
	zeroSize   = regexp.MustCompile(`(?i)^0+(?:\.0+)?\s*[kmg]?b?\b`)
)

// bytesOf is a size as cmdlets write it: 1, 0KB, 1 B (1 bytes). Sizes of more
// than bytes, if not none, are not read: they are above any limit asked for.
func bytesOf(s string) (int64, bool) {
	if m := sizeInFull.FindStringSubmatch(s); m != nil {
		s = strings.NewReplacer(",", "", ".", "").Replace(m[1])
	} else if zeroSize.MatchString(s) {
		return 0, true
	}
	m := sizeOf.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	return n, err == nil
}

// restriction is a part of the text in which Outlook's rules are recorded:
// (SubString IgnoreCase(SubjectProperty)=invoice).
var restriction = regexp.MustCompile(`=([^()=]*)\)`)

// restrictionValues are what the conditions of an UpdateInboxRules record look
// for: the values of a text of restrictions, or the texts in a list as JSON
// other than those that name a kind of condition.
func restrictionValues(text string) []string {
	var v any
	if json.Unmarshal([]byte(text), &v) == nil {
		return leaves(v, nil)
	}
	var values []string
	for _, m := range restriction.FindAllStringSubmatch(text, -1) {
		values = append(values, m[1])
	}
	return values
}

// leaves appends the texts and numbers inside a JSON value that are no names
// of types.
func leaves(v any, to []string) []string {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			to = leaves(e, to)
		}
	case map[string]any:
		for name, e := range v {
			if !strings.HasSuffix(strings.ToLower(name), "type") {
				to = leaves(e, to)
			}
		}
	case string:
		to = append(to, v)
	case float64:
		to = append(to, strconv.FormatFloat(v, 'f', -1, 64))
	case bool:
		to = append(to, strconv.FormatBool(v))
	}
	return to
}

// catchAllsText names the conditions of a rule that every mail meets.
func (j *ruleJudge) catchAllsText(r *Rule) string {
	var list []string
	for _, c := range r.Changes {
		row, ok := j.p.Reference.Table(reference.RuleParameters).Find(c.Name)
		if ok && row.Get("role") == "condition" && !IsBlank(c.New) && isCatchAll(j.p, c) {
			list = append(list, c.Name+" "+cite.Quote(strings.ReplaceAll(c.New, "\x00", nul)))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return ": all mail meets " + cite.Join(list)
}
