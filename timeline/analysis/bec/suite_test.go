package bec

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

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
}

// TestSuiteIsComplete holds what an analysis says of itself to what a reader
// needs.
func TestSuiteIsComplete(t *testing.T) {
	if err := analysis.Validate(Suite); err != nil {
		t.Error(err)
	}
	for _, a := range Suite {
		if a.Doc.Confirm == "" || len(a.Columns) == 0 {
			t.Errorf("%s does not say what would settle it, or has no column", a.Name)
		}
	}
}

// wordsOfMethod is how long the method of an analysis may be: what counsel
// reads before a hearing.
const wordsOfMethod = 250

// namesWithDigits are references and names in which a text may hold a digit.
var namesWithDigits = regexp.MustCompile(`\{\{[^}]*\}\}|IMAP4|POP3|\bAS\d+|RFC \d+|SHA-256|Microsoft 365|Office 365|OAuth 2\.0|ISO 3166|\bT\d{4}(\.\d{3})?`)

// Every number of a text comes from a threshold or a point, so that it is the
// one that the code compares with.
func TestTextsTypeNoNumber(t *testing.T) {
	for _, a := range Suite {
		for _, part := range []string{a.Doc.Question, a.Doc.Method, a.Doc.Limits, a.Doc.Innocent, a.Doc.Confirm} {
			plain := namesWithDigits.ReplaceAllString(part, "")
			if at := strings.IndexFunc(plain, unicode.IsDigit); at >= 0 {
				t.Errorf("doc/%s.md types a number: …%s…", a.Name, plain[max(0, at-30):min(len(plain), at+20)])
			}
		}
		if n := len(strings.Fields(a.Text(nil).Method)); n > wordsOfMethod {
			t.Errorf("doc/%s.md: the method has %d words, more than %d", a.Name, n, wordsOfMethod)
		}
	}
}
