package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// promisesFile lists what the program promises: number, sentence, test, what
// the test showed. Each test that proves a promise has a line; the sentence
// stands on the first of a promise. A line without a test says what is not
// proved and why.
var promisesFile = filepath.Join("..", "..", "testdata", "promises.csv")

// notProved begins what a line without a test says.
const notProved = "Not proved here: "

// A proof is a line of the list.
type proof struct{ number, promise, test, showed string }

func readProofs(t *testing.T) (head []string, list []proof) {
	t.Helper()
	text, err := os.ReadFile(promisesFile)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines[1:] {
		list = append(list, proof{l[0], l[1], l[2], l[3]})
	}
	return lines[0], list
}

func writeProofs(t *testing.T, head []string, list []proof) {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	lines := [][]string{head}
	for _, p := range list {
		lines = append(lines, []string{p.number, p.promise, p.test, p.showed})
	}
	if err := w.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(promisesFile, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// proves holds what a test showed of a promise to the test's line in the list,
// which the README prints. A test calls it once it has shown it: one that is
// skipped leaves the line as it stands.
func proves(t *testing.T, number int, showed string, args ...any) {
	t.Helper()
	if t.Failed() {
		return
	}
	showed = fmt.Sprintf(showed, args...)
	head, list := readProofs(t)
	i := slices.IndexFunc(list, func(p proof) bool { return p.number == strconv.Itoa(number) && p.test == t.Name() })
	switch {
	case i < 0:
		t.Errorf("%s has no line for promise %d and this test", promisesFile, number)
	case list[i].showed == showed:
	case *update:
		list[i].showed = showed
		writeProofs(t, head, list)
		updateReadme(t)
	default:
		t.Errorf("promise %d: the test showed\n%s\nand %s says\n%s\nif the former is right, -update writes it", number, showed, promisesFile, list[i].showed)
	}
}

// promiseTable is the list as the README prints it.
func promiseTable(t *testing.T) string {
	_, list := readProofs(t)
	var b strings.Builder
	b.WriteString("| # | Promise | Test | What it showed |\n|---|---|---|---|\n")
	for _, p := range list {
		number, test := p.number, ""
		if p.promise == "" {
			number = ""
		}
		if p.test != "" {
			test = "`" + p.test + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", number, cellText(p.promise), test, cellText(p.showed))
	}
	return b.String()
}

// TestEveryPromiseNamesItsTests holds the list to the tests: the promises are
// numbered from 1, each has a sentence, and the lines that name a test are the
// calls of proves that there are.
func TestEveryPromiseNamesItsTests(t *testing.T) {
	const promises = 20
	_, list := readProofs(t)
	var numbers, listed []string
	for _, p := range list {
		if p.promise != "" {
			numbers = append(numbers, p.number)
		}
		switch {
		case len(numbers) == 0 || p.number != numbers[len(numbers)-1]:
			t.Errorf("a line of promise %s stands among those of another, or without its sentence", p.number)
		case p.showed == "":
			t.Errorf("promise %s: %s showed nothing", p.number, p.test)
		case (p.test == "") != strings.HasPrefix(p.showed, notProved):
			t.Errorf("promise %s: the test %q, and %q", p.number, p.test, p.showed)
		case p.test != "":
			listed = append(listed, p.number+" "+p.test)
		}
	}
	for i := range max(promises, len(numbers)) {
		if i >= len(numbers) || i >= promises || numbers[i] != strconv.Itoa(i+1) {
			t.Fatalf("the promises are numbered %q, want 1 to %d", numbers, promises)
		}
	}
	calls := callsOfProves(t)
	slices.Sort(calls)
	slices.Sort(listed)
	if !slices.Equal(calls, listed) {
		t.Errorf("the tests prove\n%q\nand the list says\n%q", calls, listed)
	}
}

// callsOfProves are the promises that the tests of this package prove, each
// with the test.
func callsOfProves(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			test, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(test, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "proves" {
					number, ok := call.Args[1].(*ast.BasicLit)
					if !ok {
						t.Fatalf("%s proves a promise without its number", test.Name.Name)
					}
					calls = append(calls, number.Value+" "+test.Name.Name)
				}
				return true
			})
		}
	}
	return calls
}
