package analysis

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Read fills settings from the text of a case file, YAML or JSON. A name that
// Settings does not declare, a threshold that no analyzer of the suite
// declares, and a value that is not what its setting wants are errors with
// their line.
func (s *Settings) Read(text []byte, suite []*Analyzer) error {
	file, err := parser.ParseBytes(plainLines(text), 0)
	if err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil {
			return fmt.Errorf("line %d: %s", at.GetToken().Position.Line, at.GetMessage())
		}
		return err
	}
	if len(file.Docs) > 1 && file.Docs[1].Body != nil {
		return lined(file.Docs[1].Body, errors.New("a second document"))
	}
	r := &settingsReader{}
	for _, t := range Thresholds(suite...) {
		r.thresholds = append(r.thresholds, t.Name)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil
	}
	return r.members(file.Docs[0].Body, "the case file", caseFileFields(reflect.ValueOf(s).Elem()))
}

// plainLines is a text without a byte order mark and with the line ends of Unix:
// of others the lines would be miscounted.
func plainLines(text []byte) []byte {
	return bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
}

// A settingsReader reads nodes of YAML into fields by their tags.
type settingsReader struct{ thresholds []string }

// A settingField is where a value goes and what its tags say. A group has
// fields of its own.
type settingField struct {
	name  string
	check string
	value reflect.Value
	group []settingField
}

// caseFileFields are the members of a case file: the settings that it holds,
// grouped where their tags say so.
func caseFileFields(s reflect.Value) []settingField {
	var fields []settingField
	for i := range s.NumField() {
		tag := s.Type().Field(i).Tag
		if tag.Get("by") == "flag" {
			continue
		}
		f := settingField{name: tag.Get("name"), check: tag.Get("check"), value: s.Field(i)}
		in := tag.Get("in")
		if in == "" {
			fields = append(fields, f)
			continue
		}
		at := slices.IndexFunc(fields, func(f settingField) bool { return f.name == in })
		if at < 0 {
			at, fields = len(fields), append(fields, settingField{name: in})
		}
		fields[at].group = append(fields[at].group, f)
	}
	return fields
}

// structFields are the members of a mapping that fills a struct: all fields
// with a name but the key.
func structFields(v reflect.Value) []settingField {
	var fields []settingField
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		if name := tag.Get("name"); name != "" && tag.Get("role") != "key" {
			fields = append(fields, settingField{name: name, check: tag.Get("check"), value: v.Field(i)})
		}
	}
	return fields
}

// members reads a mapping, what it is called in errors, into fields.
func (r *settingsReader) members(n ast.Node, what string, fields []settingField) error {
	return r.each(n, what, func(key string, at, value ast.Node) error {
		i := slices.IndexFunc(fields, func(f settingField) bool { return f.name == key })
		if i < 0 {
			names := make([]string, len(fields))
			for i, f := range fields {
				names[i] = f.name
			}
			return lined(at, UnknownName("setting of "+what, key, names))
		}
		if fields[i].group != nil {
			return r.members(value, key, fields[i].group)
		}
		return r.into(value, key, fields[i].check, fields[i].value)
	})
}

// each calls do for the members of a mapping; null has none.
func (r *settingsReader) each(n ast.Node, what string, do func(key string, at, value ast.Node) error) error {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.NullNode:
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		return lined(n, fmt.Errorf("%s: not a mapping", what))
	}
	for _, m := range values {
		key, err := scalar(m.Key)
		if err != nil {
			return lined(m.Key, fmt.Errorf("%s: a key is %w", what, err))
		}
		if err := do(key, m.Key, m.Value); err != nil {
			return err
		}
	}
	return nil
}

// into reads a node into a field: a mapping into a struct, a list into a
// slice, a scalar into all else. Null leaves it as it was.
func (r *settingsReader) into(n ast.Node, what, check string, v reflect.Value) error {
	if _, null := n.(*ast.NullNode); null {
		return nil
	}
	switch {
	case isText(v.Type()):
		text, err := scalar(n)
		if err == nil {
			err = setText(v, text, check, r.thresholds)
		}
		if err != nil {
			return lined(n, fmt.Errorf("%s: %w", what, err))
		}
		return nil
	case hasKind(v.Type()):
		return r.pair(n, what, v)
	case v.Kind() == reflect.Struct:
		return r.structure(n, what, v)
	}
	if key, value, keyed := roles(v.Type().Elem()); keyed {
		return r.keyed(n, what, key, value, v)
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return lined(n, fmt.Errorf("%s: not a list", what))
	}
	for _, item := range list.Values {
		one := reflect.New(v.Type().Elem()).Elem()
		if err := r.into(item, what, check, one); err != nil {
			return err
		}
		if err := once(v, one); err != nil {
			return lined(item, fmt.Errorf("%s: %w", what, err))
		}
		v.Set(reflect.Append(v, one))
	}
	return nil
}

// once fails if a list holds what may stand in it once.
func once(list, one reflect.Value) error {
	if one.Kind() != reflect.Struct {
		return nil
	}
	for i := range one.NumField() {
		for k := range list.Len() {
			if one.Type().Field(i).Tag.Get("role") == "once" && list.Index(k).Field(i).Equal(one.Field(i)) {
				return fmt.Errorf("%q stands twice", one.Field(i).String())
			}
		}
	}
	return nil
}

// pair reads {KIND: VALUE} or KIND=VALUE.
func (r *settingsReader) pair(n ast.Node, what string, v reflect.Value) error {
	if text, err := scalar(n); err == nil {
		if err := setPair(v, text); err != nil {
			return lined(n, fmt.Errorf("%s: %w", what, err))
		}
		return nil
	}
	members := 0
	err := r.each(n, what, func(kind string, at, node ast.Node) error {
		members++
		value, err := scalar(node)
		if _, null := node.(*ast.NullNode); null {
			value = ""
		}
		if err == nil {
			err = setKind(v, kind, value)
		}
		if err != nil {
			return lined(at, fmt.Errorf("%s: %w", what, err))
		}
		return nil
	})
	if err == nil && members != 1 {
		return lined(n, fmt.Errorf("%s: not one kind with its value", what))
	}
	return err
}

// structure reads a mapping into a struct, which may have more to check than
// its fields one by one.
func (r *settingsReader) structure(n ast.Node, what string, v reflect.Value) error {
	if err := r.members(n, what, structFields(v)); err != nil {
		return err
	}
	if err := checkWhole(v); err != nil {
		return lined(n, fmt.Errorf("%s: %w", what, err))
	}
	return nil
}

// keyed reads a mapping into a slice of structs of which one field is the key
// and, if there is such a role, another all of the value. They are put in the
// order of their keys.
func (r *settingsReader) keyed(n ast.Node, what string, key, value int, v reflect.Value) error {
	element := v.Type().Elem()
	err := r.each(n, what, func(name string, at, node ast.Node) error {
		for i := range v.Len() {
			if strings.EqualFold(v.Index(i).Field(key).String(), name) {
				return lined(at, fmt.Errorf("%s: %q stands twice", what, name))
			}
		}
		one := reflect.New(element).Elem()
		if err := setText(one.Field(key), name, element.Field(key).Tag.Get("check"), r.thresholds); err != nil {
			return lined(at, fmt.Errorf("%s: %w", what, err))
		}
		v.Set(reflect.Append(v, one))
		last := v.Index(v.Len() - 1)
		if value >= 0 {
			return r.into(node, name, element.Field(value).Tag.Get("check"), last.Field(value))
		}
		return r.structure(node, name, last)
	})
	sort.Slice(v.Interface(), func(i, j int) bool { return v.Index(i).Field(key).String() < v.Index(j).Field(key).String() })
	return err
}

// roles are the fields of a struct that are key and value of a mapping's
// member; value is -1 where the members of the value are fields.
func roles(t reflect.Type) (key, value int, keyed bool) {
	if t.Kind() != reflect.Struct {
		return 0, 0, false
	}
	value = -1
	for i := range t.NumField() {
		switch t.Field(i).Tag.Get("role") {
		case "key":
			key, keyed = i, true
		case "value":
			value = i
		}
	}
	return key, value, keyed
}

// scalar is the text of a node that is neither a list nor a mapping.
func scalar(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, nil
	}
	return "", errors.New("not a plain value")
}

func lined(n ast.Node, err error) error {
	return fmt.Errorf("line %d: %w", n.GetToken().Position.Line, err)
}
