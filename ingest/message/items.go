package message

import (
	"cmp"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// items is the list of what a search through mailboxes found.
var items = &ingest.Layout{
	Name: "eDiscovery item list",
	Doc: `Items.csv of an eDiscovery export and Results.csv of the older content search: one row an item, with no content. The
names of its columns drift. It says what a message was that the audit log only names by its id.`,
	Fields: column.Fields{
		itemMessageID:    column.At("Internet message ID", "InternetMessageId", "Message ID"),
		itemID:           column.At("Immutable ID", "Document ID", "Item Identity"),
		itemSubject:      column.At("Subject/Title", "Subject or Title", "Subject"),
		itemSender:       column.At("Sender/Author", "Sender or Created by", "Sender"),
		itemRecipients:   column.At("Email recipients", "Recipients in To line", "Recipients"),
		itemReceived:     column.At("Received", "Received or Created", "Email date received"),
		itemSent:         column.At("Email date sent", "Sent"),
		itemAttachments:  column.At("Attachment names", "Attachments"),
		itemCompoundPath: column.At("Compound path", "Document Path"),
		itemOriginalPath: column.At("Original Path"),
		itemLocation:     column.At("Location Name", "Location"),
	},
	Marks: column.Marks{{itemCompoundPath, itemOriginalPath, itemLocation}, {itemSubject}, {itemSender}, {itemMessageID, itemID}},
	Only:  rows.CSV,
	Open: func(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := &itemDecoder{fields: m, mailbox: o.MailboxFor(h.Name)}
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

type itemDecoder struct {
	fields  *column.Map
	mailbox string
}

// decode makes an item a row of context: the fields that can fill columns
// under the names of these, then every cell under its own.
func (d *itemDecoder) decode(r *rows.Record, _ *timeline.Event) ingest.Outcome {
	get := func(f int) string { return strings.TrimSpace(d.fields.Text(r, f)) }
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
	for i, name := range d.fields.Header() {
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
