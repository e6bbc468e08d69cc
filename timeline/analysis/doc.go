package analysis

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Doc explains an analysis to an examiner and to a court. Its numbers are
// references, {{threshold "name"}} and {{point "name"}}, or {{points}} for the
// list of all points: Analyzer.Text fills in the values of a run.
type Doc struct {
	Question string // what it asks of the evidence
	Method   string // how it answers
	Limits   string // what it can't see, what missing input means
	Innocent string // what innocent activity looks the same
	Confirm  string // what would settle it
}

// headings of a text, in their order.
var headings = [...]string{"Question", "Method", "Limits", "Innocent look-alikes", "How to settle it"}

// ParseDoc reads a text in Markdown: a section of the second level for each
// part, in order.
func ParseDoc(text string) (Doc, error) {
	var parts [len(headings)]string
	sections := strings.Split("\n"+strings.ReplaceAll(text, "\r\n", "\n"), "\n## ")
	if len(sections) != len(headings)+1 {
		return Doc{}, fmt.Errorf("parse text: %d sections, not %d", len(sections)-1, len(headings))
	}
	for i, section := range sections[1:] {
		name, body, _ := strings.Cut(section, "\n")
		if strings.TrimSpace(name) != headings[i] {
			return Doc{}, fmt.Errorf("parse text: section %q stands where %q belongs", name, headings[i])
		}
		parts[i] = unfold(body)
	}
	return Doc{Question: parts[0], Method: parts[1], Limits: parts[2], Innocent: parts[3], Confirm: parts[4]}, nil
}

// unfold joins the lines of a paragraph and of a list's item.
func unfold(body string) string {
	var lines []string
	for line := range strings.Lines(strings.TrimSpace(body)) {
		line = strings.TrimSpace(line)
		last := len(lines) - 1
		switch {
		case line == "", last < 0, lines[last] == "", strings.HasPrefix(line, "- "):
			lines = append(lines, line)
		default:
			lines[last] += " " + line
		}
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	return strings.Join(lines, "\n")
}

// A Point is a fixed number of a judgement: the weight of a reason, or a bound
// that the examiner does not change. Code and text read the same value.
type Point struct {
	Name  string // of the analysis or the room and the number: hiding-rule.deletes
	Value float64
	Doc   string // what it is given for
}

// Int is the value of a point that is a whole number.
func (p *Point) Int() int { return int(p.Value) }

var references = regexp.MustCompile(`\{\{(threshold|point|points)(?: "([^"]*)")?\}\}`)

// Text is the analyzer's text with the values that its thresholds and points
// have under the settings, which may be nil. Validate has shown that every
// reference stands for one.
func (a *Analyzer) Text(s *Settings) Doc {
	filled, _ := a.fill(s)
	return filled
}

func (a *Analyzer) fill(s *Settings) (Doc, error) {
	filled := a.Doc
	for _, part := range []*string{&filled.Question, &filled.Method, &filled.Limits, &filled.Innocent, &filled.Confirm} {
		var missing error
		*part = references.ReplaceAllStringFunc(*part, func(found string) string {
			match := references.FindStringSubmatch(found)
			text, err := a.number(s, match[1], match[2])
			if err != nil {
				missing = err
			}
			return text
		})
		if missing != nil {
			return Doc{}, missing
		}
		if strings.Contains(*part, "{{") {
			return Doc{}, fmt.Errorf("text of %s: a reference is not understood: %s", a.Name, *part)
		}
	}
	return filled, nil
}

// number is what a reference stands for.
func (a *Analyzer) number(s *Settings, kind, name string) (string, error) {
	switch kind {
	case "points":
		var lines []string
		for _, p := range a.Points {
			lines = append(lines, p.Doc+": "+plainNumber(p.Value))
		}
		return strings.Join(lines, "; "), nil
	case "point":
		for _, p := range declaredBy([]*Analyzer{a}, Need.points) {
			if p.Name == name {
				return plainNumber(p.Value), nil
			}
		}
	default:
		for _, t := range Thresholds(a) {
			if t.Name == name {
				value := t.Value
				if s != nil {
					value = s.Threshold(*t)
				}
				return plainNumber(value), nil
			}
		}
	}
	return "", fmt.Errorf("text of %s: no %s is named %q", a.Name, kind, name)
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
