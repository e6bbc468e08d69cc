package analysis

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// errForm is about a case file in a form that nothing can be added to without
// a change of what stands there.
var errForm = errors.New("its list of evidence stands in a form that nothing can be added to; add by hand")

// AddEvidence returns the text of a case file with more entries of evidence
// after those that it has. All that stands in it stays as it is, byte for
// byte: comments, order and spelling.
func AddEvidence(text []byte, suite []*Analyzer, files []Declared) ([]byte, error) {
	var before, after Settings
	if err := before.Read(text, suite); err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return text, nil
	}
	added, err := addEvidence(text, files)
	if err != nil {
		return nil, err
	}
	// Nothing is left to how this form was understood: what is read of the new
	// text must be the old settings and the new evidence.
	want := before
	want.Evidence = slices.Concat(before.Evidence, files)
	if err := after.Read(added, suite); err != nil || !reflect.DeepEqual(after, want) {
		return nil, fmt.Errorf("%w:\n%s", errForm, evidenceItems(files, ""))
	}
	return added, nil
}

// Undeclared are those files whose content has no id yet, each content once.
func (s *Settings) Undeclared(files []Declared) []Declared {
	known := s.EvidenceNumbers()
	var undeclared []Declared
	for _, f := range files {
		if n, ok := evidenceNumber(f.ID); ok && known[f.SHA256] == 0 {
			known[f.SHA256] = n
			undeclared = append(undeclared, f)
		}
	}
	return undeclared
}

func addEvidence(text []byte, files []Declared) ([]byte, error) {
	body := bytes.TrimPrefix(text, []byte("\ufeff"))
	l := &caseLines{ending: "\n", head: text[:len(text)-len(body)]}
	if bytes.Contains(body, []byte("\r\n")) {
		l.ending = "\r\n"
	}
	l.lines = strings.SplitAfter(string(body), "\n")
	if last := len(l.lines) - 1; l.lines[last] == "" {
		l.lines = l.lines[:last]
	} else {
		l.lines[last] += l.ending
	}
	file, err := parser.ParseBytes(plainLines(text), 0)
	if err != nil {
		return nil, err
	}
	members, flow := topMembers(file)
	at := slices.IndexFunc(members, func(m *ast.MappingValueNode) bool { return m.Key.GetToken().Value == "evidence" })
	switch {
	case flow != nil && at < 0:
		return l.within(flow.End.Position, `"evidence": [`+flowItems(files)+"]")
	case at < 0:
		return l.insert(len(l.lines), "evidence:\n"+evidenceItems(files, "  ")), nil
	}
	end := len(l.lines)
	if at+1 < len(members) {
		end = members[at+1].Key.GetToken().Position.Line - 1
	}
	switch list := members[at].Value.(type) {
	case *ast.NullNode:
		return l.insert(members[at].Key.GetToken().Position.Line, evidenceItems(files, "  ")), nil
	case *ast.SequenceNode:
		if list.IsFlowStyle {
			return l.within(list.End.Position, flowItems(files))
		}
		return l.insert(l.last(end), evidenceItems(files, strings.Repeat(" ", list.Start.Position.Column-1))), nil
	}
	return nil, errForm
}

// topMembers are the members of a case file, and the mapping that holds them
// if it stands between braces.
func topMembers(file *ast.File) ([]*ast.MappingValueNode, *ast.MappingNode) {
	if len(file.Docs) == 0 {
		return nil, nil
	}
	switch m := file.Docs[0].Body.(type) {
	case *ast.MappingNode:
		if m.IsFlowStyle {
			return m.Values, m
		}
		return m.Values, nil
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}, nil
	}
	return nil, nil
}

// flowItems are entries of a list between brackets, as JSON.
func flowItems(files []Declared) string {
	var items []string
	for _, f := range files {
		items = append(items, fmt.Sprintf(`{"id": %s, "name": %s, "sha256": %s}`, quoted(f.ID), quoted(f.Name), quoted(f.SHA256)))
	}
	return strings.Join(items, ", ")
}

// caseLines is the text of a case file, line by line.
type caseLines struct {
	head   []byte // a byte order mark
	lines  []string
	ending string
}

// last is the number of the last of so many lines that is neither blank nor a
// comment at the margin.
func (l *caseLines) last(n int) int {
	n = min(n, len(l.lines))
	for n > 0 && (strings.TrimSpace(l.lines[n-1]) == "" || strings.HasPrefix(l.lines[n-1], "#")) {
		n--
	}
	return n
}

// insert puts text after so many lines.
func (l *caseLines) insert(n int, text string) []byte {
	return l.joined(slices.Insert(slices.Clone(l.lines), min(n, len(l.lines)), strings.ReplaceAll(text, "\n", l.ending)))
}

// within puts text before the bracket that ends a list or mapping, with a comma
// before it if something stands there that ends in none.
func (l *caseLines) within(end *token.Position, text string) ([]byte, error) {
	if end.Line < 1 || end.Line > len(l.lines) {
		return nil, errForm
	}
	line, at := l.lines[end.Line-1], 0
	for range end.Column - 1 {
		_, n := utf8.DecodeRuneInString(line[at:])
		at += n
	}
	if at == len(line) || line[at] != ']' && line[at] != '}' {
		return nil, errForm
	}
	before := strings.Join(l.lines[:end.Line-1], "") + line[:at]
	if stands := strings.TrimSpace(before); !strings.HasSuffix(stands, "[") && !strings.HasSuffix(stands, "{") && !strings.HasSuffix(stands, ",") {
		text = ", " + text
	}
	lines := append(l.lines[:end.Line-1:end.Line-1], line[:at]+text+line[at:])
	return l.joined(append(lines, l.lines[end.Line:]...)), nil
}

func (l *caseLines) joined(lines []string) []byte {
	return append(slices.Clone(l.head), strings.Join(lines, "")...)
}
