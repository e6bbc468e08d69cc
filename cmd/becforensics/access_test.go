package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"becforensics/ingest/evidence"
)

// parsed parses a command line as the program does.
func parsed(t *testing.T, args ...string) *kong.Context {
	t.Helper()
	parser, err := kong.New(&cli{}, helpVars())
	if err != nil {
		t.Fatal(err)
	}
	k, err := parser.Parse(args)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAccessOfCommands(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args string
		want evidence.Access
	}{
		{"analyze -o out/report.xlsx --json more/f.json --case case.yaml --geo a.mmdb --sigma rules ev1 ev2", evidence.Access{
			Read: []string{"a.mmdb", "case.yaml", "ev1", "ev2", "rules"}, Write: []string{"more", "out"},
		}},
		{"timeline -o months/ --partition month --temp tmp ev", evidence.Access{Read: []string{"ev"}, Write: []string{".", "tmp"}}},
		{"stack client ev", evidence.Access{Read: []string{"ev"}, Write: []string{os.TempDir()}}},
		{"record E001:1 ev", evidence.Access{Read: []string{"ev"}}},
		{"verify case --root other", evidence.Access{Read: []string{"other"}, All: true}},
		{"custody note " + dir + " text", evidence.Access{Write: []string{dir}}},
		{"custody seal case/report.xlsx.manifest-sha256.txt --key key", evidence.Access{Read: []string{"key"}, Write: []string{"case"}}},
	} {
		got, ok := accessOf(parsed(t, strings.Fields(c.args)...))
		slices.Sort(got.Read)
		slices.Sort(got.Write)
		if !ok || !slices.Equal(got.Read, c.want.Read) || !slices.Equal(got.Write, c.want.Write) || got.All != c.want.All {
			t.Errorf("%s: %v %+v, want %+v", c.args, ok, got, c.want)
		}
	}
	if _, ok := accessOf(parsed(t, "analyses")); ok {
		t.Error("a command without files is confined")
	}
}

// TestEachPathSaysWhatItIsFor holds every flag and argument that names a file
// to a tag: without it, the program could not reach the file.
func TestEachPathSaysWhatItIsFor(t *testing.T) {
	parser, err := kong.New(&cli{}, helpVars())
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{"read", "read-all", "write", "case", "temp"}
	check := func(command string, v *kong.Value, placeholder string) {
		path := v.Name == "evidence" || strings.HasPrefix(placeholder, "FILE") || strings.HasPrefix(placeholder, "DIR") ||
			strings.HasPrefix(placeholder, "FOLDER") || filepath.Ext(placeholder) != ""
		tag := v.Tag.Get("access")
		if path && tag == "" {
			t.Errorf("%s: %s names files and has no tag access", command, v.Name)
		}
		if tag != "" && !slices.Contains(kinds, tag) {
			t.Errorf("%s: %s has the unknown access %q", command, v.Name, tag)
		}
	}
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		for _, v := range n.Positional {
			check(n.Path(), v, v.Tag.PlaceHolder)
		}
		for _, f := range n.Flags {
			check(n.Path(), f.Value, f.PlaceHolder)
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(parser.Model.Node)
}
