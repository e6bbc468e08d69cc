package change

import (
	"slices"
	"testing"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

// A row of the table says by the first sign of a value how a property must
// have changed.
func TestWatchesMeetChanges(t *testing.T) {
	methods := func(old, now string) []Property {
		return []Property{{Name: "StrongAuthenticationMethod", old: old, New: now}}
	}
	one, two := `[{"MethodType":6}]`, `[{"MethodType":6},{"MethodType":7}]`
	for _, c := range []struct {
		name             string
		parameter, value string
		changes          []Property
		met              bool
	}{
		{"any change of an operation", "", "", nil, true},
		{"any value of a property", "State", "", []Property{{Name: "state", New: "x"}}, true},
		{"another property", "State", "", []Property{{Name: "Name", New: "x"}}, false},
		{"equal, in any case", "Enabled", "=False", []Property{{Name: "Enabled", New: "false"}}, true},
		{"contains now", "Plan", "~audit", []Property{{Name: "Plan", New: "no AUDIT"}}, true},
		{"contained before too", "Plan", "~audit", []Property{{Name: "Plan", old: "audit", New: "audit"}}, false},
		{"taken away", "Plan", "-audit", []Property{{Name: "Plan", old: "audit", New: ""}}, true},
		{"emptied", "Requirement", "-", []Property{{Name: "Requirement", old: "[1]", New: "[]"}}, true},
		{"fewer elements", "StrongAuthenticationMethod", "<", methods(two, one), true},
		{"more elements are not fewer", "StrongAuthenticationMethod", "<", methods(one, two), false},
		{"both of two properties", "Mode;Port", "=on;=25", []Property{{Name: "Mode", New: "on"}, {Name: "Port", New: "25"}}, true},
		{"one of two properties", "Mode;Port", "=on;=25", []Property{{Name: "Mode", New: "on"}}, false},
	} {
		if got := conditionOn(c.parameter, c.value).metBy(c.changes); got != c.met {
			t.Errorf("%s: met %v, want %v", c.name, got, c.met)
		}
	}
}

// The directory writes one act several times over: records of the same kind,
// operation and target within minutes are one row, which weighs what the worst
// weighs.
func TestRecordsOfOneActAreOneRow(t *testing.T) {
	start := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	hits := []struct {
		after    time.Duration
		target   string
		severity analysis.Severity
	}{
		{0, "ann@example.com", analysis.Low},
		{time.Minute, "ANN@example.com", analysis.High},
		{2 * time.Minute, "bob@example.com", analysis.Low},
		{time.Hour, "ann@example.com", analysis.Low},
	}
	builder := timeline.NewBuilder()
	builder.Begin(&timeline.Source{Evidence: 1, Name: "log.csv", Source: "auditlog"})
	batch := timeline.NewBatch()
	for i, hit := range hits {
		var e timeline.Event
		e.SetTime(start.Add(hit.after))
		e.Set(timeline.ColUser, "Admin@example.com")
		e.Set(timeline.ColOperation, "Add member to role.")
		e.Set(timeline.ColTarget, hit.target)
		batch.Event(&e, int64(i), 1)
	}
	if err := builder.Add(batch); err != nil {
		t.Fatal(err)
	}
	sealed, err := builder.Seal(timeline.Sealing{})
	if err != nil {
		t.Fatal(err)
	}
	set := newWatchedSet(sealed, len(hits))
	for i, hit := range hits {
		set.hit(Listed{i, &Watch{Kind: "role granted", Severity: hit.severity}, &reading{of: &entries{}}})
	}
	rows := set.repeated()
	var got []analysis.Severity
	for _, r := range rows {
		got = append(got, r.Severity)
	}
	if want := []analysis.Severity{analysis.High, analysis.Low, analysis.Low}; !slices.Equal(got, want) {
		t.Fatalf("rows of severity %v, want %v", got, want)
	}
	if last := rows[0].Last.Sub(rows[0].First); last != time.Minute {
		t.Errorf("the row of one act spans %s, want a minute", last)
	}
}

func TestTargetsOfForwarding(t *testing.T) {
	changes := []Property{
		{Name: "ForwardTo", New: "smtp:drop@example.net; Ann Lee"},
		{Name: "RedirectTo", New: `"Bob" [SMTP:bob@example.org]`},
		{Name: "Name", New: "mail@not.a.target"},
	}
	got := ForwardTargets(changes, RuleTargets)
	if want := []string{"drop@example.net", "Ann Lee", "bob@example.org"}; !slices.Equal(got, want) {
		t.Errorf("targets %q, want %q", got, want)
	}
}
