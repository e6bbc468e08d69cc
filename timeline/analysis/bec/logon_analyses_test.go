package bec

import (
	"os"
	"path/filepath"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/analysistest"
)

func TestForeignLogon(t *testing.T) {
	analysistest.Run(t, Suite, "foreign-logon", "testdata/foreign-logon")
}

func TestHostingLogon(t *testing.T) {
	analysistest.Run(t, Suite, "hosting-logon", "testdata/hosting-logon")
}

func TestPasswordAttack(t *testing.T) {
	analysistest.Run(t, Suite, "password-attack", "testdata/password-attack")
}

func TestRareClient(t *testing.T) {
	analysistest.Run(t, Suite, "rare-client", "testdata/rare-client")
}

func TestMailboxSync(t *testing.T) {
	analysistest.Run(t, Suite, "mailbox-sync", "testdata/mailbox-sync")
}

func TestStacks(t *testing.T) { analysistest.Run(t, Suite, "stacks", "testdata/stacks") }

func TestCoverage(t *testing.T) { analysistest.Run(t, Suite, "coverage", "testdata/coverage") }

func TestSuiteIsComplete(t *testing.T) {
	if err := analysis.Validate(Suite); err != nil {
		t.Error(err)
	}
	for _, a := range Suite {
		if a.Doc.Confirm == "" || len(a.Columns) == 0 {
			t.Errorf("%s does not say what would settle it, or has no column", a.Name)
		}
		if cases, _ := filepath.Glob(filepath.Join("testdata", a.Name, "*.txtar")); len(cases) == 0 {
			t.Errorf("%s has no case", a.Name)
		}
	}
	folders, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		known := false
		for _, a := range Suite {
			known = known || a.Name == f.Name()
		}
		if !known {
			t.Errorf("testdata/%s is of no analysis", f.Name())
		}
	}
}
