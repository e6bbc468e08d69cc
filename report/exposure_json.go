package report

import (
	"becforensics/timeline/analysis/actor"
)

// exposureDoc is one message that an actor had.
type exposureDoc struct {
	Mailbox     string   `json:"mailbox"`
	Message     string   `json:"message"`
	Certainty   string   `json:"certainty"`
	Folder      string   `json:"folder"`
	Subject     string   `json:"subject"`
	Sender      string   `json:"sender"`
	Recipients  []string `json:"recipients"`
	Attachments []string `json:"attachments"`
	JoinedFrom  string   `json:"joined_from"`
	Actor       string   `json:"actor"`
	First       *string  `json:"first"`
	Last        *string  `json:"last"`
	Origins     []string `json:"origins"`
}

// mailboxDoc is the verdict on a mailbox that an actor reached.
type mailboxDoc struct {
	Mailbox       string   `json:"mailbox"`
	Verdict       string   `json:"verdict"`
	Proved        int      `json:"proved"`
	Presumed      int      `json:"presumed"`
	PresumedKnown bool     `json:"presumed_known"`
	BlindFrom     *string  `json:"blind_from"`
	BlindTo       *string  `json:"blind_to"`
	Actors        []string `json:"actors"`
	Text          string   `json:"text"`
}

// warningDoc is somebody outside who must be warned.
type warningDoc struct {
	Address  string  `json:"address"`
	Messages int     `json:"messages"`
	First    *string `json:"first"`
	Last     *string `json:"last"`
	Why      string  `json:"why"`
}

// writeExposure writes what the actors reached. A member of which there is
// nothing is left out.
func writeExposure(d *jsonWriter, c *Case) {
	if all := actor.Exposures.From(c.Conclusion).All; len(all) > 0 {
		d.list("exposure", len(all), func(i int) { d.value(exposureOf(all[i])) })
	}
	if all := actor.ExposedMailboxes.From(c.Conclusion); len(all) > 0 {
		d.list("mailboxes", len(all), func(i int) { d.value(mailboxOf(&all[i])) })
	}
	if people := actor.Warnings.From(c.Conclusion).People; len(people) > 0 {
		d.list("to_warn", len(people), func(i int) {
			w := &people[i]
			d.value(warningDoc{w.Address, w.Messages, timeText(w.First), timeText(w.Last), w.Why})
		})
	}
}

func exposureOf(e *actor.Exposure) exposureDoc {
	return exposureDoc{
		Mailbox: e.Mailbox, Message: e.Message, Certainty: string(e.Certainty), Folder: e.Folder,
		Subject: e.Subject, Sender: e.Sender, Recipients: some(e.Recipients), Attachments: some(e.Attachments),
		JoinedFrom: e.JoinedFrom, Actor: e.Actor.ID, First: timeText(e.First), Last: timeText(e.Last), Origins: originTexts(e.Origins),
	}
}

func mailboxOf(m *actor.ExposedMailbox) mailboxDoc {
	d := mailboxDoc{
		Mailbox: m.Mailbox, Verdict: string(m.Verdict), Proved: m.Proved, Presumed: m.Presumed, PresumedKnown: m.PresumedKnown,
		BlindFrom: timeText(m.BlindFrom), BlindTo: timeText(m.BlindTo), Actors: make([]string, len(m.Actors)), Text: m.Text,
	}
	for i, who := range m.Actors {
		d.Actors[i] = who.ID
	}
	return d
}
