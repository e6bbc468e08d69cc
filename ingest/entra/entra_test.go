package entra_test

import (
	"testing"

	"becforensics/ingest/entra"
	"becforensics/ingest/ingesttest"
)

func TestSignIns(t *testing.T) { ingesttest.Run(t, entra.SignIns, "testdata/signin-*.txtar") }

func TestAudits(t *testing.T) { ingesttest.Run(t, entra.Audits, "testdata/audit-*.txtar") }

func FuzzSignIns(f *testing.F) { ingesttest.Fuzz(f, entra.SignIns) }

func FuzzAudits(f *testing.F) { ingesttest.Fuzz(f, entra.Audits) }

func BenchmarkSignIns(b *testing.B) {
	ingesttest.Bench(b, entra.SignIns, "testdata/signin-*.txtar")
}

func BenchmarkAudits(b *testing.B) {
	ingesttest.Bench(b, entra.Audits, "testdata/audit-*.txtar")
}
