package bec

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

var riskSignal = &analysis.Analyzer{
	Name:  "risk-signal",
	Title: "Risk signals",
	Doc:   explain("risk-signal"),
	Columns: []analysis.Column{
		{Name: "Signal", Doc: "risk detection, sign-in, alert or risky user"},
		{Name: "Kind", Doc: "kinds of risk, or the name of the alert", Kind: analysis.Text, Wrap: true},
		{Name: "Level", Doc: "as Microsoft states it, of an alert as its policy does"},
		{Name: "State", Doc: "as Microsoft states it"},
		{Name: "Records", Doc: "records of the row", Kind: analysis.Count},
		{Name: "Network", Doc: "of the addresses", Kind: analysis.List},
		{Name: "Note", Doc: "what to know of the signal", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Signal", "Kind"},
	Needs:      []analysis.Need{logon.Apps, logon.Logons, logon.Profiles, logon.SignIns},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Version:    3,
	Techniques: []string{"T1078.004"},
	References: []string{"Microsoft Learn, What are risk detections?", "SigmaHQ/sigma (risk detection rules)", "panther-labs/panther-analysis Azure.Audit.HighRiskSignIn"},
	Settings:   []string{"known_good", "thresholds"},
	Family:     "where",
	Run:        runRiskSignal,
}

// operationRisk is the word for a record of a risk detection.
const operationRisk = "RiskDetection"

// operationAlert is the audit log's word for an alert that a policy raised.
const operationAlert = "AlertTriggered"

// contextRiskyUser is the kind of context that holds a risky user.
const contextRiskyUser = "risky user"

// A signal is one or several records that say the same.
type signal struct {
	name, kind, level, state string
	user                     string // whom an alert names; empty if it is who wrote the record
	failed                   bool   // a sign-in that is not known to have succeeded
	routine                  bool   // a sign-in by the user's usual application from a usual network
	rows                     []int
}

func runRiskSignal(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	signals, order := map[string]*signal{}, []*signal(nil)
	add := func(row int, s signal) {
		nanos, _ := t.Nanos(row)
		key := fmt.Sprint(t.Folded(timeline.ColUser, row), "\x00", s.user, "\x00", timeline.Day(nanos), "\x00", s.name, "\x00", s.kind, "\x00", s.level, "\x00", s.state, "\x00", s.routine, "\x00", s.failed)
		if signals[key] == nil {
			signals[key] = &s
			order = append(order, &s)
		}
		signals[key].rows = append(signals[key].rows, row)
	}
	operations := signalOperations(p)
	var alerts []int
	for row := range t.Len() {
		switch operations[t.Code(timeline.ColOperation, row)] {
		case operationRisk:
			s := readRisk(t.Text(timeline.ColTarget, row))
			s.name = "risk detection"
			add(row, s)
		case operationAlert:
			alerts = append(alerts, row)
		}
	}
	timeline.EachWide(t, alerts, timeline.WideDetails, func(_ int, w timeline.WideValues) signal {
		return readAlert(w.Details)
	}, func(row int, s signal) {
		s.name, s.kind = "alert", cmp.Or(s.kind, t.Text(timeline.ColTarget, row))
		add(row, s)
	})
	list := logon.Logons.Of(p)
	for i := range list {
		l := &list[i]
		if s := logon.SignInOf(p, l.Row); s.RiskLevel != "" || s.RiskState != "" {
			add(l.Row, signal{name: "sign-in", failed: !l.Admitted(), kind: s.RiskTypes, level: s.RiskLevel, state: s.RiskState, routine: logon.RoutineSignIn(p, l)})
		}
	}
	users := riskyUsers(p)
	if len(order)+len(users) == 0 && !hasSource(t, sourceSignIn) {
		return nil, analysis.Skip("no sign-in log, risk detection or alert: what Microsoft's protection saw cannot be told")
	}
	f := &analysis.Finding{}
	for _, s := range order {
		f.Rows = append(f.Rows, s.row(p))
	}
	f.Rows = append(f.Rows, users...)
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of risk, %s of risky users; %s suspicious, %s for information.", cite.Counted(len(order), "signal"), cite.Counted(len(users), "state"), cite.Counted(cite.Accusing(f.Rows), "row"), cite.Counted(len(f.Rows)-cite.Accusing(f.Rows), "row"))
	return f, nil
}

// sourceSignIn is the source of sign-ins and risk detections.
const sourceSignIn = "signin"

// hasSource reports whether the case holds a file of a source.
func hasSource(t *timeline.Timeline, source string) bool {
	return slices.ContainsFunc(t.Exports(), func(s *timeline.Source) bool { return s.Source == source })
}

// signalOperations are the operations that are signals, by code.
func signalOperations(p *analysis.Pass) []string {
	t := p.Timeline
	operations := make([]string, t.Cardinality(timeline.ColOperation))
	for code := range operations {
		for _, name := range [...]string{operationRisk, operationAlert} {
			if strings.EqualFold(t.Value(timeline.ColOperation, uint32(code)), name) {
				operations[code] = name
			}
		}
	}
	return operations
}

// readRisk parts the text of a risk detection: "anomalousToken (high, atRisk)".
func readRisk(text string) signal {
	kind, rest, ok := strings.Cut(text, " (")
	if !ok {
		return signal{kind: text}
	}
	level, state, _ := strings.Cut(strings.TrimSuffix(rest, ")"), ", ")
	return signal{kind: kind, level: level, state: state}
}

// readAlert reads what the details of an alert say: its name, how grave its
// policy makes it, and the account that it names.
func readAlert(details string) signal {
	plain := timeline.PlainMembers(details)
	s := signal{kind: cmp.Or(plain["Name"], plain["AlertDisplayName"]), level: plain["Severity"], user: plain["AlertEntityId"]}
	var data map[string]any
	if json.Unmarshal([]byte(plain["Data"]), &data) == nil {
		for _, key := range [...]string{"eid", "f3u"} { // entity, user
			if name, _ := data[key].(string); !strings.Contains(s.user, "@") {
				s.user = name
			}
		}
	}
	if !strings.Contains(s.user, "@") {
		s.user = ""
	}
	return s
}

// riskWeight is what Microsoft's word weighs, and why.
func riskWeight(level, state string) (analysis.Severity, string) {
	severity := map[string]analysis.Severity{"medium": analysis.Low, "high": analysis.Medium}[strings.ToLower(level)]
	switch logon.Letters(state) {
	case "confirmedcompromised":
		return analysis.High, "confirmed as compromised, by a person or by Microsoft"
	case "dismissed", "confirmedsafe":
		return analysis.Info, "dismissed or confirmed as safe by an administrator"
	case "remediated":
		return max(severity, 1) - 1, "remediated: the user proved who they are, or the password was changed"
	}
	if severity == analysis.Info {
		return severity, "a low or unstated level"
	}
	return severity, "Microsoft's own judgement, no verdict"
}

func (s *signal) row(p *analysis.Pass) analysis.Row {
	t := p.Timeline
	severity, note := riskWeight(s.level, s.state)
	if s.routine && severity > analysis.Info && severity < analysis.High {
		severity, note = analysis.Info, "by the user's usual application from a usual network: "+note
	}
	if s.failed && severity > analysis.Low {
		severity, note = analysis.Low, "the sign-in is not known to have succeeded: "+note
	}
	if s.name == "alert" {
		severity, note = analysis.Info, "an alert policy of the tenant's: see the activities that it names"
	}
	if severity > analysis.Info {
		name := cite.Common(t, timeline.ColUser, s.rows)
		if logon.ClearedRows(p, logon.Profiles.Of(p), s.rows) || reference.ContainsFold(p.Settings.KnownGood.Users, name) {
			severity, note = analysis.Info, "cleared by the examiner"
		}
	}
	var r analysis.Row
	if severity == analysis.Info {
		r = cite.Informing(t, s.rows[0], s.rows[len(s.rows)-1])
	} else {
		r = cite.Citing(t, s.rows)
	}
	r.Severity, r.Confidence = severity, analysis.Likely
	r.User = cmp.Or(s.user, r.User)
	r.Cells = cite.Cells(s.name, s.kind, s.level, s.state, len(s.rows), logon.NetworkNames(t, s.rows), note)
	return r
}

// riskyUsers are the states of users, which are no activities.
func riskyUsers(p *analysis.Pass) []analysis.Row {
	var rows []analysis.Row
	for _, c := range p.Timeline.Context() {
		if c.Kind != contextRiskyUser {
			continue
		}
		level, state := c.Get("RiskLevel"), c.Get("RiskState")
		if isNone(level) && isNone(state) {
			continue
		}
		severity, note := riskWeight(level, state)
		if severity < analysis.High {
			severity, note = analysis.Info, "the state of a user names no sign-in: see the risk detections"
		}
		if reference.ContainsFold(p.Settings.KnownGood.Users, c.Owner) {
			severity, note = analysis.Info, "cleared by the examiner"
		}
		rows = append(rows, analysis.Row{
			Severity: severity, Confidence: analysis.Likely, User: c.Owner, First: c.Seen, Last: c.Seen, Origins: []timeline.Origin{c.Origin},
			Cells: cite.Cells(contextRiskyUser, c.Get("RiskDetail"), level, state, 1, nil, note),
		})
	}
	return rows
}

// isNone reports whether a value says that there is nothing.
func isNone(text string) bool {
	return text == "" || strings.EqualFold(text, "none") || strings.EqualFold(text, "hidden")
}
