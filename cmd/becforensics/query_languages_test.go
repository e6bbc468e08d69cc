package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline"
)

// findFaults is a script for Node.js that reads lists of texts by language and
// name, and prints what is wrong with each: Spark's and Trino's by their
// grammars, Kusto's by its language service, against the table and the view that
// view.kql makes. The grammars' modules name files without their endings, as
// bundlers allow.
const findFaults = `
import fs from 'node:fs';
import { createRequire, register } from 'node:module';
async function resolve(name, context, next) {
  for (const end of ['', '.js', '/index.js']) try {
    const found = await next(name + end, context);
    return found.url.includes('/dt-sql-parser/') ? { ...found, format: 'module' } : found;
  } catch (e) { if (end === '/index.js') throw e; }
}
register('data:text/javascript,' + encodeURIComponent('export ' + resolve));
const require = createRequire(process.env.NODE_MODULES + '/');
const { SparkSQL, TrinoSQL } = await import(require.resolve('dt-sql-parser'));
require('@kusto/language-service-next/bridge.js');
require('@kusto/language-service-next');
const { KustoCode, GlobalState, Symbols } = Kusto.Language;

function inGrammar(grammar) {
  return text => grammar.validate(text).map(e => e.message);
}
function inKusto(view) {
  const [, table, columns] = /table (\w+) (\(.*?\)) kind=/.exec(view), [, name, body] = /view=true\) \W*(\w+)\W*\(\) (.*)/.exec(view);
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('case', [
    new Symbols.ExternalTableSymbol.ctor(new Symbols.TableSymbol.$ctor7(table, columns, null)),
    new Symbols.FunctionSymbol.$ctor16(name, '()', body, null)]));
  return text => text.split('\n\n').flatMap(statement => {
    const found = KustoCode.ParseAndAnalyze(statement, globals).GetDiagnostics();
    return Array.from({ length: found.Count }, (_, i) => found.getItem(i).Message);
  });
}
const spark = inGrammar(new SparkSQL()), trino = inGrammar(new TrinoSQL());
console.log(JSON.stringify(JSON.parse(fs.readFileSync(0, 'utf8')).map(texts => {
  const of = { Spark: spark, Trino: trino, Kusto: inKusto(texts.Kusto['view.kql']) };
  return Object.fromEntries(Object.keys(of).map(l => [l, Object.fromEntries(Object.keys(texts[l]).map(n => [n, of[l](texts[l][n])]))]));
})));
`

// byLanguage are texts, or what is wrong with them, by language and name.
type byLanguage[T any] map[string]map[string]T

// wrongQueries are texts that are wrong, by language, each for the reason that
// is its name.
var wrongQueries = byLanguage[string]{
	"Spark": {
		"a list that ends early": "SELECT t.user, FROM timeline t",
		"a function of no end":   "SELECT count(DISTINCT t.user FROM timeline t",
		"a clause of DuckDB":     "SELECT t.user FROM timeline t QUALIFY t.asn > 1",
		"a word of no statement": "CREATE TEMPORARY VIEW timeline USES parquet",
		"options of no end":      "CREATE TEMPORARY VIEW timeline USING parquet OPTIONS (path 'FOLDER'",
	},
	"Trino": {
		"a list that ends early": "SELECT t.user, FROM timeline t",
		"a function of no end":   "SELECT count(DISTINCT t.user FROM timeline t",
		"a clause of DuckDB":     "SELECT t.user FROM timeline t QUALIFY t.asn > 1",
		"a view of Spark's":      "CREATE TEMPORARY VIEW timeline USING parquet",
		"a column without type":  "CREATE TABLE timeline (\"user\") WITH (format = 'PARQUET')",
	},
	"Kusto": {
		"a word of the language as a name": "['timeline'] | summarize min(datetime)",
		"a table that is not there":        "['timelines'] | take 1",
		"a column that is not there":       "['timeline'] | where account == 'a'",
		"an operator of other types":       "['timeline'] | where asn has 'a'",
		"a function that is not there":     "['timeline'] | extend a = trimmed(user)",
		"an argument too few":              "['timeline'] | extend a = trim(user)",
		"a column that is gone":            "['timeline'] | summarize events = count() by country | order by user asc",
		"a type that is not there":         ".create external table a (b:text) kind=storage dataformat=parquet (h@'FOLDER')",
	},
}

// TestQueriesAreOfTheirLanguages holds every query, of all columns and of few,
// against the languages of those for whom it is: none has a fault, and what is
// wrong is found.
func TestQueriesAreOfTheirLanguages(t *testing.T) {
	modules := nodeModules(t)
	few := slices.DeleteFunc(slices.Clone(timeline.Schema), func(f timeline.Field) bool {
		return !slices.Contains([]string{"operation", "asn", "messages"}, f.Name)
	})
	all := queriesByLanguage(timeline.Schema)
	wrong := byLanguage[string]{"Spark": wrongQueries["Spark"], "Trino": wrongQueries["Trino"], "Kusto": maps.Clone(wrongQueries["Kusto"])}
	wrong["Kusto"]["view.kql"] = all["Kusto"]["view.kql"]
	faults := faultsOf(t, modules, all, queriesByLanguage(few), wrong)
	for i, least := range []int{len(timeline.Schema), 3} { // the view and two stacks
		for language, faults := range faults[i] {
			if len(faults) < least {
				t.Errorf("only %d texts are for %s", len(faults), language)
			}
			for name, found := range faults {
				if len(found) > 0 {
					t.Errorf("%s is wrong for %s: %q", name, language, found)
				}
			}
		}
	}
	for language, texts := range wrongQueries {
		for name := range texts {
			if len(faults[2][language][name]) == 0 {
				t.Errorf("no fault is found in %s for %s", name, language)
			}
		}
	}
}

// queriesByLanguage are the queries of a timeline of fields.
func queriesByLanguage(fields []timeline.Field) byLanguage[string] {
	texts := byLanguage[string]{"Spark": {}, "Trino": {}, "Kusto": {}}
	for _, q := range timeline.Queries(fields) {
		for language, of := range texts {
			if forLanguage(q.Name, language) {
				of[q.Name] = string(q.Text)
			}
		}
	}
	return texts
}

// forLanguage reports whether a file holds a text of a language.
func forLanguage(name, language string) bool {
	if strings.HasPrefix(name, "view-") {
		return name == "view-"+strings.ToLower(language)+".sql"
	}
	return strings.HasSuffix(name, ".kql") == (language == "Kusto")
}

// faultsOf are the faults of each text.
func faultsOf(t *testing.T, modules string, texts ...byLanguage[string]) []byLanguage[[]string] {
	t.Helper()
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "--input-type=module", "-e", findFaults)
	node.Stdin, node.Stderr = bytes.NewReader(in), os.Stderr
	node.Env = append(os.Environ(), "NODE_MODULES="+modules)
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	var faults []byLanguage[[]string]
	if err := json.Unmarshal(out, &faults); err != nil {
		t.Fatal(err)
	}
	return faults
}
