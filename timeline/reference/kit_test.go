package reference

import "testing"

func TestKitTestsReadSigns(t *testing.T) {
	tests, err := parseTests("app_id=a|B; user_agent!^Dsreg|Dalvik; device_trust~not managed; device=")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		test int
		text string
		met  bool
	}{
		{0, "b", true},
		{0, "ab", false},
		{1, "dsreg/10", false},
		{1, "python", true},
		{2, "joined; Not Managed; not compliant", true},
		{3, "", true},
		{3, "PC", false},
	} {
		if met := tests[c.test].Met(c.text); met != c.met {
			t.Errorf("test %d of %q: %v", c.test, c.text, met)
		}
	}
	for _, bad := range []string{"", "app_id", "=a", "app_id!a"} {
		if _, err := parseTests(bad); err == nil {
			t.Errorf("%q is taken for a test", bad)
		}
	}
	for _, bad := range []string{"same", "near session"} {
		if _, err := parseRelations(bad); err == nil {
			t.Errorf("%q is taken for a relation", bad)
		}
	}
}

// A line of an examiner's table is a trace without any other change.
func TestALineAddsAKit(t *testing.T) {
	set, err := Overlay(map[string][]byte{KitTraces + ".csv": []byte("trace,kit,step,by,tests,relation,minutes,severity,reason,source,as_of\n" +
		"Own/1,Ours,1,owner,operation=Sign-in,,,high,,seen here,2026-11\n" +
		"Own/2,Ours,2,kit,operation=Sign-in,same session; other provider,5,high,why,seen here,2026-11\n")})
	if err != nil {
		t.Fatal(err)
	}
	flows := set.KitTraces()
	if len(flows) != 1 || len(flows[0]) != 2 || !flows[0][0].Owner || flows[0][1].Minutes != 5 || len(flows[0][1].Relation) != 2 {
		t.Errorf("got %+v", flows)
	}
}

func TestLureHosts(t *testing.T) {
	if kind, _ := Default().LureHost("https://a.b.anydesk.com/x"); kind != "remote-help" {
		t.Errorf("a host below one of the table is %q", kind)
	}
	if kind, _ := Default().LureHost("https://example.com/anydesk.com"); kind != "" {
		t.Errorf("a path is taken for a host: %q", kind)
	}
}
