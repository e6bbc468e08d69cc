package change

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// ContextMailbox is the kind of context rows that are mailboxes with their
// forwarding, as Get-Mailbox lists them.
const ContextMailbox = "mailbox"

// A StandingForward is a target to which a mailbox forwarded when somebody
// listed it. Nothing tells since when, or who set it.
type StandingForward struct {
	Mailbox timeline.Context
	Target  string
	How     string
	Lost    bool // the mailbox keeps no copy
}

// StandingForwards are the targets of mailboxes in snapshots. A contact that
// was made on record stands for its address.
func StandingForwards(p *analysis.Pass) []StandingForward {
	var contacts map[string]string
	var found []StandingForward
	for _, c := range p.Timeline.Context() {
		if c.Kind != ContextMailbox {
			continue
		}
		changes := ContextChanges(c)
		for _, target := range ForwardTargets(changes, mailboxTargets) {
			if contacts == nil {
				contacts = contactsOf(p.Timeline)
			}
			f := StandingForward{Mailbox: c, Target: target, Lost: strings.EqualFold(ValueOf(changes, "DeliverToMailboxAndForward"), "false")}
			f.How = "mailbox in a snapshot" + ParameterOf(changes, mailboxTargets, target)
			if address := contacts[strings.ToLower(target[strings.LastIndexByte(target, '/')+1:])]; address != "" {
				f.How += " to the contact " + cite.Quote(target)
				f.Target = address
			}
			found = append(found, f)
		}
	}
	return found
}

// contextContact is the kind of context rows that are contacts.
const contextContact = "mail contact"

// contactsOf are the addresses of contacts, on record or in a snapshot, by
// their names in lower case.
func contactsOf(t *timeline.Timeline) map[string]string {
	contacts := mailContacts(t)
	for _, c := range t.Context() {
		if c.Kind != contextContact {
			continue
		}
		address := MailAddress(c.Get("ExternalEmailAddress"))
		for _, name := range [...]string{"Name", "Alias", "DisplayName"} {
			if v := c.Get(name); v != "" && address != "" {
				contacts[strings.ToLower(v)] = address
			}
		}
	}
	return contacts
}
