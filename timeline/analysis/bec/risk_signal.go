package bec

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

var riskSignal = &analysis.Analyzer{
	Name:  "risk-signal",
	Title: "Risk signals",
	Doc: analysis.Doc{
		Question: "Did Microsoft's own protection call a sign-in or a user risky, or raise an alert?",
		Method: "Risk detections, the risk that records of successful sign-ins state, alerts of the audit log, and the state of risky users, passed on as they are. " +
			"Microsoft's word is evidence, no verdict: a risk that was confirmed is high, one of high level medium, one of medium level low; a low level, and a risk that was dismissed or found safe by a person, only informs. A risk that was remediated weighs one step less. Records of one user, level, state and kind on one day are one row.",
		Limits:   "Which risks are detected depends on the licence (Entra ID P2). What led to a risk is not told, and detections can come days after the sign-in. Of sign-ins, those that failed are left out, and those by the user's usual application from his usual network only inform unless the risk was confirmed.",
		Innocent: "Travel, a new device and VPNs raise unlikelyTravel, unfamiliarFeatures and anonymizedIPAddress for anybody.",
		Confirm:  "The sign-in itself, in the other analyses; who dismissed or confirmed the risk, and why.",
	},
	Columns: []analysis.Column{
		{Name: "Signal", Doc: "risk detection, sign-in, alert or risky user"},
		{Name: "Kind", Doc: "kinds of risk, or the name of the alert", Kind: analysis.Prose},
		{Name: "Level", Doc: "as Microsoft states it, of an alert as its policy does"},
		{Name: "State", Doc: "as Microsoft states it"},
		{Name: "Records", Doc: "records of the row", Kind: analysis.Number},
		{Name: "Network", Doc: "of the addresses"},
		{Name: "Note", Doc: "what to know of the signal", Kind: analysis.Prose},
	},
	Version:    2,
	Techniques: []string{"T1078.004"},
	References: []string{"Microsoft Learn, What are risk detections?", "SigmaHQ/sigma (risk detection rules)", "panther-labs/panther-analysis Azure.Audit.HighRiskSignIn"},
	Settings:   []string{"known_good", "thresholds"},
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
	routine                  bool   // a sign-in by the user's usual application from his usual network
	rows                     []int
}

func runRiskSignal(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	signals, order := map[string]*signal{}, []*signal(nil)
	add := func(row int, s signal) {
		nanos, _ := t.Nanos(row)
		key := fmt.Sprint(t.Folded(timeline.ColUser, row), "\x00", s.user, "\x00", timeline.Day(nanos), "\x00", s.name, "\x00", s.kind, "\x00", s.level, "\x00", s.state, "\x00", s.routine)
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
	timeline.Reread(t, alerts, timeline.WideDetails, func(_ int, ev *timeline.Event) signal {
		return readAlert(ev.Details)
	}, func(row int, s signal, _ error) {
		s.name, s.kind = "alert", cmp.Or(s.kind, t.Text(timeline.ColTarget, row))
		add(row, s)
	})
	list := logons(p)
	for i := range list {
		l := &list[i]
		if s := signInOf(p, l.row); l.admitted() && !l.activities && (s.RiskLevel != "" || s.RiskState != "") {
			add(l.row, signal{name: "sign-in", kind: s.RiskTypes, level: s.RiskLevel, state: s.RiskState, routine: routineSignIn(p, l)})
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
	byTime(f.Rows)
	f.Summary = fmt.Sprintf("%s of risk, %s of risky users; %s accused, %s for information.", counted(len(order), "signal"), counted(len(users), "state"), counted(accusing(f.Rows), "row"), counted(len(f.Rows)-accusing(f.Rows), "row"))
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
	plain := plainMembers(details)
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
	switch letters(state) {
	case "confirmedcompromised":
		return analysis.High, "confirmed as compromised, by a person or by Microsoft"
	case "dismissed", "confirmedsafe":
		return analysis.Info, "dismissed or confirmed as safe by an administrator"
	case "remediated":
		return max(severity, 1) - 1, "remediated: the user proved himself, or the password was changed"
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
		severity, note = analysis.Info, "by the user's usual application from his usual network: "+note
	}
	if s.name == "alert" {
		severity, note = analysis.Info, "an alert policy of the tenant's: see the activities that it names"
	}
	if severity > analysis.Info {
		name := common(t, timeline.ColUser, s.rows)
		if clearedRows(p, profileOf(p), s.rows) || contains(p.Settings.KnownGood.Users, name) {
			severity, note = analysis.Info, "cleared by the examiner"
		}
	}
	var r analysis.Row
	if severity == analysis.Info {
		r = informing(t, s.rows[0], s.rows[len(s.rows)-1])
	} else {
		r = citing(t, s.rows)
	}
	r.Severity, r.Confidence = severity, analysis.Likely
	r.User = cmp.Or(s.user, r.User)
	r.Cells = []string{s.name, s.kind, s.level, s.state, strconv.Itoa(len(s.rows)), list(networkNames(t, s.rows)), note}
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
		if contains(p.Settings.KnownGood.Users, c.Owner) {
			severity, note = analysis.Info, "cleared by the examiner"
		}
		rows = append(rows, analysis.Row{
			Severity: severity, Confidence: analysis.Likely, User: c.Owner, First: c.Seen, Last: c.Seen, Origins: []timeline.Origin{c.Origin},
			Cells: []string{contextRiskyUser, c.Get("RiskDetail"), level, state, "1", "", note},
		})
	}
	return rows
}
