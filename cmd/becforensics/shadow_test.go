package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// knownRooms are the packages whose names stand for a room wherever they are
// read: a variable of that name misleads even where the room is not imported.
var knownRooms = []string{"cite", "mail", "change", "logon", "actor", "timeline", "analysis", "report", "ingest", "geo"}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// packageNames are the names that a file's imports have in it, and those of the
// rooms.
func packageNames(file *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, room := range knownRooms {
		names[room] = true
	}
	for _, i := range file.Imports {
		if i.Name != nil {
			names[i.Name.Name] = true
			continue
		}
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		if majorVersion.MatchString(path.Base(imported)) {
			imported = path.Dir(imported)
		}
		names[path.Base(imported)] = true
	}
	delete(names, "_")
	delete(names, ".")
	return names
}

// locals calls f with every identifier that a function of the file declares:
// receivers, parameters, results and variables.
func locals(file *ast.File, f func(*ast.Ident)) {
	fields := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, field := range list.List {
			for _, name := range field.Names {
				f(name)
			}
		}
	}
	defined := func(tok token.Token, left ...ast.Expr) {
		for _, e := range left {
			if name, ok := e.(*ast.Ident); ok && tok == token.DEFINE {
				f(name)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			fields(n.Recv)
		case *ast.FuncType:
			fields(n.Params)
			fields(n.Results)
		case *ast.AssignStmt:
			defined(n.Tok, n.Lhs...)
		case *ast.RangeStmt:
			defined(n.Tok, n.Key, n.Value)
		case *ast.DeclStmt:
			for _, spec := range n.Decl.(*ast.GenDecl).Specs {
				if value, ok := spec.(*ast.ValueSpec); ok {
					for _, name := range value.Names {
						f(name)
					}
				}
			}
		}
		return true
	})
}

// TestNoVariableHidesAPackage holds that a name means one thing in a file: no
// variable, parameter or result is called as a package that the file imports,
// or as a room.
func TestNoVariableHidesAPackage(t *testing.T) {
	goFiles(t, func(name string, _ []string) {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, filepath.Join("..", "..", name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		packages := packageNames(file)
		locals(file, func(id *ast.Ident) {
			if packages[id.Name] {
				t.Errorf("%s:%d: %s is the name of a package", name, set.Position(id.Pos()).Line, id.Name)
			}
		})
	})
}

func TestLocalsFindsWhatAFunctionDeclares(t *testing.T) {
	const text = `package p

import "example.org/parts/v2"

func (a T) f(b int) (c int) {
	d := func(e int) {}
	var parts int
	for g, h := range x {
	}
	y = 1
}`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found, hidden := "", ""
	locals(file, func(id *ast.Ident) {
		found += id.Name + " "
		if packageNames(file)[id.Name] {
			hidden += id.Name + " "
		}
	})
	if want := "a b c d e parts g h "; found != want {
		t.Errorf("locals: %q, want %q", found, want)
	}
	if hidden != "parts " {
		t.Errorf("hidden: %q, want parts", hidden)
	}
}
