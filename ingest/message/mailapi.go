package message

import (
	"cmp"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// mailAPI is messages as the Mail API of Outlook (1.0, 2.0, beta) and of Graph
// answer them.
var mailAPI = &ingest.Layout{
	Name: "Mail API JSON",
	Doc: `Messages as the Outlook Mail API and Graph answer them, single or in pages. Version 1.0 writes DateTimeReceived, later
ones ReceivedDateTime; the headers of the transport come from the beta and from Graph only, if they were asked for.`,
	TimeDesc: "Message Received Time",
	Fields:   apiFields,
	Marks:    column.Marks{{apiID}},
	Only:     rows.JSON,
	Lacks:    []string{"ActivityIdType", "Organizer"},
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		whole := column.Marks{{apiReceived, apiMessageID}, {apiTo, apiFrom, apiWebLink}}
		has := func(name string) bool { return h.Has(name) }
		if apiFields.Fit(column.Marks{{apiHeaders, apiPreview}}, has) || apiFields.Fit(whole, has) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openMailAPI,
}

// Fields of a message, named in PascalCase by Outlook and in camelCase by
// Graph. What no field takes is kept under its own name.
const (
	apiID = iota
	apiMessageID
	apiConversation
	apiSubject
	apiFrom
	apiSender
	apiTo
	apiCc
	apiBcc
	apiReplyTo
	apiAttachments
	apiReceived
	apiSent
	apiPreview
	apiBody
	apiWebLink
	apiHeaders
	apiLink
)

var apiFields = column.Fields{
	apiID:           column.At("Id"),
	apiMessageID:    column.At("InternetMessageId"),
	apiConversation: column.At("ConversationId"),
	apiSubject:      column.At("Subject"),
	apiFrom:         column.At("From"),
	apiSender:       column.At("Sender"),
	apiTo:           column.At("ToRecipients"),
	apiCc:           column.At("CcRecipients"),
	apiBcc:          column.At("BccRecipients"),
	apiReplyTo:      column.At("ReplyTo"),
	apiAttachments:  column.At("Attachments"),
	apiReceived:     column.At("ReceivedDateTime", "DateTimeReceived"),
	apiSent:         column.At("SentDateTime", "DateTimeSent"),
	apiPreview:      column.At("BodyPreview"),
	apiBody:         column.At("Body").Saying("kept up to 32 KiB"),
	apiWebLink:      column.At("WebLink"),
	apiHeaders:      column.At("InternetMessageHeaders"),
	apiLink:         column.At("@odata.id"),
}

func openMailAPI(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	mailbox, names := o.MailboxFor(h.Name), m.Index(apiFields)
	return &ingest.Decoder{
		Decode: func(r *rows.Record, _ *timeline.Event) ingest.Outcome { return decodeMailAPI(r, names, mailbox) },
		Finish: func(s *timeline.Source) {
			if mailbox != "" {
				s.Mailbox, s.MailboxFrom = mailbox, "the examiner"
			}
		},
	}, nil
}

// decodeMailAPI makes a message a row of context. Its strings are its own.
func decodeMailAPI(r *rows.Record, names *column.Index, mailbox string) ingest.Outcome {
	if !r.Value.IsObject() {
		return ingest.Rejected("the record is no JSON object but " + r.Value.Kind().String())
	}
	m := apiMessage{}
	for name, v := range r.Value.Members() {
		f, _ := names.Find(name)
		names.Ask(f)
		m.read(f, name, v)
	}
	key := cmp.Or(m.id, m.messageID)
	if key == "" {
		return ingest.Rejected("message has neither Id nor InternetMessageId")
	}
	if mailbox == "" && r.Envelope != nil {
		mailbox, _ = ingest.LinkedMailbox(r.Envelope.Text("@odata.context"))
	}
	if mailbox == "" {
		mailbox, _ = ingest.LinkedMailbox(m.link)
	}
	return ingest.IsContext(timeline.Context{
		Kind:  timeline.MessageContext,
		Key:   strings.Clone(key),
		Owner: strings.Clone(mailbox),
		Cells: m.cells(),
	})
}

// An apiMessage is what a message says of itself; the strings are views.
type apiMessage struct {
	id, messageID, conversation, link string
	subject, from, fromName, sender   string
	recipients, replyTo, attachments  []string
	received, sent                    string
	preview, webLink, body            string
	headers                           []string
	other                             []timeline.Pair
}

// read takes in one member of the message, which is of a field or of none.
func (m *apiMessage) read(f int, name string, v rows.Value) {
	switch f {
	case apiID:
		m.id = v.Text()
	case apiMessageID:
		m.messageID = v.Text()
	case apiConversation:
		m.conversation = v.Text()
	case apiSubject:
		m.subject = v.Text()
	case apiFrom:
		m.from, m.fromName = address(v)
	case apiSender:
		m.sender, _ = address(v)
	case apiTo, apiCc, apiBcc:
		m.recipients = appendAddresses(m.recipients, v)
	case apiReplyTo:
		m.replyTo = appendAddresses(m.replyTo, v)
	case apiAttachments:
		for a := range v.Elements() {
			m.attachments = append(m.attachments, member(a, "Name").Text())
		}
	case apiReceived:
		m.received = v.Text()
	case apiSent:
		m.sent = v.Text()
	case apiPreview:
		m.preview = v.Text()
	case apiBody:
		m.body = beginning(member(v, "Content").Text())
	case apiWebLink:
		m.webLink = v.Text()
	case apiHeaders:
		for h := range v.Elements() {
			m.headers = append(m.headers, member(h, "Name").Text()+": "+unfold(member(h, "Value").Text()))
		}
	case apiLink:
		m.link = v.Text()
	default:
		if text := cmp.Or(v.Text(), string(v.Raw())); !strings.HasPrefix(name, "@odata.") && !v.IsNull() {
			m.other = append(m.other, timeline.Pair{Name: strings.Clone(name), Value: strings.Clone(text)})
		}
	}
}

// cells are what is there, copied, under the names of the columns
// that they can fill and under names of their own.
func (m *apiMessage) cells() []timeline.Pair {
	var cells []timeline.Pair
	add := func(name, value string) {
		if value != "" {
			cells = append(cells, timeline.Pair{Name: name, Value: strings.Clone(value)})
		}
	}
	add(timeline.ColMessageID.String(), m.messageID)
	add(timeline.ColSubject.String(), m.subject)
	add(timeline.ColSender.String(), cmp.Or(m.from, m.sender))
	add(timeline.ColRecipients.String(), strings.Join(m.recipients, ";"))
	add(timeline.ColAttachments.String(), strings.Join(m.attachments, ";"))
	add(timeline.ColConversation.String(), m.conversation)
	add("sender_name", m.fromName)
	if m.from != "" && m.sender != m.from {
		add("sent_by", m.sender)
	}
	add("reply_to", strings.Join(m.replyTo, ";"))
	add("received", m.received)
	add("sent", m.sent)
	add("headers", strings.Join(m.headers, "\n"))
	add("body_preview", m.preview)
	add("body", m.body)
	add("web_link", m.webLink)
	return append(cells, m.other...)
}

// member is a member of an object, named in PascalCase or in camelCase.
func member(v rows.Value, name string) rows.Value {
	for key, value := range v.Members() {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return rows.Value{}
}

// address reads {"EmailAddress":{"Name":…,"Address":…}}.
func address(v rows.Value) (addr, name string) {
	e := member(v, "EmailAddress")
	return member(e, "Address").Text(), member(e, "Name").Text()
}

func appendAddresses(list []string, v rows.Value) []string {
	for e := range v.Elements() {
		if addr, name := address(e); addr != "" || name != "" {
			list = append(list, cmp.Or(addr, name))
		}
	}
	return list
}

// unfold puts a header's value on one line, so that nothing in it can be taken
// for a header of its own.
func unfold(value string) string {
	if !strings.ContainsAny(value, "\r\n") {
		return value
	}
	return strings.Join(strings.FieldsFunc(value, func(r rune) bool { return r == '\r' || r == '\n' }), " ")
}

// maxBody is how much of a body is kept, in bytes: what a spreadsheet's cell
// holds.
const maxBody = 32 << 10

// beginning is as much of a body as is kept, with a mark where it goes on.
func beginning(body string) string {
	if len(body) <= maxBody {
		return body
	}
	return strings.ToValidUTF8(body[:maxBody], "") + " […]"
}
