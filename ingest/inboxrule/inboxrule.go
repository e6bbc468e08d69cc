// Package inboxrule decodes snapshots of inbox rules and transport rules: the
// rules that were alive when somebody listed them. They are context, not
// events: when a rule was made or removed is told by the audit log only.
package inboxrule

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"

	"becforensics/ingest"
	"becforensics/ingest/internal/fields"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// Kinds of the context rows.
const (
	KindInbox     = "inbox rule"
	KindTransport = "transport rule"
)

// Source is the snapshots of rules.
var Source = &ingest.Source{
	Name:  "inboxrule",
	Title: "Inbox and transport rules",
	Doc: "Rules as they stood when they were listed: Get-InboxRule and its copies, Graph's message rules, transport rules. " +
		"A rule that was made and removed before is not there; hidden rules may not be listed.",
	Wants: "a rule's columns (RuleIdentity, MoveToFolder, DeleteMessage …) or Graph's conditions and actions",
	Layouts: []*ingest.Layout{
		cmdlet, extractor, extractorGraph, graph, transport,
	},
}

// parameters are the cells of an inbox rule, named as the cmdlets name them.
// They are the names under which the audit log has a rule's parameters too.
var parameters = []string{
	"Name", "Enabled", "Priority", "From", "FromAddressContainsWords", "SubjectContainsWords", "SubjectOrBodyContainsWords", "BodyContainsWords", "HeaderContainsWords", "SentTo",
	"HasAttachment", "MoveToFolder", "CopyToFolder", "DeleteMessage", "SoftDeleteMessage", "ForwardTo", "ForwardAsAttachmentTo", "RedirectTo",
	"MarkAsRead", "MarkImportance", "StopProcessingRules", "Description", "RuleIdentity", "InError",
}

// A table is a layout whose rules are rows of cells, or objects that have the
// same names.
type table struct {
	fields  *fields.Map
	owner   int // number of the owner's field
	id      int
	mailbox string // named by the examiner
	set     *reference.Set
	lost    atomic.Int64
}

// rename gives for each parameter the names it has in a layout beside its own.
func tableOf(h *ingest.Head, owner []string, rename map[string]string) *table {
	names := make([][]string, 0, len(parameters)+1)
	for _, p := range parameters {
		list := []string{p}
		if other, ok := rename[p]; ok {
			list = []string{other, p}
		}
		names = append(names, list)
	}
	return &table{fields: fields.New(h.Shape.Header, append(names, owner)...), owner: len(parameters), id: index("RuleIdentity")}
}

func index(parameter string) int {
	for i, p := range parameters {
		if p == parameter {
			return i
		}
	}
	return -1
}

func (t *table) decode(r *rows.Record, _ *timeline.Event) ingest.Outcome {
	owner, _, _ := strings.Cut(t.fields.Get(r, t.owner), `\`) // of an identity: mailbox\rule
	owner = cmp.Or(owner, t.mailbox)
	c := timeline.Context{Kind: KindInbox, Owner: strings.Clone(owner), Key: strings.Clone(t.fields.Get(r, t.id))}
	add := func(name, value string) {
		if lost(value) {
			t.lost.Add(1)
		} else if value != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: strings.Clone(name), Value: strings.Clone(value)})
		}
	}
	for i, p := range parameters {
		if v := t.fields.Value(r, i); v.Exists() {
			add(p, plain(v))
		} else {
			add(p, t.fields.Get(r, i))
		}
	}
	for name, value := range t.fields.Others(r) {
		add(name, unquoted(value))
	}
	if len(c.Cells) == 0 {
		return ingest.Rejected("row holds no rule")
	}
	return ingest.IsContext(described(c, t.set))
}

func (t *table) finish(s *timeline.Source) {
	if n := t.lost.Load(); n > 0 {
		s.Notes = append(s.Notes, timeline.Note{Kind: "cut", Text: fmt.Sprintf("%d cells hold the name of a type instead of their values: the export lost them; a rule's Description was read in their place, as far as there is one", n)})
	}
}

// lost recognises a cell whose values the export dropped: it has the name of
// their type.
func lost(s string) bool {
	return fields.IsTypeName(s) || strings.HasPrefix(s, "Microsoft.Exchange.") && strings.Contains(s, "`1[")
}

// unquoted is a JSON string's text; other JSON as it is.
func unquoted(s string) string {
	var text string
	if len(s) > 0 && s[0] == '"' && json.Unmarshal([]byte(s), &text) == nil {
		return text
	}
	return s
}

func tableLayout(name, doc string, detect func(*ingest.Head) ingest.Match, owner []string, rename map[string]string) *ingest.Layout {
	return &ingest.Layout{
		Name: name, Doc: doc, Columns: parameters, Detect: detect,
		Open: func(h *ingest.Head, o *ingest.Options) (*ingest.Decoder, error) {
			t := tableOf(h, owner, rename)
			t.mailbox, t.set = o.MailboxFor(h.Name), o.Reference
			return &ingest.Decoder{Decode: t.decode, Finish: t.finish}, nil
		},
	}
}

var (
	cmdlet = tableLayout("Get-InboxRule",
		"Properties of Get-InboxRule, as CSV or JSON. Cells with several values may read System.String[]; the Description then still says what the rule does, and is read.",
		func(h *ingest.Head) ingest.Match {
			if h.Has("Name", "RuleIdentity", "MoveToFolder", "ForwardTo", "DeleteMessage", "Priority") && !h.Has("RuleName") {
				return ingest.Strong
			}
			return ingest.None
		},
		[]string{"MailboxOwnerId", "Mailbox", "UserPrincipalName", "Identity"}, nil)
	extractor = tableLayout("Extractor-Suite MailboxRules",
		"CSV of the Microsoft-Extractor-Suite, one row a rule, with the mailbox in UserName.",
		func(h *ingest.Head) ingest.Match {
			if h.Has("UserName", "RuleName", "RuleIdentity", "MoveToFolder", "ForwardTo") {
				return ingest.Strong
			}
			return ingest.None
		},
		[]string{"UserName"}, map[string]string{"Name": "RuleName"})
	extractorGraph = tableLayout("Extractor-Suite MailboxRulesGraph",
		"The same from Graph; MoveToFolder is a folder's id.",
		func(h *ingest.Head) ingest.Match {
			if h.Has("UserPrincipalName", "RuleName", "Sequence", "PermanentDelete", "ForwardTo") {
				return ingest.Strong
			}
			return ingest.None
		},
		[]string{"UserPrincipalName"}, map[string]string{
			"Name": "RuleName", "Priority": "Sequence", "DeleteMessage": "Delete", "SoftDeleteMessage": "PermanentDelete", "ForwardAsAttachmentTo": "ForwardAsAttachment",
			"SubjectContainsWords": "SubjectContains", "BodyContainsWords": "BodyContains", "HasAttachment": "HasAttachments", "RuleIdentity": "RuleId",
		})
)

// transport is the organisation's transport rules.
var transport = &ingest.Layout{
	Name: "transport rules", Doc: "CSV of Get-TransportRule: rules that act on all mail of the organisation.",
	Columns: []string{"Name", "Description", "CreatedBy", "WhenChanged", "State", "Priority", "Mode"},
	Detect: func(h *ingest.Head) ingest.Match {
		if h.Has("Name", "Description", "State", "Priority", "Mode") && (h.Has("CreatedBy") || h.Has("WhenChanged")) && !h.Has("RuleIdentity") {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, _ *ingest.Options) (*ingest.Decoder, error) {
		names := []string{"Name", "Description", "CreatedBy", "WhenChanged", "State", "Priority", "Mode"}
		lists := make([][]string, len(names))
		for i, n := range names {
			lists[i] = []string{n}
		}
		f := fields.New(h.Shape.Header, lists...)
		return &ingest.Decoder{Decode: func(r *rows.Record, _ *timeline.Event) ingest.Outcome {
			c := timeline.Context{Kind: KindTransport, Key: strings.Clone(f.Get(r, 0))}
			for i, n := range names {
				if v := f.Get(r, i); v != "" {
					c.Cells = append(c.Cells, timeline.Pair{Name: n, Value: strings.Clone(v)})
				}
			}
			if len(c.Cells) == 0 {
				return ingest.Rejected("row holds no rule")
			}
			return ingest.IsContext(c)
		}}, nil
	},
}
