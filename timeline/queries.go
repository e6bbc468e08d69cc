package timeline

import (
	"embed"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"regexp"
	"strings"
	"time"
)

// A Query is a text that lies beside a partitioned timeline: a view of it for
// an engine, or a question to that view.
type Query struct {
	Name string // of the file
	Text []byte
}

// questions are the simple ones, each in SQL and in Kusto's language.
//
//go:embed queries/*.sql queries/*.kql
var questions embed.FS

// Queries are the views of a partitioned timeline, the simple questions and
// each stack, in SQL that DuckDB, Spark and Trino understand and in Kusto's
// language. Columns are those that the timeline was written with; a question
// that asks for others is left out.
func Queries(fields []Field) []Query {
	fields = withExact(fields)
	list := []Query{{"view-duckdb.sql", duckDBView()}, {"view-spark.sql", sparkView()}, {"view-trino.sql", trinoView(fields)}, {"view.kql", kustoView(fields)}}
	names, err := fs.Glob(questions, "queries/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, name := range names {
		sql := question(name)
		if hasColumns(fields, sql) {
			inKusto := strings.TrimSuffix(name, ".sql") + ".kql"
			list = append(list, Query{path.Base(name), sql}, Query{path.Base(inKusto), question(inKusto)})
		}
	}
	for _, f := range fields {
		if f.Wide || f.Type == "time" || f.Name == exactField.Name {
			continue
		}
		list = append(list, Query{"stack-" + f.Name + ".sql", stackSQL(f, fields)}, Query{"stack-" + f.Name + ".kql", stackKQL(f, fields)})
	}
	return list
}

func question(name string) []byte {
	text, err := questions.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return text
}

// asked is a column that a question in SQL asks for.
var asked = regexp.MustCompile(`\bt\.(\w+)`)

// hasColumns reports whether fields hold every column that a question in SQL
// asks for.
func hasColumns(fields []Field, sql []byte) bool {
	for _, m := range asked.FindAllSubmatch(sql, -1) {
		if !has(fields, string(m[1])) {
			return false
		}
	}
	return true
}

func has(fields []Field, name string) bool {
	for _, f := range fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

func duckDBView() []byte {
	return []byte("CREATE VIEW timeline AS SELECT * FROM read_parquet('month=*/*.parquet', hive_partitioning = true);\n")
}

// sparkView passes over the queries that lie beside the months: Spark takes the
// columns from the first file that it finds.
func sparkView() []byte {
	return []byte("CREATE TEMPORARY VIEW timeline USING parquet OPTIONS (path 'FOLDER', pathGlobFilter '*.parquet');\n")
}

// trinoView declares the columns one by one, as Trino wants them. Its Hive
// connector knows no time with a zone, and none finer than a millisecond unless
// it is set up for that; datetime_exact has all digits.
func trinoView(fields []Field) []byte {
	var columns []string
	for _, f := range fields {
		columns = append(columns, fmt.Sprintf("%q %s", f.Name, columnType(f, "timestamp(3)", "bigint", "varchar",
			"array(row(message_id varchar, item_id varchar, folder varchar, subject varchar, size bigint))")))
	}
	return fmt.Appendf(nil, "CREATE TABLE timeline (%s, month varchar) WITH (external_location = 'FOLDER', format = 'PARQUET', partitioned_by = ARRAY['month']); CALL system.sync_partition_metadata('default', 'timeline', 'ADD');\n",
		strings.Join(columns, ", "))
}

// kustoView declares an external table over the folder, which is to lie where
// Kusto can read it, and a view of it. It too passes over the queries.
func kustoView(fields []Field) []byte {
	var columns []string
	for _, f := range fields {
		columns = append(columns, kustoName(f.Name)+":"+columnType(f, "datetime", "long", "string", "dynamic"))
	}
	return fmt.Appendf(nil, ".create external table timeline_files (%s) kind=storage partition by (month:string) pathformat=(\"month=\" month) dataformat=parquet (h@'FOLDER') with (fileExtension='.parquet')\n\n.create-or-alter function with (view=true) %s() { external_table('timeline_files') }\n",
		strings.Join(columns, ", "), kustoName("timeline"))
}

// kustoName is a name as Kusto takes it wherever it stands: without brackets
// some, datetime and timeline among them, are words of its language.
func kustoName(name string) string { return "['" + name + "']" }

func columnType(f Field, moment, number, text, list string) string {
	switch {
	case f.Type == "time":
		return moment
	case f.Numeric():
		return number
	case f.Type == "list":
		return list
	}
	return text
}

// stackHead says what a stack is, in the comment that it begins with.
const stackHead = "The values of %s, rarest first; those that differ only in case or in spaces around them are one."

// stackSQL counts the values of a column as the command stack does.
func stackSQL(f Field, fields []Field) []byte {
	value := "lower(trim(coalesce(t." + f.Name + ", '')))"
	if f.Numeric() {
		value = "t." + f.Name
	}
	days, users, first := "0", "0", ""
	if has(fields, exactField.Name) {
		days = "count(DISTINCT substr(t.datetime_exact, 1, 10))"
		first = ", min(t.datetime) AS first_seen, max(t.datetime) AS last_seen"
	}
	if has(fields, "user") {
		users = "count(DISTINCT nullif(lower(trim(t.user)), ''))"
	}
	return fmt.Appendf(nil, `-- `+stackHead+`
SELECT %[2]s AS value, count(*) AS events, %[3]s AS days, %[4]s AS users%[5]s
FROM timeline t
GROUP BY %[2]s
ORDER BY days, events, value
`, f.Name, value, days, users, first)
}

func stackKQL(f Field, fields []Field) []byte {
	value := kustoFolded(f.Name)
	if f.Numeric() {
		value = kustoName(f.Name)
	}
	days, users, first := "countif(false)", "countif(false)", ""
	if has(fields, exactField.Name) {
		days = "count_distinctif(substring(datetime_exact, 0, 10), isnotempty(datetime_exact))"
		first = ", first_seen = min(['datetime']), last_seen = max(['datetime'])"
	}
	if has(fields, "user") {
		users = fmt.Sprintf("count_distinctif(%[1]s, isnotempty(%[1]s))", kustoFolded("user"))
	}
	return fmt.Appendf(nil, `// `+stackHead+`
['timeline']
| summarize events = count(), days = %[3]s, users = %[4]s%[5]s by value = %[2]s
| order by days asc, events asc, value asc
`, f.Name, value, days, users, first)
}

// kustoFolded is a column without regard to case and to spaces around it.
func kustoFolded(column string) string { return `tolower(trim(@'\s+', ` + kustoName(column) + `))` }

// noMonth is where Hive keeps rows without a value of the partition.
const noMonth = "__HIVE_DEFAULT_PARTITION__"

// ByMonth divides rows by the month of their time, in UTC: "2026-03", or Hive's
// own name for those without a time.
func (t *Timeline) ByMonth(rows []int) iter.Seq2[string, []int] {
	month := func(row int) string {
		if n, ok := t.Nanos(row); ok {
			return time.Unix(0, n).UTC().Format("2006-01")
		}
		return noMonth
	}
	return func(yield func(string, []int) bool) {
		for len(rows) > 0 {
			name := month(rows[0])
			n := 1
			for n < len(rows) && month(rows[n]) == name {
				n++
			}
			if !yield(name, rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}
