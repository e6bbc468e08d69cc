package logon

import (
	"fmt"
	"slices"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/analysistest"
)

// Ben works from London. Of what does not agree with that each logon is in a
// visit of its kind: from Ghana; from North Korea, during a declared stay;
// by a new client from another network of London; through a chain that claims
// London; from home, in Israel by the log; and from a data centre.
func TestVisits(t *testing.T) {
	const events = `-- settings --
mailboxes:
  ben@example.com: {travel: [{country: KP, from: 2021-04-05, to: 2021-04-09}]}
-- events --
file signin signins.csv
default user=ben@example.com client=Outlook outcome=success
2021-03-01T08:00:00Z x25/workday Sign-in ip=81.2.69.160 log_country=GB
2021-04-05T08:00:00Z Sign-in ip=154.160.1.117 client=Web
2021-04-06T08:00:00Z Sign-in ip=175.45.176.99 client=Web
2021-04-07T08:00:00Z Sign-in ip=89.238.130.42 client=IMAP4
2021-04-08T08:00:00Z Sign-in ip="81.2.69.161, 154.160.1.117"
2021-04-09T08:00:00Z Sign-in ip=81.2.69.160 log_country=IL
2021-04-10T08:00:00Z Sign-in ip=5.9.21.145 client=Web
2021-04-11T08:00:00Z Sign-in ip=175.45.176.99 client=Web outcome=failure
`
	var got []string
	probe := &analysis.Analyzer{
		Name: "probe", Title: "Probe", Version: 1, Key: []string{analysis.KeyUser},
		Doc:   analysis.Doc{Question: "?", Method: ".", Limits: ".", Innocent: "."},
		Needs: []analysis.Need{Agents, Profiles}, Thresholds: VisitThresholds,
		Run: func(p *analysis.Pass) (*analysis.Finding, error) {
			pr := Profiles.Of(p)
			for _, u := range pr.ByUser {
				q := NewUser(p, pr, u)
				for _, v := range slices.Concat(q.ForeignVisits(), q.HiddenVisits()) {
					got = append(got, fmt.Sprintf("%d %s %v %v", v.Kind, v.kind(), v.countries(), v.Named))
				}
			}
			return &analysis.Finding{}, nil
		},
	}
	analysistest.Find(t, []*analysis.Analyzer{probe}, "probe", events)
	want := []string{
		fmt.Sprint(DeclaredTravel, " new country [KP] []"),
		fmt.Sprint(NewCountry, " new country [GH] []"),
		fmt.Sprint(NewCountry, " new country [DE] []"),
		fmt.Sprint(NewNetwork, " new network [GB] []"),
		fmt.Sprint(ForwardedAddress, " forwarded address [GB] [GH]"),
		fmt.Sprint(LogLocation, " log's location [GB] [IL]"),
		fmt.Sprint(Hidden, " hosting [DE] []"),
	}
	if !slices.Equal(got, want) {
		t.Errorf("visits\n%q, want\n%q", got, want)
	}
}
