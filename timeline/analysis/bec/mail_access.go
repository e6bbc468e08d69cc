package bec

import (
	"fmt"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

var mailAccess = &analysis.Analyzer{
	Name:  "mail-access",
	Title: "Mail access",
	Doc:   explain("mail-access"),
	Columns: []analysis.Column{
		{Name: "Certainty", Doc: "proved (named messages), none (a failed attempt), presumed (a folder copied), blind (throttled), unstated", Kind: analysis.Text},
		{Name: "Records", Doc: "number of records of the row", Kind: analysis.Count},
		{Name: "Messages", Doc: "distinct messages that the records name", Kind: analysis.Count},
		{Name: "Folders", Doc: "folders that the records name", Kind: analysis.List},
		{Name: "Client", Doc: "client of the records", Kind: analysis.Text},
		{Name: "Subjects", Doc: "subjects of the messages, where the evidence holds them", Kind: analysis.Text, Wrap: true},
		{Name: "Actor", Doc: "why the access is suspicious, and how it was attributed", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyMailbox, "Certainty", analysis.KeySession, "Client"},
	Needs:      []analysis.Need{analysis.Signs, actor.Actors},
	Version:    2,
	Techniques: []string{"T1114.002"},
	References: []string{"Microsoft Learn, Use MailItemsAccessed to investigate compromised accounts", "elastic/detection-rules 7fc95782"},
	Acts:       runMailAccess,
}

func runMailAccess(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	rows := mail.AccessRows(t)
	if len(rows) == 0 {
		return nil, analysis.Skip("no MailItemsAccessed record: the licence, the audit settings or the export may lack them, so nothing can be said of which messages were accessed")
	}
	a := &actor.Accesses{P: p, Acts: actor.Actors.Of(p), ByContext: map[actor.AccessContext]*actor.Access{}, Numbers: map[mail.MessageID]uint32{}}
	a.Gather(rows)
	f := &analysis.Finding{Rows: append(a.Findings(), a.BlindRows()...)}
	cite.ByTime(f.Rows)
	outside := 0
	for _, is := range a.Outside {
		if is {
			outside++
		}
	}
	f.Summary = fmt.Sprintf("%s of mail access: %d bind, %d sync, %d throttled. %d distinct messages, %d of them outside service traffic.",
		cite.Counted(len(rows), "record"), a.Bind, a.Sync, len(a.Throttled), len(a.Numbers), outside)
	if a.Unread > 0 {
		f.Notes = append(f.Notes, cite.Counted(a.Unread, "record")+" could not be read again for their messages.")
	}
	f.Notes = append(f.Notes, actor.AttributionNotes(p)...)
	return f, nil
}
