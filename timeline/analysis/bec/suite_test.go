package bec

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"becforensics/timeline/analysis"
)

// Every analyzer that a file declares stands in Suite, or in leftOut with the
// reason.
func TestEveryAnalyzerIsInTheSuite(t *testing.T) {
	inSuite := map[string]bool{}
	for _, a := range Suite {
		inSuite[a.Name] = true
	}
	for name, reason := range leftOut {
		if inSuite[name] || reason == "" {
			t.Errorf("%s is left out for %q, and in the suite: %v", name, reason, inSuite[name])
		}
	}
	declared := 0
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if s, ok := literal.Type.(*ast.SelectorExpr); !ok || s.Sel.Name != "Analyzer" {
				return true
			}
			for _, e := range literal.Elts {
				pair, ok := e.(*ast.KeyValueExpr)
				if !ok || pair.Key.(*ast.Ident).Name != "Name" {
					continue
				}
				name := strings.Trim(pair.Value.(*ast.BasicLit).Value, `"`)
				declared++
				if !inSuite[name] && leftOut[name] == "" {
					t.Errorf("%s declares %s, which is neither in Suite nor in leftOut", file.Name(), name)
				}
			}
			return true
		})
	}
	if declared != len(Suite)+len(leftOut) {
		t.Errorf("%d analyzers declared, %d in Suite, %d left out", declared, len(Suite), len(leftOut))
	}
	if err := analysis.Validate(Suite); err != nil {
		t.Error(err)
	}
}
