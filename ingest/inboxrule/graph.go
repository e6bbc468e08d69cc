package inboxrule

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/odata"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// graph is Graph's messageRule, conditions and actions nested.
var graph = &ingest.Layout{
	Name:    "Graph messageRule",
	Doc:     "JSON of Graph: displayName, sequence, isEnabled, conditions and actions. The mailbox is named by the request only: by the wrapper's context, the examiner, or not at all.",
	Columns: []string{"displayName", "sequence", "isEnabled", "conditions", "actions"},
	Detect: func(h *ingest.Head) ingest.Match {
		if h.IsJSON() && h.Has("displayName", "sequence", "isEnabled", "actions") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
		given := o.MailboxFor(h.Name)
		return &ingest.Decoder{Decode: func(r *rows.Record, _ *timeline.Event) ingest.Outcome { return decodeGraph(r, given) }}, nil
	},
}

// graphNames are Graph's names of a rule's conditions and actions.
var graphNames = map[string]string{
	"subjectContains": "SubjectContainsWords", "bodyOrSubjectContains": "SubjectOrBodyContainsWords", "bodyContains": "BodyContainsWords",
	"headerContains": "HeaderContainsWords", "senderContains": "FromAddressContainsWords", "fromAddresses": "From", "sentToAddresses": "SentTo", "hasAttachments": "HasAttachment",
	"moveToFolder": "MoveToFolder", "copyToFolder": "CopyToFolder", "delete": "DeleteMessage", "permanentDelete": "SoftDeleteMessage", "markAsRead": "MarkAsRead",
	"markImportance": "MarkImportance", "forwardTo": "ForwardTo", "forwardAsAttachmentTo": "ForwardAsAttachmentTo", "redirectTo": "RedirectTo", "stopProcessingRules": "StopProcessingRules",
}

func decodeGraph(r *rows.Record, owner string) ingest.Outcome {
	v := r.Value
	if !v.IsObject() {
		return ingest.Rejected("the record is no JSON object but " + v.Kind().String())
	}
	if owner == "" && r.Envelope != nil {
		owner, _ = odata.User(r.Envelope.Text("@odata.context"))
	}
	c := timeline.Context{Kind: KindInbox, Key: strings.Clone(v.Get("id").Text()), Owner: owner}
	add := func(name, value string) {
		if value != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: name, Value: strings.Clone(value)})
		}
	}
	add("Name", v.Get("displayName").Text())
	add("Enabled", v.Get("isEnabled").Text())
	add("Priority", v.Get("sequence").Text())
	for name, value := range v.Members() {
		switch name {
		case "id", "displayName", "isEnabled", "sequence":
		case "conditions", "actions":
			for name, value := range value.Members() {
				if own, ok := graphNames[name]; ok {
					name = own
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
