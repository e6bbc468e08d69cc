package actor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
)

// exposuresOf are the exposures of a case in short, one a line.
func exposuresOf(t *testing.T, events string) (lines []string, boxes []actor.ExposedMailbox, total *actor.ExposureTotal) {
	t.Helper()
	probe(t, []analysis.Need{actor.Exposures, actor.ExposedMailboxes, actor.ExposureTotals}, events, func(p *analysis.Pass) {
		for _, e := range actor.Exposures.Of(p).All {
			lines = append(lines, fmt.Sprintf("%s %s %s-%s", e.Message, e.Certainty, cite.Stamp(e.First), cite.Stamp(e.Last)))
		}
		boxes = actor.ExposedMailboxes.Of(p)
		total = actor.ExposureTotals.Of(p)
	})
	return lines, boxes, total
}

// mailLog is an audit log of the mailbox, after the history and the actor's logon.
const mailLog = visit + "file auditlog ual.csv\ndefault user=willem@example.com mailbox=willem@example.com outcome=success ip=" + strange + " session=w1\n"

// sends makes the actor one worth a review, without a word of what was read.
const sends = "2018-05-15T14:05:00Z Send item_id=S1 subject=\"New bank details\"\n2018-05-15T14:06:00Z SoftDelete item_id=S1\n"

func expect(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A record of mail access tells of the two minutes before it. One message is one
// row, whatever the case and brackets of its id and whichever records name it;
// what failed, what only marks a message and what the owner opened does not
// count.
func TestMessagesAreProvedByRecordsThatNameThem(t *testing.T) {
	got, boxes, total := exposuresOf(t, mailLog+`2018-05-15T13:55:00Z MailItemsAccessed flags=bind message=<A@x.example>,RgAA1,\Inbox message=<b@x.example>,RgAA2,\Inbox details="{\"OperationCount\":5}"
2018-05-15T14:10:00Z MailItemsAccessed flags=bind message=a@x.example
2018-05-15T14:20:00Z AttachmentAccess item_id=RgAA2
2018-05-15T14:21:00Z MailItemsAccessed flags=bind outcome=failure message=<failed@x.example>
2018-05-15T14:22:00Z MailItemsAccessed flags=bind ip=81.2.69.160 session=own message=<owner@x.example>
2018-05-15T14:23:00Z HardDelete message=<b@x.example>,RgAA2,\Inbox,"New bank details"
file activities willem2.csv mailbox=willem@example.com
default client=Web client_raw=Web session=w1
2018-05-15T14:25:00Z ReadingPaneDisplayStart item_id=AAMk1
2018-05-15T14:25:10Z ReadingPaneDisplayEnd item_id=AAMk1
2018-05-15T14:26:00Z MarkAsRead item_id=AAMk2
file messagetrace trace.csv
2018-05-14T08:00:00Z MessageTrace outcome=success message_id=<a@x.example> sender=ann@x.example recipients=willem@example.com subject=Invoice
2018-05-14T08:00:00Z MessageTrace outcome=success message_id=<a@x.example> sender=ann@x.example recipients=eva@example.com subject=Invoice
`)
	expect(t, "exposures", got, []string{
		"<A@x.example> proved 2018-05-15T13:53:00Z-2018-05-15T14:10:00Z",
		"<b@x.example> proved 2018-05-15T13:53:00Z-2018-05-15T14:20:00Z",
		"AAMk1 proved 2018-05-15T14:25:00Z-2018-05-15T14:25:10Z",
	})
	if len(boxes) != 1 || boxes[0].Verdict != actor.Listed || boxes[0].Proved != 3 || boxes[0].PresumedKnown || !strings.Contains(boxes[0].Text, "3 accesses are counted without naming the message") {
		t.Errorf("mailboxes %+v", boxes)
	}
	if total.Proved != 3 || total.Presumed != 0 || len(total.SenderDomains) != 1 || total.SenderDomains[0] != (actor.MessageCount{Value: "x.example", Proved: 1}) || len(total.RecipientDomains) != 1 {
		t.Errorf("totals %+v", total)
	}
}

// What other records tell of a message is joined by its id, and each is named.
func TestJoinsAreNamed(t *testing.T) {
	var got []string
	probe(t, []analysis.Need{actor.Exposures}, mailLog+`2018-05-15T13:55:00Z MailItemsAccessed flags=bind message=<a@x.example>,RgAA1,\Inbox message=<b@x.example>,RgAA2,\Inbox message=<c@x.example>,RgAA3,\Inbox
2018-05-15T14:23:00Z SoftDelete message=<b@x.example>,RgAA2,\Inbox,"New bank details" message=<d@x.example>,RgAA4,\Inbox,Other
file messagetrace trace.csv
2018-05-14T08:00:00Z MessageTrace outcome=success message_id=<a@x.example> sender=ann@x.example recipients=willem@example.com subject=Invoice
2018-05-14T08:00:00Z MessageTrace outcome=success message_id=<a@x.example> sender=ann@x.example recipients=eva@example.com subject=Invoice
file message Items.csv layout="eDiscovery item list"
context message key=c@x.example message_id=<c@x.example> subject=Contract sender=bob@y.example attachments=contract.pdf
`, func(p *analysis.Pass) {
		for _, e := range actor.Exposures.Of(p).All {
			got = append(got, fmt.Sprintf("%s; %s; %s; %s; %s | %s", e.Message, e.Subject, e.Sender, strings.Join(e.Recipients, ","), strings.Join(e.Attachments, ","), e.JoinedFrom))
		}
	})
	expect(t, "joined", got, []string{
		"<a@x.example>; Invoice; ann@x.example; eva@example.com,willem@example.com;  | MessageTrace: subject, sender, recipients",
		"<b@x.example>; New bank details; ; ;  | AffectedItems of SoftDelete: subject",
		"<c@x.example>; Contract; bob@y.example; ; contract.pdf | eDiscovery item list: subject, sender, attachments",
	})
}

// A request that reads a message names its item. The record of mail access of
// the same session tells of it too, within minutes; alone, it is one message.
func TestRequestsAreToldTwice(t *testing.T) {
	got, boxes, _ := exposuresOf(t, mailLog+`2018-05-15T13:56:00Z MailItemsAccessed flags=bind message=<a@x.example>,RgAA1,\Inbox message=<b@x.example>,RgAA2,\Inbox
file graphactivity graph.json
default user=willem@example.com mailbox=willem@example.com outcome=success ip=`+strange+` session=w1
2018-05-15T13:55:00Z "Microsoft Graph Activity" request="GET /v1.0/me/messages?$search=iban" query=iban bytes=900
2018-05-15T13:55:10Z "Microsoft Graph Activity" request="GET /v1.0/me/messages/AAMk1" item_id=AAMk1 bytes=100
2018-05-15T13:55:20Z "Microsoft Graph Activity" request="GET /v1.0/me/messages/AAMk1/attachments" item_id=AAMk1 bytes=100
2018-05-15T13:55:30Z "Microsoft Graph Activity" request="GET /v1.0/me/messages/AAMk2" item_id=AAMk2 bytes=100
2018-05-15T13:55:40Z "Microsoft Graph Activity" request="PATCH /v1.0/me/messages/AAMk3" item_id=AAMk3
2018-05-15T14:30:00Z "Microsoft Graph Activity" request="GET /v1.0/me/messages/AAMk4" item_id=AAMk4 bytes=100
`)
	expect(t, "exposures", got, []string{
		"<a@x.example> proved 2018-05-15T13:54:00Z-2018-05-15T13:56:00Z",
		"<b@x.example> proved 2018-05-15T13:54:00Z-2018-05-15T13:56:00Z",
		"AAMk4 proved 2018-05-15T14:30:00Z-2018-05-15T14:30:00Z",
	})
	if len(boxes) != 1 || !strings.Contains(boxes[0].Text, "3 requests to Graph read messages") || !strings.Contains(boxes[0].Text, "1 search or list showed") {
		t.Errorf("mailboxes %+v", boxes)
	}
}

// A client that copies the mailbox took what lay there by then: not what came
// later, nor what was refused.
func TestCopiesArePresumed(t *testing.T) {
	events := visit + `file activities willem2.csv mailbox=willem@example.com
2018-05-10T08:00:00Z MessageDelivered message_id=<old@x.example> item_id=1 sender=ann@x.example attachments=ByValue;pdf
2018-05-15T13:56:00Z ServerLogon outcome=success client=IMAP4 client_raw=IMAP4 ip=` + strange + `
2018-05-16T08:00:00Z MessageDelivered message_id=<late@x.example> item_id=2
file messagetrace trace.csv
2018-05-10T08:00:00Z MessageTrace outcome=success message_id=<OLD@x.example> sender=ann@x.example recipients=willem@example.com
2018-05-11T08:00:00Z MessageTrace outcome=success message_id=<sent@example.com> sender=willem@example.com recipients=ann@x.example
2018-05-11T08:00:00Z MessageTrace outcome=failure message_id=<refused@x.example> sender=ann@x.example recipients=willem@example.com
2018-05-11T08:00:00Z MessageTrace outcome=success message_id=<other@x.example> sender=ann@x.example recipients=eva@example.com
`
	got, boxes, total := exposuresOf(t, events)
	expect(t, "exposures", got, []string{
		"<old@x.example> presumed 2018-05-15T13:56:00Z-2018-05-15T13:56:00Z",
		"<sent@example.com> presumed 2018-05-15T13:56:00Z-2018-05-15T13:56:00Z",
	})
	if len(boxes) != 1 || boxes[0].Verdict != actor.AllPresumed || boxes[0].Presumed != 2 || boxes[0].PresumedKnown || !strings.Contains(boxes[0].Text, "unknown count") {
		t.Errorf("mailboxes %+v", boxes)
	}
	if total.Known || len(total.AttachmentTypes) != 1 || total.AttachmentTypes[0] != (actor.MessageCount{Value: "pdf", Presumed: 1}) {
		t.Errorf("totals %+v", total)
	}
	_, boxes, _ = exposuresOf(t, events+`file context folders.csv
context "folder statistics" key=/Inbox owner=willem@example.com FolderPath=/Inbox ItemsInFolder=30
context "folder statistics" key=/Archive owner=willem@example.com FolderPath=/Archive ItemsInFolder=12
`)
	if len(boxes) != 1 || boxes[0].Presumed != 42 || !boxes[0].PresumedKnown {
		t.Errorf("with statistics %+v", boxes)
	}
}

// A folder that was synchronised exposes what records place in it: the inbox,
// in whatever language, what arrived.
func TestSynchronisedFolders(t *testing.T) {
	for _, c := range []struct {
		folder  string
		verdict actor.Verdict
		want    []string
	}{
		{`\Projects`, actor.Listed, []string{"<moved@x.example>"}},
		{`\Posteingang`, actor.AllPresumed, []string{"<came@x.example>"}},
		{`\`, actor.AllPresumed, []string{"<came@x.example>", "<moved@x.example>"}},
	} {
		got, boxes, _ := exposuresOf(t, mailLog+`2018-05-15T13:56:00Z MailItemsAccessed flags=sync folder=`+c.folder+` client=Outlook client_raw=Client=MSExchangeRPC
default user=willem@example.com mailbox=willem@example.com outcome=success ip=81.2.69.160 session=own
2018-05-13T13:56:00Z Move message_id=<moved@x.example> folder=\Inbox target_folder=\Projects
2018-05-14T13:56:00Z MailItemsAccessed flags=sync folder=\Sent client=Outlook client_raw=Client=MSExchangeRPC
file messagetrace trace.csv
2018-05-10T08:00:00Z MessageTrace outcome=success message_id=<came@x.example> sender=ann@x.example recipients=willem@example.com
`)
		for i := range got {
			got[i], _, _ = strings.Cut(got[i], " ")
		}
		slices.Sort(got)
		expect(t, c.folder, got, c.want)
		if len(boxes) != 1 || boxes[0].Verdict != c.verdict {
			t.Errorf("%s: mailboxes %+v", c.folder, boxes)
		}
	}
}

// While the log is throttled, nothing can be told of whoever was active in the
// mailbox; of a mailbox in which no actor was then, nothing is presumed.
func TestThrottledLogsAreBlind(t *testing.T) {
	got, boxes, _ := exposuresOf(t, mailLog+sends+`2018-05-15T10:00:00Z MailItemsAccessed flags=bind,throttled ip=81.2.69.160 session=own message=<o@x.example>
2018-05-15T12:00:00Z MailItemsAccessed flags=bind,throttled ip=81.2.69.160 session=own message=<o@x.example>
2018-05-25T12:00:00Z MailItemsAccessed flags=bind,throttled ip=81.2.69.160 session=own message=<o@x.example>
`)
	expect(t, "exposures", got, []string{" blind 2018-05-15T10:00:00Z-2018-05-16T12:00:00Z"})
	if len(boxes) != 1 || boxes[0].Verdict != actor.AllPresumed || cite.Stamp(boxes[0].BlindTo) != "2018-05-16T12:00:00Z" {
		t.Errorf("mailboxes %+v", boxes)
	}
}

// A mailbox of which no record tells is never one that was not accessed.
func TestNoRecordIsNoAbsence(t *testing.T) {
	got, boxes, _ := exposuresOf(t, mailLog+sends)
	if len(got) != 0 || len(boxes) != 1 || boxes[0].Verdict != actor.NoRecord || !strings.Contains(boxes[0].Text, "holds no MailItemsAccessed record") {
		t.Errorf("exposures %q, mailboxes %+v", got, boxes)
	}
	_, boxes, _ = exposuresOf(t, mailLog+sends+"2018-05-15T10:00:00Z MailItemsAccessed flags=bind ip=81.2.69.160 session=own message=<o@x.example>\n")
	if len(boxes) != 1 || !strings.Contains(boxes[0].Text, "holds 1 record of MailItemsAccessed for the mailbox, but none from the time of the actor") {
		t.Errorf("mailboxes %+v", boxes)
	}
}

// Without an actor worth a review nothing is exposed, whatever the owner's own
// clients copy.
func TestTheOwnersCopiesExposeNothing(t *testing.T) {
	got, boxes, total := exposuresOf(t, `
file auditlog ual.csv
default user=willem@example.com mailbox=willem@example.com outcome=success ip=81.2.69.160 session=own
2018-05-14T13:56:00Z MailItemsAccessed flags=sync folder=\Inbox client=Outlook client_raw=Client=MSExchangeRPC
2018-05-14T13:58:00Z MailItemsAccessed flags=bind,throttled message=<o@x.example>
2018-05-14T13:59:00Z UserLoggedIn client=IMAP4 client_raw=IMAP4
`)
	if len(got) != 0 || len(boxes) != 0 || total.Proved+total.Presumed != 0 {
		t.Errorf("exposures %q, mailboxes %+v, totals %+v", got, boxes, total)
	}
}
