package report

import (
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

// Values stand in patterns whole: a quote or a backslash in one ends nothing.
func TestPatterns(t *testing.T) {
	for _, c := range [][3]string{
		{analysis.IndicatorIP, "192.0.2.1", `[ipv4-addr:value = '192.0.2.1']`},
		{analysis.IndicatorNetwork, "2001:db8::/64", `[ipv6-addr:value ISSUBSET '2001:db8::/64']`},
		{analysis.IndicatorASN, "AS64500", `[autonomous-system:number = 64500]`},
		{analysis.IndicatorAgent, `it's \ a tool`, `[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'it\'s \\ a tool']`},
		{analysis.IndicatorSession, "s-1", `[x-m365-session:value = 's-1']`},
	} {
		if got := stixPattern(c[0], c[1]); got != c[2] {
			t.Errorf("%s %s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestDefanged(t *testing.T) {
	for value, want := range map[string]string{"192.0.2.1": "192[.]0[.]2[.]1", "2001:db8::1": "2001[:]db8[:][:]1"} {
		if got := Defanged(&actor.Indicator{Type: analysis.IndicatorIP, Value: value}); got != want {
			t.Errorf("%s is shown as %s, want %s", value, got, want)
		}
	}
	if got := Defanged(&actor.Indicator{Type: analysis.IndicatorAgent, Value: "axios/1.7.9"}); got != "axios/1.7.9" {
		t.Errorf("a user agent is shown as %s", got)
	}
}
