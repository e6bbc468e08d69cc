package report

import (
	"slices"
	"testing"
	"time"
)

// What is needed is named shortly: the sheet To ask for has accounts and days.
func TestNeedsAreToldShortly(t *testing.T) {
	day := time.Date(2018, 5, 12, 0, 0, 0, 0, time.UTC)
	asked := []Request{
		{Account: "anna@harbour.example", Name: "unified audit log", From: day, To: day.AddDate(0, 0, 5)},
		{Account: "ben@harbour.example", Name: "unified audit log", From: day, To: day},
		{Account: "ben@harbour.example", Name: "sign-in log", From: day, To: day},
	}
	got := shortNeeds([]string{
		"the text of the message “Hello”",
		"unified audit log of anna@harbour.example, 2018-05-12 to 2018-05-17", "unified audit log of ben@harbour.example, 2018-05-12", "sign-in log of ben@harbour.example, 2018-05-12",
		"a snapshot taken now: inbox rule", "a snapshot taken now: mailbox",
		"mass-download could not look: no record of files", "copilot-use was not run", "share-burst could not look: no record of files", "graph-access could not look: no request",
	}, exportsNeeded(asked))
	want := []string{
		"exports: sign-in log, unified audit log", "snapshots taken now: inbox rule, mailbox", "the text of the message “Hello”",
		"mass-download, share-burst could not look: no record of files", "copilot-use was not run", "graph-access could not look: no request",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
