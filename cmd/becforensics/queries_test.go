package main

import (
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
	"becforensics/timeline/analysis/analysistest/estate"
)

// runQueries is a script for Node.js that runs the queries beside a partitioned
// timeline in DuckDB and in ClickHouse, and prints their rows as JSON, by file.
// ClickHouse's lower knows ASCII alone, and its own name for what other
// databases call so is the one change to the queries.
const runQueries = `
const { DuckDBInstance } = require('@duckdb/node-api'), { Session } = require('chdb'), fs = require('fs');
(async () => {
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect(), clickhouse = new Session();
  await duckdb.run("SET TimeZone = 'UTC'");
  await duckdb.run(fs.readFileSync('view-duckdb.sql', 'utf8'));
  clickhouse.query("CREATE VIEW timeline AS SELECT * FROM file('month=*/*.parquet')");
  const out = { DuckDB: {}, ClickHouse: {} };
  for (const f of fs.readdirSync('.').filter(f => f.endsWith('.sql') && !f.startsWith('view-'))) {
    const sql = fs.readFileSync(f, 'utf8');
    out.DuckDB[f] = (await duckdb.runAndReadAll(sql)).getRowsJson();
    out.ClickHouse[f] = JSON.parse(clickhouse.query(sql.replaceAll('lower(', 'lowerUTF8('), 'JSONCompact')).data;
  }
  clickhouse.cleanup();
  console.log(JSON.stringify(out));
})().catch(e => { console.error(e); process.exit(1); });
`

// oddRules are records with what a query may trip over: case beyond ASCII,
// spaces around a user, names of parameters within values, quotes, wildcards,
// and no time.
const oddRules = `{"CreationTime":"2025-03-01T10:00:00","Id":"0b6f2f1e-0000-4000-8000-000000000001","Operation":"New-InboxRule","RecordType":1,"Workload":"Exchange","UserId":" ÉLODIE@Example.com ","ClientIP":"203.0.113.7:51000","Parameters":[{"Name":"Name","Value":"ForwardTo \"CopyTo\" it's"},{"Name":"RedirectTo","Value":"x@example.net"}]}
{"CreationTime":"2025-03-01T10:05:00","Id":"0b6f2f1e-0000-4000-8000-000000000002","Operation":"Set-InboxRule","RecordType":1,"Workload":"Exchange","UserId":"élodie@example.com","ClientIP":"203.0.113.7:51000","Parameters":[{"Name":"Name","Value":"CopyTo"},{"Name":"MoveToFolder","Value":"Straße %_\\ 'x'"}]}
{"Id":"0b6f2f1e-0000-4000-8000-000000000003","Operation":"New-InboxRule","RecordType":1,"Workload":"Exchange","UserId":"élodie@example.com","Parameters":[{"Name":"ForwardTo","Value":"y@example.net"}]}
`

// TestQueriesGiveWhatStackGives runs all queries in DuckDB and in ClickHouse,
// compares the stacks, row by row, with those of the program, and what the
// questions give with each other.
func TestQueriesGiveWhatStackGives(t *testing.T) {
	modules := nodeModules(t)
	odd := t.TempDir()
	if err := os.WriteFile(filepath.Join(odd, "rules.jsonl"), []byte(oddRules), 0o644); err != nil {
		t.Fatal(err)
	}
	evidence := []string{filepath.Join("..", "..", "testdata", "cases", "harbour-2018", "evidence"), scenarioFolder(t, "consent", estate.Options{Seed: 1}), odd}
	rows := rowsOf(t, modules, evidence)
	for _, f := range timeline.Schema {
		if f.Type == "time" || f.Wide {
			continue
		}
		want := stackLines(t, f.Name, evidence)
		for database, rows := range rows {
			var got []string
			for _, row := range rows["stack-"+f.Name+".sql"] {
				got = append(got, stackLine(row))
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("stack-%s.sql in %s: %d rows, of which the first %.300s; stack gives %d, of which the first %.300s", f.Name, database, len(got), got, len(want), want)
			}
		}
	}
	for name, least := range map[string]int{"rules.sql": 6, "forwards.sql": 3, "consents.sql": 4, "logons-by-country.sql": 10, "mail-access-by-session.sql": 100} {
		a, b := rowLines(rows["DuckDB"][name]), rowLines(rows["ClickHouse"][name])
		if len(a) < least || !slices.Equal(a, b) {
			t.Errorf("%s: %d rows in DuckDB, %.300s; %d in ClickHouse, %.300s; at least %d are wanted, the same in both", name, len(a), a, len(b), b, least)
		}
	}
}

// A timeline of few columns has the queries that these can answer, and no
// others.
func TestQueriesOfFewColumns(t *testing.T) {
	modules := nodeModules(t)
	evidence := []string{filepath.Join("..", "..", "testdata", "cases", "harbour-2018", "evidence")}
	for database, rows := range rowsOf(t, modules, evidence, "--columns", "country,asn") {
		var names []string
		for name, rows := range rows {
			names = append(names, name)
			if len(rows) < 2 {
				t.Errorf("%s in %s: %d rows", name, database, len(rows))
			}
		}
		slices.Sort(names)
		if want := []string{"stack-asn.sql", "stack-country.sql"}; !slices.Equal(names, want) {
			t.Errorf("%s ran %q, want %q", database, names, want)
		}
	}
}

// nodeModules is a folder of Node.js modules, among them those that .ci/run
// installs for the tests of exports, which are skipped without it.
func nodeModules(t *testing.T) string {
	t.Helper()
	modules := os.Getenv("NODE_MODULES")
	if modules == "" {
		t.Skip("NODE_MODULES names no folder of Node.js modules with what .ci/run installs for the exports")
	}
	return modules
}

// rowsOf exports evidence by month and gives the rows of each query, by
// database and file.
func rowsOf(t *testing.T, modules string, evidence []string, args ...string) map[string]map[string][][]any {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "timeline")
	if _, stderr, code := command(t, slices.Concat([]string{"timeline", "-o", folder, "--partition", "month"}, args, evidence)...); code != exitDone {
		t.Fatalf("timeline ends with %d: %s", code, stderr)
	}
	node := exec.Command("node", "-e", runQueries)
	node.Dir, node.Stderr = folder, os.Stderr
	node.Env = append(os.Environ(), "NODE_PATH="+modules)
	text, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	var rows map[string]map[string][][]any
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// stackLine is a row of a stack as a database gives it, in one form for all.
func stackLine(row []any) string {
	row = slices.Clone(row)
	row[0] = shown(cell(row[0]))
	return strings.ToLower(rowLine(row))
}

func rowLines(rows [][]any) []string {
	var out []string
	for _, row := range rows {
		out = append(out, rowLine(row))
	}
	return out
}

func rowLine(row []any) string {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = cell(v)
	}
	return strings.Join(cells, "|")
}

// moment is a time as DuckDB or ClickHouse gives it.
var moment = regexp.MustCompile(`^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d*?)0*)?(?:\+00)?$`)

// cell is a value of a row as text, a time as the program writes it.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		m := moment.FindStringSubmatch(v)
		if m == nil {
			return v
		}
		if m[3] != "" {
			m[3] = "." + m[3]
		}
		return m[1] + "T" + m[2] + m[3] + "Z"
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
func stackLines(t *testing.T, column string, evidence []string) []string {
	t.Helper()
	stdout, stderr, code := command(t, append([]string{"stack", column}, evidence...)...)
	if code != exitDone {
		t.Fatalf("stack %s ends with %d: %s", column, code, stderr)
	}
	var out []string
	for i, row := range strings.Split(strings.TrimSuffix(stdout, "\n"), "\n") {
		if m := stackRow.FindStringSubmatch(row); m != nil {
			m[1], m[5], m[6] = strings.TrimSpace(m[1]), inMicroseconds(m[5]), inMicroseconds(m[6])
			out = append(out, strings.ToLower(strings.Join(m[1:], "|")))
		} else if i > 0 {
			t.Errorf("stack %s prints %q", column, row)
		}
	}
	slices.Sort(out)
	return out
}
