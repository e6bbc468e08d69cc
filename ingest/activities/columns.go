package activities

import (
	"cmp"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/timeline"
)

// Custom properties that are put in columns or judged; all others are kept in
// the details.
const (
	cUser = iota
	cResult
	cException
	cAddress     // ServerLogon
	cLogonIP     // Logon
	cUserAgent   // ServerLogon
	cBrowser     // Logon
	cSenderSMTP  // MessageDelivered
	cFrom        // MessageDelivered: display name and address
	cSender      // MarkAsRead, ReplyAll …
	cRecipients  //
	cSubject     //
	cMessageID   //
	cConvo       //
	cAttachments //
	cSource      // folder an item was moved or read from
	cSourceType  // its well-known name
	cDelivered   // folder a message was delivered to: a name or a number
	cDeliveredID // its id, if it is no default folder
	cSelected    // folder that Outlook on the web showed
	cTarget      // folder an item was moved to
	cDestination // the same, in records of Outlook on the web
	cQuery
	cStimulus // what was typed so far
	cPrevious // the item's id before a move
	cClientString
	cTruncated // a list of results was cut
	cConversion
	cMissing
	numCustom
)

// customFields are the custom properties by their names, which are written in
// any case, whatever activity they are of.
var customFields = column.Fields{
	cUser:         column.At("UserName"),
	cResult:       column.At("Result"),
	cException:    column.At("ExceptionInfo"),
	cAddress:      column.At("ClientIP"),
	cLogonIP:      column.At("IPAddress"),
	cUserAgent:    column.At("UserAgent"),
	cBrowser:      column.At("Browser"),
	cSenderSMTP:   column.At("SenderSmtpAddress"),
	cFrom:         column.At("From"),
	cSender:       column.At("SenderAddress"),
	cRecipients:   column.At("Recipients").Saying("at most 128 are recorded"),
	cSubject:      column.At("Subject"),
	cMessageID:    column.At("InternetMessageId"),
	cConvo:        column.At("ConversationId"),
	cAttachments:  column.At("AttachmentDetail").Saying("types of the files, not their names"),
	cSource:       column.At("SourceFolder"),
	cSourceType:   column.At("SourceDefaultFolderType"),
	cDelivered:    column.At("DeliveredFolderType"),
	cDeliveredID:  column.At("DeliveredFolderId"),
	cSelected:     column.At("SelectedFolderName"),
	cTarget:       column.At("TargetFolder"),
	cDestination:  column.At("DestinationFolder"),
	cQuery:        column.At("Query"),
	cStimulus:     column.At("SuggestionStimulus"),
	cPrevious:     column.At("PreviousItemId"),
	cClientString: column.At("ClientString"),
	cTruncated:    column.At("Trunc"),
	cConversion:   column.At("ConversionErrors"),
	cMissing:      column.At("MissingProperties"),
}

// customPart are the properties, wherever a layout has them.
var customPart = []ingest.Part{{Of: "CustomProperties", Fields: customFields}}

// index notes where each property is; of repeated names the last one holds, as
// in what the retriever wrote.
func (a *activity) index() {
	for i := range a.custom {
		if f, _ := a.names.custom.Find(a.custom[i].name); f >= 0 {
			a.at[f] = i + 1
		}
	}
}

// value is a custom property, empty if it is not there.
func (a *activity) value(f int) string {
	if a.at[f] == 0 {
		return ""
	}
	p := &a.custom[a.at[f]-1]
	if p.absent() {
		return ""
	}
	return p.value
}

// peek is a custom property, which stays in the details.
func (a *activity) peek(f int) string {
	if a.names.watched {
		a.names.custom.Ask(f)
	}
	return a.value(f)
}

// take is the value of the first of the properties that has one, which a column
// is to hold.
func (a *activity) take(fields ...int) string {
	for _, f := range fields {
		if a.names.watched {
			a.names.custom.Ask(f)
		}
		if v := a.value(f); v != "" {
			a.custom[a.at[f]-1].used = true
			return v
		}
	}
	return ""
}

// setColumns fills the columns that custom properties hold.
func (a *activity) setColumns(ev *timeline.Event) {
	ev.Set(timeline.ColError, a.take(cException))
	ev.Set(timeline.ColIP, a.take(cAddress, cLogonIP))
	ev.Set(timeline.ColUserAgent, a.take(cUserAgent, cBrowser))
	ev.Set(timeline.ColSender, a.take(cSenderSMTP, cFrom, cSender))
	ev.Set(timeline.ColSubject, a.take(cSubject))
	ev.Set(timeline.ColMessageID, a.take(cMessageID))
	ev.Set(timeline.ColConversation, a.take(cConvo))
	ev.Set(timeline.ColAttachments, a.take(cAttachments))
	ev.Set(timeline.ColFolder, a.takeFolder(cSource, cSourceType, cDelivered, cDeliveredID, cSelected))
	ev.Set(timeline.ColTargetFolder, a.takeFolder(cTarget, cDestination))
	ev.Set(timeline.ColTarget, cmp.Or(a.take(cPrevious), a.std(stdPrevious)))
	a.setQuery(ev)

	recipients := a.take(cRecipients)
	ev.Set(timeline.ColRecipients, recipients)
	if entries(recipients) == recipientsCap {
		ev.Flags |= timeline.RecipientsCut
	}
	switch result := a.peek(cResult); {
	case strings.EqualFold(result, "Success"):
		ev.Outcome = timeline.Success
		a.take(cResult)
	case strings.EqualFold(result, "Failure"):
		ev.Outcome = timeline.Failure
		a.take(cResult)
	}
	if t := a.peek(cTruncated); strings.EqualFold(t, "true") || t == "1" {
		ev.Flags |= timeline.SourceCut
	}
}

// takeFolder is like take, but not for the word that the log writes where it
// does not know the folder.
func (a *activity) takeFolder(fields ...int) string {
	const unknown = "null"
	for _, f := range fields {
		if a.peek(f) != unknown {
			if v := a.take(f); v != "" {
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
