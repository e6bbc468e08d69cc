package bec

import (
	"math"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/analysistest"
)

// The sizes at which the bound falls below 5 % and 10 %, as computed by hand.
func TestWilson(t *testing.T) {
	for _, test := range []struct {
		k, n  int
		below float64
	}{{0, 73, 0.05}, {1, 110, 0.05}, {2, 142, 0.05}, {3, 173, 0.05}, {0, 35, 0.1}, {1, 53, 0.1}, {2, 69, 0.1}, {3, 84, 0.1}} {
		if at, before := wilson(test.k, test.n), wilson(test.k, test.n-1); at >= test.below || before < test.below {
			t.Errorf("wilson(%d, %d) = %.4f and %.4f before, want the first below %.2f", test.k, test.n, at, before, test.below)
		}
	}
	if wilson(0, 0) != 1 || wilson(5, 5) != 1 {
		t.Error("without observations, or with nothing else, the bound is not 1")
	}
}

func TestChanceOfNew(t *testing.T) {
	if p := chanceOfNew(2, 118); math.Abs(p-0.025) > 1e-9 {
		t.Errorf("2 new networks in 118 days: chance %.4f, want 0.0250", p)
	}
	if p := chanceOfNew(0, 0); p != 0.5 {
		t.Errorf("without history: %v", p)
	}
}

// days are session-days of one user with one value each.
func days(value uint64, list ...int32) []sessionDay {
	var out []sessionDay
	for _, d := range list {
		out = append(out, sessionDay{user: 1, day: d, session: value, value: value})
	}
	return out
}

func every(from, to, step int32) []int32 {
	var list []int32
	for d := from; d < to; d += step {
		list = append(list, d)
	}
	return list
}

func TestWhatIsUsual(t *testing.T) {
	for _, test := range []struct {
		name  string
		days  []int32
		usual bool
	}{
		{"every third day from the start", every(1, 60, 3), true},
		{"three days over the span", []int32{2, 25, 50}, true},
		{"a visit of two weeks", every(20, 34, 1), false},
		{"one day", []int32{5}, false},
		{"begins after much history without it", every(30, 60, 3), false},
	} {
		seen := append(days(7, every(0, 60, 1)...), days(9, test.days...)...)
		slices.SortStableFunc(seen, func(a, b sessionDay) int { return int(a.day - b.day) })
		if got := newRoutines(seen, historyDays).usual(1, 9); got != test.usual {
			t.Errorf("%s: usual %v, want %v", test.name, got, test.usual)
		}
		if r := newRoutines(seen, historyDays); !r.usual(1, 7) || r.usual(2, 7) {
			t.Errorf("%s: what was there every day is not the user's own habit", test.name)
		}
	}
}

func TestEstate(t *testing.T) {
	var seen []sessionDay
	for _, d := range every(0, 12, 1) {
		for user := uint32(1); user <= 4; user++ {
			seen = append(seen, sessionDay{user: user, day: d, session: 5, value: 5})
		}
	}
	r := newRoutines(seen, historyDays)
	others := r.others(5, 1)
	if others.users != 3 || !others.shared() || others.usual != 3 {
		t.Errorf("others %+v", others)
	}
	if n := r.elsewhere(5, 1); n != 0 {
		t.Errorf("%d days of others without a value they always have", n)
	}
	if n := r.standings[5].newAround(0, 7); n != 4 {
		t.Errorf("%d users to whom it was new", n)
	}
}

func TestAgentFamily(t *testing.T) {
	const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s Safari/537.36"
	a, b := agentFamily(strings.Replace(chrome, "%s", "67.0.3419.97", 1)), agentFamily(strings.Replace(chrome, "%s", "68.0.1", 1))
	if a != b || !strings.Contains(a, "Chrome") || strings.ContainsAny(a, "/()") {
		t.Errorf("families %q and %q", a, b)
	}
	if f := agentFamily("axios/1.7.2"); f != "axios" {
		t.Errorf("axios is %q", f)
	}
	if f := agentFamily(strings.Repeat("a", 10*maxAgent)); len(f) > maxAgent {
		t.Errorf("a family of %d bytes", len(f))
	}
}

func TestClientLabel(t *testing.T) {
	for raw, want := range map[string]string{
		"Client=OWA;Action=ViaProxy":               "Client=OWA",
		"Client=POP3/IMAP4;Protocol=IMAP4;User=a":  "Client=POP3/IMAP4;Protocol=IMAP4",
		"Client=POP3/IMAP4":                        "Client=POP3/IMAP4",
		"IMAP4":                                    "IMAP4",
		"Client=MSExchangeRPC;Client=Outlook;more": "Client=MSExchangeRPC",
	} {
		if got := clientLabel(raw); got != want {
			t.Errorf("label of %q is %q, want %q", raw, got, want)
		}
	}
}

// Whose acts are whose: each case is a week of the owner's logons, and then
// acts of which those marked must be attributed with that basis.
func TestAttribution(t *testing.T) {
	const owner = `
file activities willem.csv mailbox=willem@example.com
default client=Outlook client_raw=Outlook
2018-05-01T08:00:00Z x30/workday ServerLogon ip=217.33.44.231 outcome=success
default client=Web client_raw=Web
2018-05-02T08:00:00Z ServerLogon ip=217.33.44.231 outcome=success user_agent="Chrome/67"
`
	const intruder = `2018-06-06T14:00:00Z ServerLogon ip=154.160.1.117 outcome=success session=s9 user_agent="Firefox/60"
`
	for _, test := range []struct{ name, events, want string }{
		{"by client session id", intruder + "2018-06-06T14:05:00Z Move session=s9", "same client session id as the Web logon at 2018-06-06 14:00"},
		{"by pseudo-session", intruder + "2018-06-06T14:05:00Z Move session=s10", "pseudo-session of the Web logon at 2018-06-06 14:00 (inferred)"},
		{"across a pause", intruder + "2018-06-06T18:05:00Z Move session=s10", "pseudo-session of the Web logon at 2018-06-06 14:00 (inferred)"},
		{"by pseudo-session, after a start without an address", intruder + "2018-06-06T14:00:02Z Logon session=s9\n2018-06-06T14:05:00Z Move session=s10", "pseudo-session of the Web logon at 2018-06-06 14:00 (inferred)"},
		{"too long after", intruder + "2018-06-08T14:05:00Z Move session=s10", ""},
		{"of another client", intruder + "2018-06-06T14:05:00Z Move session=s10 client=Outlook client_raw=Outlook", ""},
		{"between the owner's and the intruder's logon", "2018-06-06T13:30:00Z ServerLogon ip=217.33.44.231 outcome=success user_agent=Chrome/67\n" + intruder + "2018-06-06T14:05:00Z Move session=s10", ""},
		{"after the owner's own logon", "2018-06-06T13:00:00Z ServerLogon ip=217.33.44.231 outcome=success session=s8 user_agent=Chrome/67\n2018-06-06T13:05:00Z Move session=s8\n" + intruder, ""},
		{"by the service", intruder + "2018-06-06T14:05:00Z Move session=s9 flags=service", ""},
		{"by address", intruder + "file auditlog ual.csv\n2018-06-06T20:00:00Z Move user=willem@example.com ip=154.160.1.117", "same address and user"},
		{"by address, another user", intruder + "file auditlog ual.csv\n2018-06-06T20:00:00Z Move user=yan@example.com ip=154.160.1.117", ""},
		{"by address, days later", intruder + "file auditlog ual.csv\n2018-06-09T20:00:00Z Move user=willem@example.com ip=154.160.1.117", ""},
	} {
		var got string
		probe := &analysis.Analyzer{
			Name: "probe", Title: "Probe", Version: 1, Needs: analysis.Accusers,
			Doc: analysis.Doc{Question: "?", Method: ".", Limits: ".", Innocent: "."},
			Run: func(p *analysis.Pass) (*analysis.Finding, error) {
				for row := range p.Timeline.Len() {
					if p.Timeline.Text(timeline.ColOperation, row) == "Move" {
						_, got = actors(p).at(row)
					}
				}
				return &analysis.Finding{}, nil
			},
		}
		suite := []*analysis.Analyzer{foreignLogon, hostingLogon, passwordAttack, probe}
		analysistest.Find(t, suite, "probe", "-- events --"+owner+test.events+"\n")
		if got != test.want {
			t.Errorf("%s: basis %q, want %q", test.name, got, test.want)
		}
	}
}
