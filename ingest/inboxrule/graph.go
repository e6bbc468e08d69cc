package inboxrule

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// graph is Graph's messageRule, conditions and actions nested.
var graph = &ingest.Layout{
	Name:   "Graph messageRule",
	Doc:    "JSON of Graph: displayName, sequence, isEnabled, conditions and actions. The mailbox is named by the request only: by the wrapper's context, the examiner, or not at all.",
	Fields: graphFields,
	Marks:  column.Marks{{gName}, {gSequence}, {gEnabled}, {gActions}},
	Only:   rows.JSON,
	Open: func(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		given, names := o.MailboxFor(h.Name), m.Index(graphFields)
		return &ingest.Decoder{Decode: func(r *rows.Record, _ *timeline.Event) ingest.Outcome { return decodeGraph(r, m, names, given) }}, nil
	},
}

// Fields of a messageRule.
const (
	gID = iota
	gName
	gEnabled
	gSequence
	gConditions
	gActions
)

var graphFields = column.Fields{
	gID:         column.At("id"),
	gName:       column.At("displayName"),
	gEnabled:    column.At("isEnabled"),
	gSequence:   column.At("sequence"),
	gConditions: column.At("conditions"),
	gActions:    column.At("actions"),
}

// graphNames are Graph's names of a rule's conditions and actions.
var graphNames = map[string]string{
	"subjectContains": "SubjectContainsWords", "bodyOrSubjectContains": "SubjectOrBodyContainsWords", "bodyContains": "BodyContainsWords",
	"headerContains": "HeaderContainsWords", "senderContains": "FromAddressContainsWords", "fromAddresses": "From", "sentToAddresses": "SentTo", "hasAttachments": "HasAttachment",
	"recipientContains": "RecipientAddressContainsWords", "sentToMe": "MyNameInToBox", "sentCcMe": "MyNameInCcBox", "sentToOrCcMe": "MyNameInToOrCcBox", "sentOnlyToMe": "SentOnlyToMe",
	"notSentToMe": "MyNameNotInToBox", "importance": "WithImportance", "sensitivity": "WithSensitivity", "messageActionFlag": "FlaggedForAction", "assignCategories": "ApplyCategory",
	"moveToFolder": "MoveToFolder", "copyToFolder": "CopyToFolder", "delete": "DeleteMessage", "permanentDelete": "SoftDeleteMessage", "markAsRead": "MarkAsRead",
	"markImportance": "MarkImportance", "forwardTo": "ForwardTo", "forwardAsAttachmentTo": "ForwardAsAttachmentTo", "redirectTo": "RedirectTo", "stopProcessingRules": "StopProcessingRules",
}

// graphSize is Graph's condition of a size, an object of two numbers.
const graphSize = "withinSizeRange"

// kilobytes is a size of Graph's, which counts them, with its unit.
func kilobytes(v rows.Value) string {
	if n := v.Text(); n != "" {
		return n + " KB"
	}
	return ""
}

func decodeGraph(r *rows.Record, m *column.Map, names *column.Index, owner string) ingest.Outcome {
	if !r.Value.IsObject() {
		return ingest.Rejected("the record is no JSON object but " + r.Value.Kind().String())
	}
	if owner == "" && r.Envelope != nil {
		owner, _ = ingest.LinkedMailbox(r.Envelope.Text("@odata.context"))
	}
	c := timeline.Context{Kind: KindInbox, Key: strings.Clone(m.Text(r, gID)), Owner: owner}
	add := func(name, value string) {
		if value != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: name, Value: strings.Clone(value)})
		}
	}
	add("Name", m.Text(r, gName))
	add("Enabled", m.Text(r, gEnabled))
	add("Priority", m.Text(r, gSequence))
	for name, value := range r.Value.Members() {
		switch f, _ := names.Find(name); f {
		case gID, gName, gEnabled, gSequence:
		case gConditions, gActions:
			names.Ask(f)
			for name, value := range value.Members() {
				if name == graphSize {
					add("WithinSizeRangeMinimum", kilobytes(value.Get("minimumSize")))
					add("WithinSizeRangeMaximum", kilobytes(value.Get("maximumSize")))
					continue
				}
				if known, ok := graphNames[name]; ok {
					name = known
				}
				add(strings.Clone(name), plain(value))
			}
		default:
			add(strings.Clone(name), plain(value))
		}
	}
	return ingest.IsContext(c)
}

// plain is a value as a cmdlet's cell has it: texts and addresses separated
// by semicolons.
func plain(v rows.Value) string {
	switch {
	case v.IsArray():
		var parts []string
		for e := range v.Elements() {
			parts = append(parts, plain(e))
		}
		return strings.Join(parts, ";")
	case v.IsNull():
		return ""
	case v.IsObject():
		if a := v.Get("emailAddress"); a.Exists() {
			return a.Get("address").Text()
		}
		return string(v.Raw())
	}
	return v.Text()
}
