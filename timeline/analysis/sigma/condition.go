package sigma

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
)

// compile makes one expression of a detection: its condition over its
// selections. Several conditions are alternatives.
func compile(detection yaml.MapSlice) (*Expr, error) {
	c := &conditions{selections: map[string]*Expr{}}
	var texts []string
	for _, item := range detection {
		name, _ := item.Key.(string)
		switch name {
		case "condition":
			texts = stringsOf(item.Value)
		case "timeframe":
			return nil, errors.New("timeframe is not supported")
		default:
			e, err := selection(item.Value)
			if err != nil {
				return nil, fmt.Errorf("selection %q: %w", name, err)
			}
			c.selections[name] = e
			c.names = append(c.names, name)
		}
	}
	if len(texts) == 0 {
		return nil, errors.New("it has no condition")
	}
	any := &Expr{Op: Or}
	for _, text := range texts {
		e, err := c.parse(text)
		if err != nil {
			return nil, fmt.Errorf("condition %q: %w", text, err)
		}
		any.Args = append(any.Args, e)
	}
	return any, nil
}

func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

// selection compiles a mapping of fields, all of which must match, or a list
// of such mappings, one of which must.
func selection(v any) (*Expr, error) {
	switch v := v.(type) {
	case yaml.MapSlice:
		all := &Expr{Op: And}
		for _, item := range v {
			key, ok := item.Key.(string)
			if !ok {
				return nil, fmt.Errorf("field %v is no text", item.Key)
			}
			m, err := newMatch(key, item.Value)
			if err != nil {
				return nil, fmt.Errorf("field %q: %w", key, err)
			}
			all.Args = append(all.Args, &Expr{Op: Field, Match: m})
		}
		if len(all.Args) == 0 {
			return nil, errors.New("it is empty")
		}
		return all, nil
	case []any:
		any := &Expr{Op: Or}
		for _, e := range v {
			if _, ok := e.(yaml.MapSlice); !ok {
				return nil, errors.New("keywords without a field are not supported")
			}
			one, err := selection(e)
			if err != nil {
				return nil, err
			}
			any.Args = append(any.Args, one)
		}
		if len(any.Args) == 0 {
			return nil, errors.New("it is empty")
		}
		return any, nil
	}
	return nil, errors.New("keywords without a field are not supported")
}

// conditions reads conditions: names, not, and, or, parentheses, and "1 of"
// or "all of" with a pattern of names or "them".
type conditions struct {
	selections map[string]*Expr
	names      []string // in the order of the rule
	tokens     []string
	depth      int
}

func (c *conditions) parse(text string) (*Expr, error) {
	if strings.Contains(text, "|") {
		return nil, errors.New("aggregation is not supported")
	}
	text = strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text)
	c.tokens, c.depth = strings.Fields(text), 0
	e, err := c.or()
	if err != nil {
		return nil, err
	}
	if len(c.tokens) > 0 {
		return nil, fmt.Errorf("%q is not understood", c.tokens[0])
	}
	return e, nil
}

// next takes the next token if it is one of the words, without regard to case.
func (c *conditions) next(word string) bool {
	if len(c.tokens) > 0 && strings.EqualFold(c.tokens[0], word) {
		c.tokens = c.tokens[1:]
		return true
	}
	return false
}

func (c *conditions) or() (*Expr, error) { return c.series("or", Or, c.and) }

func (c *conditions) and() (*Expr, error) { return c.series("and", And, c.not) }

func (c *conditions) series(word string, op Op, part func() (*Expr, error)) (*Expr, error) {
	e, err := part()
	if err != nil {
		return nil, err
	}
	all := &Expr{Op: op, Args: []*Expr{e}}
	for c.next(word) {
		if e, err = part(); err != nil {
			return nil, err
		}
		all.Args = append(all.Args, e)
	}
	if len(all.Args) == 1 {
		return all.Args[0], nil
	}
	return all, nil
}

func (c *conditions) not() (*Expr, error) {
	if c.depth++; c.depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	defer func() { c.depth-- }()
	switch {
	case c.next("not"):
		e, err := c.not()
		if err != nil {
			return nil, err
		}
		return &Expr{Op: Not, Args: []*Expr{e}}, nil
	case c.next("("):
		e, err := c.or()
		if err != nil {
			return nil, err
		}
		if !c.next(")") {
			return nil, errors.New("a parenthesis is not closed")
		}
		return e, nil
	}
	return c.term()
}

func (c *conditions) term() (*Expr, error) {
	if len(c.tokens) == 0 {
		return nil, errors.New("it ends too early")
	}
	token := c.tokens[0]
	c.tokens = c.tokens[1:]
	if c.next("of") {
		return c.of(token)
	}
	e, ok := c.selections[token]
	if !ok {
		return nil, fmt.Errorf("no selection is named %q", token)
	}
	return e, nil
}

// of joins the selections that a pattern names.
func (c *conditions) of(quantity string) (*Expr, error) {
	e := &Expr{}
	switch strings.ToLower(quantity) {
	case "1", "any":
		e.Op = Or
	case "all":
		e.Op = And
	default:
		return nil, fmt.Errorf("%q of several is not supported", quantity)
	}
	if len(c.tokens) == 0 {
		return nil, errors.New("it ends too early")
	}
	pattern := c.tokens[0]
	c.tokens = c.tokens[1:]
	for _, name := range c.names {
		matched := strings.EqualFold(pattern, "them") && !strings.HasPrefix(name, "_")
		if !matched {
			matched, _ = path.Match(pattern, name)
		}
		if matched {
			e.Args = append(e.Args, c.selections[name])
		}
	}
	if len(e.Args) == 0 {
		return nil, fmt.Errorf("no selection fits %q", pattern)
	}
	return e, nil
}
