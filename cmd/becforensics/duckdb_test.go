package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"becforensics/timeline"
)

// runQueries is a script for Node.js that runs the queries beside a partitioned
// timeline in DuckDB and prints their rows as JSON, by file.
const runQueries = `
const { DuckDBInstance } = require('@duckdb/node-api'), fs = require('fs');
(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect(), out = {};
  await db.run("SET TimeZone = 'UTC'");
  await db.run(fs.readFileSync('view-duckdb.sql', 'utf8'));
  for (const f of fs.readdirSync('.').filter(f => f.endsWith('.sql') && !f.startsWith('view-')))
    out[f] = (await db.runAndReadAll(fs.readFileSync(f, 'utf8'))).getRowsJson();
  console.log(JSON.stringify(out));
})().catch(e => { console.error(e); process.exit(1); });
`

// TestQueriesGiveWhatStackGives runs all queries in DuckDB and compares the
// stacks, row by row, with those of the program.
func TestQueriesGiveWhatStackGives(t *testing.T) {
	modules := os.Getenv("DUCKDB_MODULES")
	if modules == "" {
		t.Skip("DUCKDB_MODULES names no folder of Node.js modules with @duckdb/node-api")
	}
	evidence := filepath.Join("..", "..", "testdata", "cases", "harbour-2018", "evidence")
	folder := filepath.Join(t.TempDir(), "timeline")
	var stderr bytes.Buffer
	if code := run([]string{"timeline", "-o", folder, "--partition", "month", evidence}, &terminal{out: &stderr, err: &stderr}); code != exitDone {
		t.Fatalf("timeline ends with %d: %s", code, &stderr)
	}
	node := exec.Command("node", "-e", runQueries)
	node.Dir, node.Stderr = folder, os.Stderr
	node.Env = append(os.Environ(), "NODE_PATH="+modules)
	text, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	var rows map[string][][]any
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows["logons-by-country.sql"]) == 0 {
		t.Error("no logons by country, though users log on")
	}
	for _, name := range []string{"rules.sql", "forwards.sql", "consents.sql", "mail-access-by-session.sql"} {
		if _, ok := rows[name]; !ok {
			t.Errorf("%s was not run", name)
		}
	}
	for _, f := range timeline.Schema {
		file := "stack-" + f.Name + ".sql"
		if rows[file] == nil {
			if f.Type != "time" && f.Name != "messages" && f.Name != "details" {
				t.Errorf("%s was not written", file)
			}
			continue
		}
		var got []string
		for _, row := range rows[file] {
			got = append(got, stackLine(row))
		}
		slices.Sort(got)
		if want := stackLines(t, f.Name, evidence); !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, of which the first %.300s; stack gives %d, of which the first %.300s", f.Name, len(got), got, len(want), want)
		}
	}
}

// stackLine is a row of a stack as DuckDB gives it, in one form for both.
func stackLine(row []any) string {
	cells := make([]string, len(row))
	for i, v := range row {
		if v != nil {
			cells[i] = jsonText(v)
		}
	}
	for i := len(cells) - 2; i < len(cells); i++ { // times
		cells[i] = strings.NewReplacer(" ", "T", "+00", "Z").Replace(cells[i])
	}
	cells[0] = shown(cells[0])
	return strings.ToLower(strings.Join(cells, "|"))
}

func jsonText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// inMicroseconds is a time as the Parquet file holds it.
func inMicroseconds(text string) string {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return text
	}
	return at.Truncate(time.Microsecond).Format(time.RFC3339Nano)
}

var stackRow = regexp.MustCompile(`^(.*?) +(\d+) +(\d+) +(\d+) *(\S*) *(\S*)$`)

// stackLines are the rows that the program's stack prints.
func stackLines(t *testing.T, column, evidence string) []string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run([]string{"stack", column, evidence}, &terminal{out: &stdout, err: &stderr}); code != exitDone {
		t.Fatalf("stack %s ends with %d: %s", column, code, &stderr)
	}
	var lines []string
	for i, line := range strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n") {
		if m := stackRow.FindStringSubmatch(line); m != nil {
			m[5], m[6] = inMicroseconds(m[5]), inMicroseconds(m[6])
			lines = append(lines, strings.ToLower(strings.Join(m[1:], "|")))
		} else if i > 0 {
			t.Errorf("stack %s prints %q", column, line)
		}
	}
	slices.Sort(lines)
	return lines
}
