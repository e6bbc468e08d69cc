package activities_test

import (
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/activities"
	"becforensics/ingest/ingesttest"
)

// What analyses have to know of this log, the file states.
func TestFactsOfTheFile(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		pages int
	}{
		"page.json": {`{"value":[{"TimeStamp":"2018-05-01T08:00:00Z","AppIdType":"Web","ActivityIdType":"ServerLogon"}]}`, 1000},
		"log.csv":   {"ClientId,ActivityId,TimeStamp,EntryId,CustomProperties\n00000001,1,2018-05-01T08:00:00Z,,\n", 0},
		"log.log":   {"#Fields: ActivityId,Timestamp,ClientId,MailboxGuid,CustomProperties\n1,2018-05-01T08:00:00Z,00000001,g,\n", 0},
	} {
		_, f := ingesttest.Read(t, activities.Source, name, []byte(c.text), &ingest.Options{})
		if f.Events != 1 {
			t.Errorf("%s: %d events of layout %q: %s", name, f.Events, f.Layout, f.Reason)
		}
		if f.PageSize != c.pages {
			t.Errorf("%s: pages of %d, want %d", name, f.PageSize, c.pages)
		}
		if !f.OwnerActs || !f.ClientSessions || !f.SparseAddresses || !f.CopiesUnrecorded || !f.AttachmentTypes || !f.FailuresArePasswords || f.Container {
			t.Errorf("%s: facts are %+v", name, *f.Source)
		}
	}
}
