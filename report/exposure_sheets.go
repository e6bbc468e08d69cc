package report

import (
	"strings"
	"time"

	"becforensics/timeline/analysis/actor"
)

// mailboxesSheet has the verdict on each mailbox that an actor worth a review
// reached.
func mailboxesSheet(x *index) Sheet {
	s := Sheet{Name: mailboxesName, Title: "Mailboxes", Tab: "0072B2", Intro: []string{
		"What must be held of each mailbox that an actor worth a review reached. “no record” is not “not accessed”: it says that no record tells.",
	}}
	s.Columns = []Column{
		actorColumn,
		{Name: "Mailbox", Doc: "The mailbox."},
		{Name: "Verdict", Doc: "all presumed, listed, or no record."},
		{Name: "Proved", Doc: "Different messages of which a record proves the access."},
		{Name: "Presumed", Doc: "Different messages that must be presumed accessed; in words where the records do not tell all of them."},
		{Name: "Blind from (UTC)", Doc: "First time of what nothing can be told of.", Width: 17.5},
		{Name: "Blind to (UTC)", Doc: "Last time of it.", Width: 17.5},
		{Name: "What the records say", Doc: "In sentences.", Width: 90, Wrap: true},
		recordColumns[0],
	}
	var rows [][]Cell
	heaviest := func(m actor.ExposedMailbox) *actor.Actor {
		if len(m.Actors) == 0 {
			return nil
		}
		return m.Actors[0]
	}
	for _, m := range byActor(actor.ExposedMailboxes.From(x.c.Conclusion), heaviest) {
		rows = append(rows, []Cell{
			x.whoCell(heaviest(m)), text(m.Mailbox), text(string(m.Verdict)), count(m.Proved), presumedCell(&m), moment(m.BlindFrom), moment(m.BlindTo),
			text(m.Text), x.recordCell(m.Origins),
		})
	}
	s.Rows, s.Count = linkOnce(Rows(rows), 0), len(rows)
	withoutEmpty(&s)
	return s
}

// exposureSheet has a row for each message that an actor worth a review reached.
func exposureSheet(x *index) Sheet {
	s := Sheet{Name: exposureName, Title: "Exposure", Tab: "0072B2", Intro: []string{
		"One row for each mailbox and message: proved accessed, presumed accessed, or a time of which the records are blind. Accessed is not read by a person.",
	}}
	s.Columns = []Column{
		actorColumn,
		{Name: "Mailbox", Doc: "The mailbox."},
		{Name: "Certainty", Doc: "proved, presumed or blind."},
		{Name: "Subject", Doc: "Subject of the message.", Width: 40},
		{Name: "Sender", Doc: "Sender of the message."},
		{Name: "Recipients", Doc: "Recipients, the first of them.", Width: 30},
		{Name: "Attachments", Doc: "Attachments as records name them.", Width: 24},
		{Name: "First (UTC)", Doc: "First access.", Width: 17.5},
		{Name: "Last (UTC)", Doc: "Last access, if it is another.", Width: 17.5},
		recordColumns[0],
		{Name: "Message ID", Doc: "Internet message id, or the item's id.", Screen: true},
		{Name: "Folder", Doc: "Folder in which the records saw it last."},
		{Name: "Joined from", Doc: "The records from which subject, sender, recipients and attachments were taken."},
		{Name: "All records", Doc: "Evidence id and record numbers of all of them."},
	}
	exposures := byActor(actor.Exposures.From(x.c.Conclusion).All, func(e *actor.Exposure) *actor.Actor { return e.Actor })
	s.Count = len(exposures)
	s.Rows = linkOnce(rowsOf(s.Count, func(i int) []Cell {
		e := exposures[i]
		last := e.Last
		if last.Equal(e.First) {
			last = time.Time{}
		}
		return []Cell{
			x.whoCell(e.Actor), text(e.Mailbox), text(string(e.Certainty)), text(e.Subject), text(e.Sender), text(shortList(e.Recipients)), text(shortList(e.Attachments)),
			moment(e.First), moment(last), x.recordCell(e.Origins), text(e.Message), text(e.Folder), text(e.JoinedFrom), citing(e.Origins...),
		}
	}), 0)
	withoutEmpty(&s)
	printedNote(&s)
	return s
}

// paymentsSheet has the payment requests of actors and lookalikes.
func paymentsSheet(x *index) Sheet {
	s := Sheet{Name: paymentsName, Title: "Payments", Tab: "0072B2", Intro: []string{
		"Each request for a payment that an actor or a lookalike of a correspondent wrote, as far as the evidence holds its text.",
	}}
	s.Columns = []Column{
		actorColumn,
		{Name: "Time (UTC)", Doc: "When it was sent.", Width: 17.5},
		{Name: "Sender", Doc: "Who it says it is from."},
		{Name: "Recipients", Doc: "Whom it went to.", Width: 30},
		{Name: "Subject", Doc: "Its subject.", Width: 36},
		{Name: "Amounts", Doc: "Amounts with their currency, as written."},
		{Name: "Account before", Doc: "Account numbers that others stated in the thread before."},
		{Name: "Account stated", Doc: "Account numbers that the message states."},
		{Name: "Terms", Doc: "What makes it one about payments.", Width: 24},
		{Name: "Read from", Doc: "What of the evidence holds its text."},
		recordColumns[0],
	}
	var rows [][]Cell
	for _, p := range byActor(actor.Payments.From(x.c.Conclusion), func(p actor.Payment) *actor.Actor { return p.Actor }) {
		var amounts []string
		for _, a := range p.Amounts {
			amounts = append(amounts, a.Currency+" "+a.Value)
		}
		rows = append(rows, []Cell{
			x.whoCell(p.Actor), moment(p.At), text(p.Sender), text(shortList(p.Recipients)), text(p.Subject), text(list(amounts)),
			text(numbersOf(p.From)), text(numbersOf(p.To)), text(list(p.Terms)), text(list(p.Seen)), x.recordCell(p.Origins),
		})
	}
	s.Rows, s.Count = linkOnce(Rows(rows), 0), len(rows)
	withoutEmpty(&s)
	return s
}

func numbersOf(accounts []actor.BankAccount) string {
	var numbers []string
	for _, a := range accounts {
		numbers = append(numbers, a.Kind+" "+a.Number)
	}
	return strings.Join(numbers, "; ")
}

// toWarnSheet has the people outside whom an actor wrote to or invited.
func toWarnSheet(x *index) Sheet {
	warnings := actor.Warnings.From(x.c.Conclusion)
	s := Sheet{Name: toWarnName, Title: "To warn", Tab: "0072B2", Intro: []string{
		"People outside of the tenant who got mail, links or invitations from an actor worth a review: they should be told.",
	}}
	if warnings.Unaddressed > 0 {
		s.Intro = append(s.Intro, "No record tells the recipients of "+plural(warnings.Unaddressed, "message")+" that an actor sent: the list is short by these.")
	}
	s.Columns = []Column{
		{Name: "Address", Doc: "The address, in lower case."},
		{Name: "Messages", Doc: "Different mails, links and invitations."},
		{Name: "First (UTC)", Doc: "The first of them.", Width: 17.5},
		{Name: "Last (UTC)", Doc: "The last of them.", Width: 17.5},
		{Name: "Why", Doc: "What they got, under whose account.", Width: 60, Wrap: true},
		recordColumns[0],
	}
	var rows [][]Cell
	for _, w := range warnings.People {
		rows = append(rows, []Cell{text(w.Address), count(w.Messages), moment(w.First), moment(w.Last), text(w.Why), x.recordCell(w.Origins)})
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	return s
}

// indicatorsSheet has what an actor can be known by, made safe to click on.
func indicatorsSheet(x *index) Sheet {
	s := Sheet{Name: indicatorsName, Title: "Indicators", Tab: "0072B2", Intro: []string{
		"What actors worth a review can be known by and no owner has. Addresses and domains are written so that no program makes a link of them; the exports hold them as they are.",
	}}
	s.Columns = []Column{
		actorColumn,
		{Name: "Type", Doc: "Its type, as in an indicator file."},
		{Name: "Value", Doc: "The value, defanged.", Width: 60},
		{Name: "First (UTC)", Doc: "First act that bears it.", Width: 17.5},
		{Name: "Last (UTC)", Doc: "Last act that bears it.", Width: 17.5},
		{Name: "Acts", Doc: "Acts that bear it."},
		recordColumns[0],
	}
	indicators := byActor(actor.Indicators.From(x.c.Conclusion), func(i actor.Indicator) *actor.Actor { return i.Actor })
	s.Count = len(indicators)
	s.Rows = linkOnce(rowsOf(s.Count, func(i int) []Cell {
		v := &indicators[i]
		return []Cell{x.whoCell(v.Actor), text(v.Type), text(Defanged(v)), moment(v.First), moment(v.Last), count(v.Count), x.recordCell(v.Origins)}
	}), 0)
	printedNote(&s)
	return s
}
