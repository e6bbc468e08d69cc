package signin_test

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
