package sigma

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// Bounds of a rule. Published rules have some kilobytes and nest three deep.
const (
	maxText  = 256 << 10
	maxDepth = 64
)

// A Rule is a Sigma rule, compiled.
type Rule struct {
	Title, ID, Level, Author string
	Techniques               []string // ATT&CK ids among its tags
	Product, Service         string   // of its log source, in lower case
	Category                 string
	Detection                *Expr
}

// An Op says what an expression does.
type Op uint8

// The operations.
const (
	And Op = iota
	Or
	Not
	Field
)

// An Expr is a condition on one event.
type Expr struct {
	Op    Op
	Args  []*Expr
	Match *Match // of a Field
}

// Fields lists the fields that an expression asks for, each once, in the
// order of the rule.
func (e *Expr) Fields() []string {
	var fields []string
	seen := map[string]bool{}
	var walk func(e *Expr)
	walk = func(e *Expr) {
		if e.Op == Field && !seen[e.Match.Field] {
			seen[e.Match.Field] = true
			fields = append(fields, e.Match.Field)
		}
		for _, arg := range e.Args {
			walk(arg)
		}
	}
	walk(e)
	return fields
}

// anchors are YAML's anchors and aliases at the start of a value. An alias in
// an alias grows without bound, and no published rule has one.
var anchors = regexp.MustCompile(`(?m)(^|[:\-,\[{]\s)\s*[&*][A-Za-z0-9_]+\s*$|:\s+&[A-Za-z0-9_]+\s`)

// Parse compiles a rule. Its error names the part that is not supported.
func Parse(text []byte) (*Rule, error) {
	switch {
	case len(text) > maxText:
		return nil, fmt.Errorf("longer than %d bytes", maxText)
	case nesting(text) > maxDepth:
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	case anchors.Match(text):
		return nil, errors.New("YAML anchors and aliases are not supported")
	}
	in := yaml.NewDecoder(bytes.NewReader(text), yaml.UseOrderedMap())
	var doc yaml.MapSlice
	if err := in.Decode(&doc); err != nil {
		return nil, fmt.Errorf("not a YAML mapping: %s", firstLine(err))
	}
	var more any
	if err := in.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("several documents in one rule are not supported")
	}
	for _, key := range []string{"correlation", "action", "filter"} {
		if _, ok := get(doc, key); ok {
			return nil, fmt.Errorf("%s is not supported", key)
		}
	}
	r := &Rule{Title: str(doc, "title"), ID: str(doc, "id"), Level: strings.ToLower(str(doc, "level")), Author: str(doc, "author")}
	if source, ok := mapping(doc, "logsource"); ok {
		r.Product, r.Service, r.Category = strings.ToLower(str(source, "product")), strings.ToLower(str(source, "service")), strings.ToLower(str(source, "category"))
	}
	if tags, ok := get(doc, "tags"); ok {
		r.Techniques = techniques(tags)
	}
	detection, ok := mapping(doc, "detection")
	if !ok {
		return nil, errors.New("it has no detection")
	}
	var err error
	r.Detection, err = compile(detection)
	return r, err
}

// nesting is how deep brackets of YAML's flow style are nested, or lines are
// indented in steps of one.
func nesting(text []byte) int {
	depth, deepest := 0, 0
	for line := range bytes.Lines(text) {
		deepest = max(deepest, (len(line)-len(bytes.TrimLeft(line, " -?")))/2)
		for _, c := range line {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth--
			}
			deepest = max(deepest, depth)
		}
	}
	return deepest
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

func get(m yaml.MapSlice, key string) (any, bool) {
	for _, item := range m {
		if item.Key == key {
			return item.Value, true
		}
	}
	return nil, false
}

func str(m yaml.MapSlice, key string) string {
	v, _ := get(m, key)
	s, _ := v.(string)
	return strings.TrimSpace(s)
}

func mapping(m yaml.MapSlice, key string) (yaml.MapSlice, bool) {
	v, _ := get(m, key)
	inner, ok := v.(yaml.MapSlice)
	return inner, ok
}

func techniques(tags any) []string {
	var ids []string
	list, _ := tags.([]any)
	for _, tag := range list {
		s, _ := tag.(string)
		id, ok := strings.CutPrefix(strings.ToLower(s), "attack.t")
		if ok {
			ids = append(ids, "T"+strings.ToUpper(id))
		}
	}
	return ids
}
