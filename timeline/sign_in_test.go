package timeline

import "testing"

func TestSignInText(t *testing.T) {
	for _, s := range []SignIn{
		{},
		{Protocol: "deviceCode"},
		{Protocol: "a=b&c", Transfer: "é ; +", Request: "Cmsi:Cmsi", RiskLevel: "high", RiskState: "atRisk", RiskTypes: "one, two"},
	} {
		if got := ParseSignIn(s.Text()); got != s {
			t.Errorf("%+v became %q and %+v", s, s.Text(), got)
		}
	}
}
