package bec

import (
	"fmt"
	"time"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

var coverUp = &analysis.Analyzer{
	Name:  "cover-up",
	Title: "Cover-up",
	Doc: analysis.Doc{
		Question: "What was deleted, moved out of sight or marked unread again by a suspicious actor?",
		Method: "Deletions, moves and marks as unread in the sittings of a suspicious actor are reported; the records of one act on one message within 10 seconds (a deletion writes up to four) are one row that cites each. " +
			"High are: deleting or moving a message that the actor sent at most 15 minutes before; deleting one that he viewed; deleting or moving a bounce, a warning or a security notice; a hard deletion; a move to a folder of the hide list or of the examiner's; " +
			"marking unread within 60 minutes of viewing; removing or disabling an inbox rule. Other deletions are medium, each no more than the actor's logons allow; other moves and marks are low. A failed operation only informs. " +
			"Moves by the transport service to a folder of the hide list within 5 minutes of the delivery are consistent with an inbox rule at work: they are low if the mailbox has a suspicious actor, they began after he came and the folder is not the junk filter's, else they inform.",
		Limits: "Only acts that are attributed to a suspicious actor accuse. Deletions of clients that synchronise may be recorded later or not at all; the unified audit log records moves and deletions only where mailbox auditing covers them. " +
			"Messages that are purged leave no record of their own.",
		Innocent: "Tidy owners delete, move and mark as unread every day; the junk filter moves mail at delivery. Neither is accused.",
		Confirm:  "Recoverable Items, the message trace and the recipients' copies of what was deleted; the rules of the mailbox.",
	},
	Columns: []analysis.Column{
		{Name: "Act", Doc: "what was done, in words", Kind: analysis.Text},
		{Name: "Subject", Doc: "subject of the message", Kind: analysis.Text},
		{Name: "Sender", Doc: "sender of the message", Kind: analysis.Text},
		{Name: "From folder", Doc: "folder it was in", Kind: analysis.Text},
		{Name: "To folder", Doc: "folder it was moved to", Kind: analysis.Text},
		{Name: "Message ID", Doc: "internet message id, else the item id", Kind: analysis.Text},
		{Name: "Reasons", Doc: "why the act is consistent with covering up", Kind: analysis.Prose},
		{Name: "Operations", Doc: "the records' own words", Kind: analysis.Text},
		{Name: "Actor", Doc: "why the actor is suspicious, and how the act was attributed to it", Kind: analysis.Prose},
	},
	Needs:      analysis.Accusers,
	Version:    2,
	Techniques: []string{"T1070.008", "T1564.008"},
	References: []string{"CrowdStrike, Hiding in Plain Sight: Using the Office 365 Activities API (2018)", "elastic/detection-rules c9636a6e", "Azure-Sentinel f50a26d7"},
	Settings:   []string{"hide_folders", "thresholds"},
	Thresholds: []analysis.Threshold{
		{Name: "cover-up.after_sending_minutes", Value: actor.AfterSending.Minutes(), Doc: "minutes after sending within which deleting the message is high"},
		{Name: "cover-up.after_viewing_minutes", Value: actor.AfterViewing.Minutes(), Doc: "minutes after viewing within which marking unread is high"},
		{Name: "cover-up.after_delivery_minutes", Value: afterDelivery.Minutes(), Doc: "minutes after delivery within which a move may be a rule's"},
	},
	Run: runCoverUp,
}

// afterDelivery is how soon an inbox rule moves a message: at delivery, which
// transport may record a little later.
const afterDelivery = 5 * time.Minute

func runCoverUp(p *analysis.Pass) (*analysis.Finding, error) {
	hidden := mail.FoldersOf(p)
	deeds, records := actor.Removals(p)
	if records == 0 {
		return nil, analysis.Skip("no record of deleting, moving or marking as unread: the exports hold none, which does not mean that nothing was hidden")
	}
	f := &analysis.Finding{Notes: actor.AttributionNotes(p)}
	for _, d := range deeds {
		f.Rows = append(f.Rows, removalRow(d, p, hidden))
	}
	f.Summary = fmt.Sprintf("%s of deleting, moving, marking as unread and removing rules; %s of a suspicious actor", cite.Counted(records, "record"), cite.Counted(len(deeds), "act"))
	if ruled := ruleMoves(p, hidden); len(ruled) > 0 {
		f.Rows = append(f.Rows, ruled...)
		f.Summary += fmt.Sprintf("; %s to which the service moved mail right after its delivery", cite.Plural(len(ruled), "folder that hides mail", "folders that hide mail"))
	}
	f.Summary += "."
	cite.ByTime(f.Rows)
	return f, nil
}

func noticed(terms []reference.Term) string {
	var texts []string
	for _, term := range terms {
		texts = append(texts, term.Text)
	}
	return cite.List(texts)
}
