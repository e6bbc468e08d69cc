package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"becforensics/timeline"
	"becforensics/timeline/analysis/bec"
)

var update = flag.Bool("update", false, "write the README's tables anew")

// TestReadmeTables makes the README's tables from the values they describe,
// and fails where the README says something else.
func TestReadmeTables(t *testing.T) {
	if *update {
		updateReadme(t)
	} else if have, want := readmeTables(t); have != want {
		t.Error("README's tables are stale: go test ./cmd/becforensics -run Readme -update writes them")
	}
}

var readme = filepath.Join("..", "..", "README.md")

// readmeTables is the README as it is, and as it should be.
func readmeTables(t *testing.T) (have, want string) {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	want = string(text)
	for name, table := range map[string]string{"sources": sourceTable(), "analyses": analysisTable(), "columns": columnTable(), "promises": promiseTable(t)} {
		begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		i, j := strings.Index(want, begin), strings.Index(want, end)
		if i < 0 || j < i {
			t.Fatalf("README has no place for the table of %s", name)
		}
		want = want[:i+len(begin)] + table + want[j:]
	}
	return string(text), want
}

func updateReadme(t *testing.T) {
	t.Helper()
	have, want := readmeTables(t)
	if have == want {
		return
	}
	if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func sourceTable() string {
	var b strings.Builder
	b.WriteString("| Source | Layouts |\n|---|---|\n")
	for _, s := range sources {
		names := make([]string, len(s.Layouts))
		for i, l := range s.Layouts {
			names[i] = l.Name
		}
		fmt.Fprintf(&b, "| `%s` %s | %s |\n", s.Name, s.Title, cellText(strings.Join(names, "; ")))
	}
	return b.String()
}

func analysisTable() string {
	var b strings.Builder
	b.WriteString("| Analysis | Question |\n|---|---|\n")
	for _, a := range bec.Suite {
		fmt.Fprintf(&b, "| `%s` | %s |\n", a.Name, cellText(a.Text(nil).Question))
	}
	return b.String()
}

func columnTable() string {
	var b strings.Builder
	b.WriteString("| Column | Sense |\n|---|---|\n")
	for _, f := range timeline.Schema {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.Name, cellText(f.Doc))
	}
	return b.String()
}

func cellText(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
