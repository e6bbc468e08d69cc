package analysistest

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

func TestSplit(t *testing.T) {
	for line, want := range map[string][]string{
		`a=b  c`:                  {"a=b", "c"},
		`subject="two words" x`:   {"subject=two words", "x"},
		`details="{\"k\":\"v\"}"`: {`details={"k":"v"}`},
		`error= # nothing`:        {"error="},
		`""`:                      {""},
		"   # only a comment":     nil,
	} {
		got, err := split(line)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("split %q: %q, %v; want %q", line, got, err, want)
		}
	}
	if _, err := split(`subject="open`); err == nil {
		t.Error("a quote that is not closed is no error")
	}
}

func TestReadEvents(t *testing.T) {
	files, err := readEvents(`
file activities willem.csv mailbox=willem@example.com note="cut:one page"
default client=Outlook outcome=success
2018-05-04T09:00:00Z x3/workday ServerLogon ip=192.0.2.1
- Move flags=service,bind message=<m1>,item,Inbox,Hello,7
context "inbox rule" key=k Name=z
reject "time: not RFC 3339"
file signin signins.csv
2018-05-01T00:00:00Z x2/90m Sign-in user=a@example.com
`)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || len(files[0].records) != 6 || len(files[1].records) != 2 {
		t.Fatalf("files %+v", files)
	}
	monday := files[0].records[1].event
	if at := time.Unix(0, monday.Time).UTC(); at.Format(time.DateOnly) != "2018-05-07" || monday.Cols[timeline.ColClient] != "Outlook" || monday.Outcome != timeline.Success {
		t.Errorf("the second workday is %v, %+v", at, monday)
	}
	untimed := files[0].records[3].event
	if untimed.HasTime || untimed.Flags != timeline.Service|timeline.Bind || untimed.Messages[0].Size != 7 {
		t.Errorf("untimed %+v", untimed)
	}
	if c := files[0].records[4].context; c.Kind != "inbox rule" || c.Get("name") != "z" {
		t.Errorf("context %+v", c)
	}
	if n := files[0].source.Notes; len(n) != 1 || n[0].Kind != "cut" || files[0].records[5].reason == "" {
		t.Errorf("note %+v", n)
	}
	if later := files[1].records[1].event; later.Cols[timeline.ColClient] != "" || !strings.HasPrefix(timeline.FormatTime(later.Time), "2018-05-01T01:30") {
		t.Errorf("defaults outlive their file, or the step is wrong: %+v", later)
	}
}

func TestReadSettings(t *testing.T) {
	suite := []*analysis.Analyzer{{Name: "x", Thresholds: []*analysis.Threshold{{Name: "x.points", Value: 1}}}}
	s, err := readSettings(txtar.Parse([]byte(`-- settings --
tenant: {home_countries: [GB]}
thresholds: {x.points: 3}
-- flags --
from=2018-05-01
-- indicators --
ip,192.0.2.7
-- sigma one.yml --
title: one
`)), suite)
	if err != nil {
		t.Fatal(err)
	}
	if s.HomeCountries[0] != "GB" || s.Thresholds[0].Value != 3 || s.From.Day() != 1 || s.Indicators[0].Type != "ip" || s.Rules[0].Name != "one.yml" {
		t.Errorf("settings %+v", s)
	}
	for _, bad := range []string{
		"-- settings --\nthresholds: {x.point: 3}\n", "-- settings --\nfrom: 2018-05-01\n", "-- flags --\nform=2018-05-01\n",
		"-- flags --\nhome_countries=UK\n", "-- indicators --\nhost,a\n",
	} {
		if _, err := readSettings(txtar.Parse([]byte(bad)), suite); err == nil {
			t.Errorf("%q is no error", bad)
		}
	}
}
