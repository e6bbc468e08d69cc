package entra_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// A first record longer than the head of the file is recognised by its
// category.
func TestLongFirstRecord(t *testing.T) {
	policies := strings.Repeat(`{"displayName":"Require a second factor","result":"notApplied"},`, rows.HeadSize/40)
	record := `{"time":"2026-05-04T08:00:11Z","category":"NonInteractiveUserSignInLogs","properties":{"id":"a1","appliedConditionalAccessPolicies":[` +
		strings.TrimSuffix(policies, ",") + `],"userPrincipalName":"ann@example.com","status":{"errorCode":0}}}` + "\n"
	tl, f := read(t, "PT1H.json", []byte(record+strings.ReplaceAll(record, `"a1"`, `"a2"`)))
	if f.Layout != "diagnostic settings" || f.Events != 2 {
		t.Fatalf("%d events of layout %q: %s", f.Events, f.Layout, f.Reason)
	}
	if user := tl.Text(timeline.ColUser, 0); user != "ann@example.com" || tl.Outcome(0) != timeline.Success {
		t.Errorf("user %q, outcome %s", user, tl.Outcome(0))
	}
}

// An export that ends exactly where a portal cuts it off says so.
func TestCap(t *testing.T) {
	for _, c := range []struct {
		rows int
		want bool
	}{{9_999, false}, {10_000, true}} {
		var b bytes.Buffer
		b.WriteString("TimeGenerated [UTC],Id,ResultType,AppId,IPAddress,UserPrincipalName\n")
		for i := range c.rows {
			fmt.Fprintf(&b, "\"5/14/2026, 9:19:25 AM\",id-%d,0,f1,192.0.2.10,ann@example.com\n", i)
		}
		_, f := read(t, "SigninLogs.csv", b.Bytes())
		noted := len(f.Notes) == 1 && f.Notes[0].Kind == "cut"
		if f.Events != c.rows || noted != c.want {
			t.Errorf("%d events of %d, notes %v", f.Events, c.rows, f.Notes)
		}
	}
}

// Each layout writes how a sign-in was made, and its risk, in its own way.
func TestCircumstances(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{
			"Graph", "signins.json", `[{"id":"1","createdDateTime":"2026-05-04T08:00:11Z","userPrincipalName":"ann@example.com","appId":"f1","ipAddress":"192.0.2.10","authenticationProtocol":"deviceCode","originalTransferMethod":"none","riskLevelDuringSignIn":"high","riskLevelAggregated":"low","riskState":"atRisk","riskEventTypes":[],"riskEventTypes_v2":["anomalousToken","unfamiliarFeatures"],"status":{"errorCode":0}}]`,
			"protocol=deviceCode&risk_level=high&risk_state=atRisk&risk_types=anomalousToken%2C+unfamiliarFeatures",
		},
		{
			"PowerShell", "signins.json", `[{"Id":"1","CreatedDateTime":"2026-05-04T08:00:11Z","UserPrincipalName":"ann@example.com","AppId":"f1","IpAddress":"192.0.2.10","AuthenticationProtocol":"ropc","RiskLevelDuringSignIn":"none","RiskLevelAggregated":"medium","RiskState":"none","Status":{"ErrorCode":0}}]`,
			"protocol=ropc&risk_level=medium",
		},
		{
			"diagnostic settings", "PT1H.json", `{"time":"2026-05-04T08:00:11Z","category":"SignInLogs","properties":{"id":"1","userPrincipalName":"ann@example.com","originalTransferMethod":"deviceCodeFlow","riskLevelDuringSignIn":"hidden","status":{"errorCode":0}}}`,
			"transfer=deviceCodeFlow",
		},
		{
			"Sentinel JSON", "SigninLogs.json", `[{"TimeGenerated":"2026-05-04T08:00:11Z","Id":"1","ResultType":"0","AppId":"f1","IPAddress":"192.0.2.10","UserPrincipalName":"ann@example.com","AuthenticationProtocol":"deviceCode","RiskEventTypes":"[\"leakedCredentials\"]","RiskState":"confirmedCompromised"}]`,
			"protocol=deviceCode&risk_state=confirmedCompromised&risk_types=leakedCredentials",
		},
		{
			"Sentinel CSV", "SigninLogs.csv", "TimeGenerated [UTC],Id,ResultType,AppId,IPAddress,UserPrincipalName,AuthenticationProtocol,OriginalTransferMethod,RiskLevelDuringSignIn\n\"5/14/2026, 9:19:25 AM\",1,0,f1,192.0.2.10,ann@example.com,none,deviceCodeFlow,low\n",
			"risk_level=low&transfer=deviceCodeFlow",
		},
		{
			"portal", "InteractiveSignIns.csv", "Date (UTC),Request ID,Username,Authentication Protocol,Original transfer method,Application,IP address,Status\n2026-05-04T08:00:11Z,1,ann@example.com,Device code,None,Teams,192.0.2.10,Success\n",
			"protocol=Device+code",
		},
		{
			"Defender", "AADSignInEventsBeta.csv", "Timestamp,Application,ApplicationId,ErrorCode,AccountUpn,IPAddress,RequestId,RiskLevelDuringSignIn,RiskLevelAggregated,RiskState\n2026-05-04T08:00:11Z,Teams,f1,0,ann@example.com,192.0.2.10,1,0,100,4\n",
			"risk_level=high&risk_state=atRisk",
		},
		{
			"Defender without risk", "AADSignInEventsBeta.csv", "Timestamp,Application,ApplicationId,ErrorCode,AccountUpn,IPAddress,RequestId,RiskLevelAggregated,RiskState\n2026-05-04T08:00:11Z,Teams,f1,0,ann@example.com,192.0.2.10,1,1,0\n",
			"",
		},
		{
			"nothing stated", "signins.json", `[{"id":"1","createdDateTime":"2026-05-04T08:00:11Z","userPrincipalName":"authenticationProtocol ropc","appId":"f1","ipAddress":"192.0.2.10","authenticationProtocol":"none","status":{"errorCode":0}}]`,
			"",
		},
	} {
		tl, f := read(t, c.file, []byte(c.text))
		if f.Events != 1 {
			t.Errorf("%s: %d events of layout %q: %s", c.name, f.Events, f.Layout, f.Reason)
			continue
		}
		if got := tl.Text(timeline.ColSignIn, 0); got != c.want || tl.Has(0, timeline.KeyCase) {
			t.Errorf("%s: %q, want %q; flags %v", c.name, got, c.want, tl.Flags(0).Names())
		}
	}
}
