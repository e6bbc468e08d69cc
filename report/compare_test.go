package report

import (
	"strings"
	"testing"
)

// The later report has one more file, which takes the first one's id. What the
// examiner sees is what changed, not that citations have other ids.
const (
	earlier = `{"schema": "becforensics.findings/2", "tool": {"version": "1"}, "settings": {"home_countries": "GB"},
 "evidence": [{"id": "E001", "name": "b.csv", "sha256": "bb"}],
 "findings": [
  {"analysis": "foreign-logon", "version": 4, "status": "found", "rows": [
   {"id": "foreign-logon-1", "severity": "low", "user": "anna@x.example", "mailbox": "anna@x.example", "first": "2026-02-01T08:00:00Z", "cells": {"Logons": 1}, "origins": ["E001:3"]},
   {"id": "foreign-logon-2", "severity": "high", "user": "ben@x.example", "first": null, "cells": {"Evidence": "as E001:4 says"}, "origins": ["E001:4", "E001:5"]},
   {"id": "foreign-logon-3", "severity": "high", "user": "carl@x.example", "cells": {}, "origins": ["E001:6"]}]},
  {"analysis": "stacks", "version": 1, "status": "found", "rows": [{"id": "stacks-1", "severity": "info", "cells": {"Events": 2}, "origins": []}]},
  {"analysis": "cover-up", "version": 1, "status": "nothing", "rows": []}],
 "actors": [
  {"id": "anna@x.example foreign-logon-1", "band": "review", "user": "anna@x.example", "score": 5, "acts": [{"at": "2026-02-01T08:00:00Z", "text": "logon", "origins": ["E001:3"]}], "origins": ["E001:3"]}],
 "exposure": [
  {"mailbox": "anna@x.example", "message": "<1@y.example>", "certainty": "presumed", "actor": "a", "subject": "Invoice", "origins": ["E001:3"]},
  {"mailbox": "anna@x.example", "message": "<2@y.example>", "certainty": "proved", "actor": "a", "origins": ["E001:3"]}]}`
	later = `{"schema": "becforensics.findings/2", "tool": {"version": "1"}, "settings": {"home_countries": "GB, IE"},
 "evidence": [{"id": "E001", "name": "a.csv", "sha256": "aa"}, {"id": "E002", "name": "b.csv", "sha256": "bb"}],
 "findings": [
  {"analysis": "foreign-logon", "version": 4, "status": "found", "rows": [
   {"id": "foreign-logon-4", "severity": "medium", "user": "dora@x.example", "cells": {}, "origins": ["E001:1"]},
   {"id": "foreign-logon-1", "severity": "high", "user": "anna@x.example", "mailbox": "anna@x.example", "first": "2026-02-01T08:00:00Z", "cells": {"Logons": 2}, "origins": ["E001:9", "E002:3"], "review": {"state": "confirmed", "by": "", "at": null, "note": ""}},
   {"id": "foreign-logon-2", "severity": "high", "user": "ben@x.example", "first": null, "cells": {"Evidence": "as E002:4 says"}, "origins": ["E002:4", "E002:5"]}]},
  {"analysis": "stacks", "version": 1, "status": "found", "rows": [{"id": "stacks-1", "severity": "info", "cells": {"Events": 3}, "origins": []}]},
  {"analysis": "cover-up", "version": 2, "status": "nothing", "rows": []}],
 "actors": [
  {"id": "anna@x.example foreign-logon-1", "band": "act", "user": "anna@x.example", "score": 12, "acts": [{"at": "2026-02-01T08:00:00Z", "text": "logon", "origins": ["E002:3"]}, {"at": null, "text": "rule", "origins": ["E001:9"]}], "origins": ["E002:3", "E001:9"]}],
 "exposure": [
  {"mailbox": "anna@x.example", "message": "<1@y.example>", "certainty": "proved", "actor": "a", "subject": "Invoice", "origins": ["E002:3"]}]}`
)

const told = `Evidence
  new      a.csv  SHA-256 aa
Settings
  changed  home_countries  GB, IE
           value: GB, IE, was GB
Analyses
  changed  cover-up  version 2, ran
           version: 2, was 1
Rows
  new      foreign-logon-4  medium  dora@x.example
  gone     foreign-logon-3  high  carl@x.example
  changed  foreign-logon-1  high  anna@x.example  2026-02-01T08:00:00Z
           Logons: 2, was 1
           origins: 1 new, 0 gone, 2 in all
           review state: confirmed, was nothing
           severity: high, was low
  (info)   stacks: 0 rows new, 0 gone, 1 changed
Actors
  changed  anna@x.example foreign-logon-1  act  anna@x.example
           acts: 1 new, 0 gone, 2 in all
           band: act, was review
           origins: 1 new, 0 gone, 2 in all
           score: 12, was 5
Exposed messages
  gone     anna@x.example  <2@y.example>  proved
  changed  anna@x.example  <1@y.example>  proved  Invoice
           certainty: proved, was presumed
1 row new, 1 gone, 2 changed. 0 actors new, 0 gone, 1 changed. 0 exposed messages new, 1 gone, 1 changed.
`

func TestCompare(t *testing.T) {
	var reports []*Findings
	for _, text := range []string{earlier, later} {
		f, err := ReadFindings([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, f)
	}
	for _, c := range []struct {
		before, after int
		all           bool
		want          string
	}{
		{0, 1, false, told},
		{0, 1, true, strings.Replace(told, "  (info)   stacks: 0 rows new, 0 gone, 1 changed\n", "  changed  stacks-1  info\n           Events: 3, was 2\n", 1)},
		{1, 1, false, "0 rows new, 0 gone, 0 changed. 0 actors new, 0 gone, 0 changed. 0 exposed messages new, 0 gone, 0 changed.\n"},
	} {
		var got strings.Builder
		if err := Compare(reports[c.before], reports[c.after]).Write(&got, c.all); err != nil {
			t.Fatal(err)
		}
		if got.String() != c.want {
			t.Errorf("got\n%s\nwant\n%s", got.String(), c.want)
		}
	}
}

func TestOtherFilesAreNoFindings(t *testing.T) {
	for text, want := range map[string]string{
		`{"schema": "becforensics.findings/1"}`: `its schema is "becforensics.findings/1", not "becforensics.findings/2": analyse its evidence with this version to compare`,
		`{}`:                                    `not the findings of a report: it names no schema`,
		`{"schema": "becforensics.findings/2"`:  `not the findings of a report: unexpected EOF`,
	} {
		if _, err := ReadFindings([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
