package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unwanted are words that our own comments, texts and messages don't hold: a
// user is "the user" or "they", and findings are read in court.
var unwanted = regexp.MustCompile(`(?i)\b(he|him|his|himself|whosever|whoso|accused|in vain|(is|are|was|were) none)\b`)

// TestWords looks for unwanted words in the comments and string literals of
// our Go files and in our prose. In tests only comments are ours: their
// literals are evidence.
func TestWords(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() && (rel == ".git" || strings.HasPrefix(rel, "testdata/cases")) {
			return filepath.SkipDir
		}
		switch {
		case strings.HasSuffix(rel, ".go"):
			goWords(t, path, rel)
		case strings.HasSuffix(rel, ".md"), rel == "report/glossary.csv":
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for i, line := range strings.Split(string(text), "\n") {
				if word := unwanted.FindString(line); word != "" {
					t.Errorf("%s:%d holds %q", rel, i+1, word)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// goWords looks through a Go file.
func goWords(t *testing.T, path, rel string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	look := func(pos token.Pos, text string) {
		if word := unwanted.FindString(text); word != "" {
			t.Errorf("%s:%d holds %q", rel, files.Position(pos).Line, word)
		}
	}
	for _, group := range file.Comments {
		look(group.Pos(), strings.Join(strings.Fields(group.Text()), " "))
	}
	if strings.HasSuffix(rel, "_test.go") {
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			look(literal.Pos(), literal.Value)
		}
		return true
	})
}

// TestUnwantedWordsAreFound tries the pattern.
func TestUnwantedWordsAreFound(t *testing.T) {
	for text, found := range map[string]bool{
		"a sign-in that was not his": true, "He opened it": true, "if there is none": true, "tried in vain": true, "consent that is accused": true,
		"the header": false, "this": false, "dmarc=none": false, "none of them": false, "an accusing row": false,
	} {
		if unwanted.MatchString(text) != found {
			t.Errorf("%q: found is %t", text, !found)
		}
	}
}
