package activities

import (
	"cmp"
	"strings"

	"becforensics/timeline"
)

// A role is what a custom property says, whatever activity it is of.
type role uint8

const (
	roleNone role = iota
	roleUser
	roleResult
	roleException
	roleAddress     // ServerLogon
	roleLogonIP     // Logon
	roleUserAgent   // ServerLogon
	roleBrowser     // Logon
	roleSenderSMTP  // MessageDelivered
	roleFrom        // MessageDelivered: display name and address
	roleSender      // MarkAsRead, ReplyAll …
	roleRecipients  //
	roleSubject     //
	roleMessageID   //
	roleConvo       //
	roleAttachments //
	roleSource      // folder an item was moved or read from
	roleSourceType  // its well-known name
	roleDelivered   // folder a message was delivered to: a name or a number
	roleDeliveredID // its id, if it is no default folder
	roleSelected    // folder that Outlook on the web showed
	roleTarget      // folder an item was moved to
	roleDestination // the same, in records of Outlook on the web
	roleQuery
	roleStimulus // what was typed so far
	rolePrevious // the item's id before a move
	roleClientString
	roleTruncated // a list of results was cut
	roleConversion
	roleMissing
	numRoles
)

// roleOf finds a property's role by its name, in any case.
func roleOf(name string) role {
	var buf [24]byte
	if len(name) > len(buf) {
		return roleNone
	}
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
	}
	switch string(buf[:len(name)]) {
	case "username":
		return roleUser
	case "result":
		return roleResult
	case "exceptioninfo":
		return roleException
	case "clientip":
		return roleAddress
	case "ipaddress":
		return roleLogonIP
	case "useragent":
		return roleUserAgent
	case "browser":
		return roleBrowser
	case "sendersmtpaddress":
		return roleSenderSMTP
	case "from":
		return roleFrom
	case "senderaddress":
		return roleSender
	case "recipients":
		return roleRecipients
	case "subject":
		return roleSubject
	case "internetmessageid":
		return roleMessageID
	case "conversationid":
		return roleConvo
	case "attachmentdetail":
		return roleAttachments
	case "sourcefolder":
		return roleSource
	case "sourcedefaultfoldertype":
		return roleSourceType
	case "deliveredfoldertype":
		return roleDelivered
	case "deliveredfolderid":
		return roleDeliveredID
	case "selectedfoldername":
		return roleSelected
	case "targetfolder":
		return roleTarget
	case "destinationfolder":
		return roleDestination
	case "query":
		return roleQuery
	case "suggestionstimulus":
		return roleStimulus
	case "previousitemid":
		return rolePrevious
	case "clientstring":
		return roleClientString
	case "trunc":
		return roleTruncated
	case "conversionerrors":
		return roleConversion
	case "missingproperties":
		return roleMissing
	}
	return roleNone
}

// index notes where each role is; of repeated names the last one holds, as in
// what the retriever wrote.
func (a *activity) index() {
	for i := range a.custom {
		if r := roleOf(a.custom[i].name); r != roleNone {
			a.at[r] = i + 1
		}
	}
}

// peek is the value of a role, empty if it is not there.
func (a *activity) peek(r role) string {
	if a.at[r] == 0 {
		return ""
	}
	p := &a.custom[a.at[r]-1]
	if p.absent() {
		return ""
	}
	return p.value
}

// take is the value of the first of the roles that has one, which a column is
// to hold.
func (a *activity) take(roles ...role) string {
	for _, r := range roles {
		if v := a.peek(r); v != "" {
			a.custom[a.at[r]-1].used = true
			return v
		}
	}
	return ""
}

// setColumns fills the columns that custom properties hold.
func (a *activity) setColumns(ev *timeline.Event) {
	ev.Set(timeline.ColError, a.take(roleException))
	ev.Set(timeline.ColIP, a.take(roleAddress, roleLogonIP))
	ev.Set(timeline.ColUserAgent, a.take(roleUserAgent, roleBrowser))
	ev.Set(timeline.ColSender, a.take(roleSenderSMTP, roleFrom, roleSender))
	ev.Set(timeline.ColSubject, a.take(roleSubject))
	ev.Set(timeline.ColMessageID, a.take(roleMessageID))
	ev.Set(timeline.ColConversation, a.take(roleConvo))
	ev.Set(timeline.ColAttachments, a.take(roleAttachments))
	ev.Set(timeline.ColFolder, a.takeFolder(roleSource, roleSourceType, roleDelivered, roleDeliveredID, roleSelected))
	ev.Set(timeline.ColTargetFolder, a.takeFolder(roleTarget, roleDestination))
	ev.Set(timeline.ColTarget, cmp.Or(a.take(rolePrevious), a.standard[stdPrevious]))
	a.setQuery(ev)

	recipients := a.take(roleRecipients)
	ev.Set(timeline.ColRecipients, recipients)
	if entries(recipients) == recipientsCap {
		ev.Flags |= timeline.RecipientsCut
	}
	switch result := a.peek(roleResult); {
	case strings.EqualFold(result, "Success"):
		ev.Outcome = timeline.Success
		a.take(roleResult)
	case strings.EqualFold(result, "Failure"):
		ev.Outcome = timeline.Failure
		a.take(roleResult)
	}
	if t := a.peek(roleTruncated); strings.EqualFold(t, "true") || t == "1" {
		ev.Flags |= timeline.SourceCut
	}
}

// takeFolder is like take, but not for the word that the log writes where it
// does not know the folder.
func (a *activity) takeFolder(roles ...role) string {
	const unknown = "null"
	for _, r := range roles {
		if a.peek(r) != unknown {
			if v := a.take(r); v != "" {
				return v
			}
		}
	}
	return ""
}

// recipientsCap is how many recipients Exchange Online records of a message at
// most (CrowdStrike 2018): a list of that length is probably cut.
const recipientsCap = 128

// entries counts the entries of a list separated by semicolons.
func entries(list string) int {
	list = strings.TrimSuffix(strings.TrimSpace(list), ";")
	if list == "" {
		return 0
	}
	return 1 + strings.Count(list, ";")
}
