package message

import (
	"cmp"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/fields"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// items is the list of what a search through mailboxes found.
var items = &ingest.Layout{
	Name: "eDiscovery item list",
	Doc: `Items.csv of an eDiscovery export and Results.csv of the older content search: one row an item, with no content. The
names of its columns drift. It says what a message was that the audit log only names by its id.`,
	Columns: []string{
		"Internet message ID", "Immutable ID", "Document ID", "Subject/Title", "Sender/Author", "Email recipients", "Received",
		"Email date sent", "Attachment names", "Compound path", "Original Path",
	},
	Detect: func(h *ingest.Head) ingest.Match {
		if !h.IsCSV() {
			return ingest.None
		}
		m := fields.New(h.Shape.Header, itemNames...)
		place := m.Has(itemCompoundPath) || m.Has(itemOriginalPath) || m.Has(itemLocation)
		if place && m.Has(itemSubject) && m.Has(itemSender) && (m.Has(itemMessageID) || m.Has(itemID)) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		d := &itemDecoder{fields: fields.New(h.Shape.Header, itemNames...), header: h.Shape.Header, mailbox: o.MailboxFor(h.Name)}
		return &ingest.Decoder{Decode: d.decode}, nil
	},
}

// Fields of an item, under the names that they have had.
const (
	itemMessageID = iota
	itemID
	itemSubject
	itemSender
	itemRecipients
	itemReceived
	itemSent
	itemAttachments
	itemCompoundPath
	itemOriginalPath
	itemLocation
)

var itemNames = [][]string{
	itemMessageID:    {"Internet message ID", "InternetMessageId", "Message ID"},
	itemID:           {"Immutable ID", "Document ID", "Item Identity"},
	itemSubject:      {"Subject/Title", "Subject or Title", "Subject"},
	itemSender:       {"Sender/Author", "Sender or Created by", "Sender"},
	itemRecipients:   {"Email recipients", "Recipients in To line", "Recipients"},
	itemReceived:     {"Received", "Received or Created", "Email date received"},
	itemSent:         {"Email date sent", "Sent"},
	itemAttachments:  {"Attachment names", "Attachments"},
	itemCompoundPath: {"Compound path", "Document Path"},
	itemOriginalPath: {"Original Path"},
	itemLocation:     {"Location Name", "Location"},
}

type itemDecoder struct {
	fields  *fields.Map
	header  []string
	mailbox string
}

// decode makes an item a row of context: the fields that can fill columns
// under the names of these, then every cell under its own.
func (d *itemDecoder) decode(r *rows.Record, _ *timeline.Event) ingest.Outcome {
	get := func(f int) string { return strings.TrimSpace(d.fields.Get(r, f)) }
	id := strings.Trim(get(itemMessageID), "<>")
	key := cmp.Or(id, get(itemID))
	if key == "" {
		return ingest.Rejected("item has neither a message id nor an id of its own")
	}
	c := timeline.Context{Kind: timeline.MessageContext, Key: strings.Clone(key), Owner: strings.Clone(d.owner(get(itemLocation)))}
	add := func(name, value string) {
		if value != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: strings.Clone(name), Value: strings.Clone(value)})
		}
	}
	if id != "" {
		add(timeline.ColMessageID.String(), "<"+id+">") // as the audit log writes it
	}
	add(timeline.ColSubject.String(), get(itemSubject))
	add(timeline.ColSender.String(), cmp.Or(addressOf(get(itemSender)), get(itemSender)))
	add(timeline.ColRecipients.String(), strings.Join(addresses(get(itemRecipients)), ";"))
	add(timeline.ColAttachments.String(), get(itemAttachments))
	add("received", get(itemReceived))
	add("sent", get(itemSent))
	add("path", cmp.Or(get(itemOriginalPath), get(itemCompoundPath)))
	for i, name := range d.header {
		add(name, r.Cell(i))
	}
	return ingest.IsContext(c)
}

// owner is the mailbox that an item lies in: its location, where that is an
// address, or the one that the examiner named.
func (d *itemDecoder) owner(location string) string {
	if strings.Contains(location, "@") && !strings.ContainsAny(location, "/\\ ") {
		return location
	}
	return d.mailbox
}
