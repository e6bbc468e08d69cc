package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/bec"
)

// oracleNames maps the labels of the oracle to the analyses that answer for
// them. Labels that are absent here are facts of reading, tested elsewhere.
var oracleNames = map[string]string{
	"account_access_removal":      "identity-change",
	"aitm_user_agent":             "tool-user-agent",
	"app_credential_added":        "identity-change",
	"audit_tampering":             "audit-tampering",
	"brute_force":                 "password-attack",
	"entra_risk_passthrough":      "risk-signal",
	"external_forwarding":         "external-forwarding",
	"federation_or_domain_change": "identity-change",
	"guest_invited":               "identity-change",
	"imap_pop_enabled":            "identity-change",
	"inbox_rule_created":          "hiding-rule",
	"inbox_rule_hiding":           "hiding-rule",
	"legacy_protocol_logon":       "legacy-logon",
	"location_conflict":           "foreign-logon",
	"mailbox_delegation":          "mailbox-delegation",
	"mfa_weakened":                "identity-change",
	"oauth_consent":               "app-consent",
	"password_spray":              "password-attack",
	"password_spray_recon":        "password-attack",
	"policy_weakened":             "identity-change",
	"privileged_role_granted":     "identity-change",
	"transport_rule":              "transport-change",
}

// strict are the analyses that may miss none of the oracle's cases.
var strict = []string{"external-forwarding", "hiding-rule", "audit-tampering", "password-attack", "app-consent", "legacy-logon", "identity-change"}

// mostFalsePositives bounds what the strict analyses may report in all though
// its label says otherwise: a change of a conditional access or authentication
// policy that weakens nothing is low all the same, since a change of such a
// policy matters to whoever looks for an intruder.
const mostFalsePositives = 3

type oracleCase struct {
	ID, Analysis, Format, Scope string
	Expected                    bool
	RuleThreshold               int `json:"rule_threshold"`
	Events                      []json.RawMessage
	LabelQuality                string `json:"label_quality"`
}

type score struct{ tp, fp, fn, tn []string }

// TestOracle runs the program over events that others labelled, each in its
// own format, and reports how the analyses answer.
func TestOracle(t *testing.T) {
	file, err := os.Open(shared(t, "oracle", "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scores := map[string]*score{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var c oracleCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		name, ok := oracleNames[c.Analysis]
		if !ok || c.RuleThreshold > 1 || !inSuite(name) {
			continue
		}
		s := scores[name]
		if s == nil {
			s = &score{}
			scores[name] = s
		}
		hit := len(runOracle(t, c).of(t, name).accusing()) > 0
		label := c.ID
		if c.LabelQuality != "" {
			label += " (" + c.LabelQuality + ")"
		}
		switch {
		case hit && c.Expected:
			s.tp = append(s.tp, label)
		case hit:
			s.fp = append(s.fp, label)
		case c.Expected:
			s.fn = append(s.fn, label)
		default:
			s.tn = append(s.tn, label)
		}
	}
	wrong := 0
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		s := scores[name]
		t.Logf("%-22s TP %d FP %d FN %d TN %d; false positives %q; false negatives %q", name, len(s.tp), len(s.fp), len(s.fn), len(s.tn), s.fp, s.fn)
		if !slices.Contains(strict, name) {
			continue
		}
		wrong += len(s.fp)
		for _, id := range s.fn {
			t.Errorf("%s misses %s", name, id)
		}
	}
	if wrong > mostFalsePositives {
		t.Errorf("%d false positives, at most %d are explained", wrong, mostFalsePositives)
	}
}

// inSuite reports whether there is an analysis of that name.
func inSuite(name string) bool {
	return slices.ContainsFunc(bec.Suite, func(a *analysis.Analyzer) bool { return a.Name == name })
}

func runOracle(t *testing.T, c oracleCase) findings {
	t.Helper()
	path := filepath.Join(t.TempDir(), "events.jsonl")
	text := bytes.Join(func() [][]byte {
		parts := make([][]byte, len(c.Events))
		for i, e := range c.Events {
			parts[i] = e
		}
		return parts
	}(), []byte("\n"))
	if c.Format == "sentinel-table-csv" {
		path = filepath.Join(t.TempDir(), "events.csv")
		text = oracleCSV(t, c.Events)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return analyze(t, path)
}

// oracleCSV writes events that came from a table as that table.
func oracleCSV(t *testing.T, events []json.RawMessage) []byte {
	t.Helper()
	rows := make([]map[string]any, len(events))
	columns := map[string]bool{}
	for i, e := range events {
		if err := json.Unmarshal(e, &rows[i]); err != nil {
			t.Fatal(err)
		}
		for name := range rows[i] {
			columns[name] = true
		}
	}
	names := slices.Sorted(maps.Keys(columns))
	var b strings.Builder
	w := csv.NewWriter(&b)
	records := [][]string{names}
	for _, r := range rows {
		record := make([]string, len(names))
		for i, name := range names {
			if v := r[name]; v != nil {
				record[i] = fmt.Sprint(v)
			}
		}
		records = append(records, record)
	}
	if err := w.WriteAll(records); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}
