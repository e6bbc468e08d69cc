// Package inboxrule decodes snapshots of inbox rules and transport rules: the
// rules that existed when somebody listed them. They are context, not events:
// only the audit log says when a rule was made or removed.
package inboxrule

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
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

// Fields beside the parameters, which are numbered as they are listed.
var (
	fOwner    = len(parameters)
	fIdentity = slices.Index(parameters, "RuleIdentity")
)

// ruleFields are the parameters of a rule and its owner. Rename gives the
// names that parameters have in a layout beside their own.
func ruleFields(owner []string, rename map[string]string) column.Fields {
	list := make(column.Fields, 0, len(parameters)+1)
	for _, p := range parameters {
		if other, ok := rename[p]; ok {
			list = append(list, column.At(other, p))
		} else {
			list = append(list, column.At(p))
		}
	}
	return append(list, column.At(owner...))
}

// marks are the fields of parameters.
func marks(names ...string) column.Marks {
	var list column.Marks
	for _, name := range names {
		list = append(list, []int{slices.Index(parameters, name)})
	}
	return list
}

// A table is a layout whose rules are rows of cells, or objects that have the
// same names.
type table struct {
	fields  *column.Map
	mailbox string // named by the examiner
	set     *reference.Set
	lost    atomic.Int64
}

func openTable(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	t := &table{fields: m, mailbox: o.MailboxFor(h.Name), set: o.Reference}
	return &ingest.Decoder{Decode: t.decode, Finish: t.finish}, nil
}

func (t *table) decode(r *rows.Record, _ *timeline.Event) ingest.Outcome {
	owner, _, _ := strings.Cut(t.fields.Text(r, fOwner), `\`) // of an identity: mailbox\rule
	owner = cmp.Or(owner, t.mailbox)
	c := timeline.Context{Kind: KindInbox, Owner: strings.Clone(owner), Key: strings.Clone(t.fields.Text(r, fIdentity))}
	add := func(name, value string) {
		if lost(value) {
			t.lost.Add(1)
		} else if value != "" {
			c.Cells = append(c.Cells, timeline.Pair{Name: strings.Clone(name), Value: strings.Clone(value)})
		}
	}
	for i, p := range parameters {
		if v := t.fields.Value(r, i); v.IsArray() || v.IsObject() {
			add(p, plain(v))
		} else {
			add(p, t.fields.Text(r, i))
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
		s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteCut, Text: fmt.Sprintf("%d cells hold the name of a type instead of their values: the export lost them; a rule's Description was read in their place, as far as there is one", n)})
	}
}

// lost recognises a cell whose values the export dropped: it has the name of
// their type.
func lost(s string) bool {
	return column.IsTypeName(s) || strings.HasPrefix(s, "Microsoft.Exchange.") && strings.Contains(s, "`1[")
}

// unquoted is a JSON string's text; other JSON as it is.
func unquoted(s string) string {
	var text string
	if len(s) > 0 && s[0] == '"' && json.Unmarshal([]byte(s), &text) == nil {
		return text
	}
	return s
}

// owners are where a rule names its mailbox.
var owners = []string{"MailboxOwnerId", "Mailbox", "MailboxName", "UserPrincipalName", "PrimarySmtpAddress", "Owner", "User", "Identity"}

var cmdlet = &ingest.Layout{
	Name:   "Get-InboxRule",
	Doc:    "Properties of Get-InboxRule, all or chosen ones, as CSV or JSON. Cells with several values may read System.String[]; the Description then still says what the rule does, and is read.",
	Fields: ruleFields(owners, nil),
	Marks:  marks("Name"),
	Lacks:  []string{"RuleName", "AuditData", "Operation", "State", "Mode", "sequence"},
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if listsRules(h) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: openTable,
}

// rulesOnly are columns that nothing but a list of inbox rules has.
var rulesOnly = []string{
	"RuleIdentity", "StopProcessingRules", "SoftDeleteMessage", "ForwardAsAttachmentTo", "SubjectOrBodyContainsWords", "SubjectContainsWords", "BodyContainsWords",
	"FromAddressContainsWords", "HeaderContainsWords", "MarkAsRead", "CopyToFolder", "MoveToFolder", "DeleteMessage", "ForwardTo", "RedirectTo",
}

// listsRules recognises columns of inbox rules, whichever were chosen: two that
// nothing else has, or a Description in the words of one.
func listsRules(h *ingest.Head) bool {
	n := 0
	for _, name := range rulesOnly {
		if h.Has(name) {
			n++
		}
	}
	return n >= 2 || h.Has("Description") && (n > 0 || bytes.Contains(h.Bytes, []byte("Take the following actions")))
}

var extractor = &ingest.Layout{
	Name:   "Extractor-Suite MailboxRules",
	Doc:    "CSV of the Microsoft-Extractor-Suite, one row a rule, with the mailbox in UserName.",
	Fields: ruleFields([]string{"UserName"}, map[string]string{"Name": "RuleName", "Enabled": "RuleEnabled", "Description": "TextDescription"}),
	Marks:  append(marks("Description", "MoveToFolder", "ForwardTo"), []int{fOwner}),
	Detect: hasRuleName,
	Open:   openTable,
}

var extractorGraph = &ingest.Layout{
	Name: "Extractor-Suite MailboxRulesGraph",
	Doc:  "The same from Graph; MoveToFolder is a folder's id.",
	Fields: ruleFields([]string{"UserPrincipalName"}, map[string]string{
		"Name": "RuleName", "Priority": "Sequence", "DeleteMessage": "Delete", "SoftDeleteMessage": "PermanentDelete", "ForwardAsAttachmentTo": "ForwardAsAttachment",
		"SubjectContainsWords": "SubjectContains", "BodyContainsWords": "BodyContains", "HasAttachment": "HasAttachments", "RuleIdentity": "RuleId",
	}),
	Marks:  append(marks("Priority", "SoftDeleteMessage", "ForwardTo"), []int{fOwner}),
	Lacks:  []string{"RuleIdentity"},
	Detect: hasRuleName,
	Open:   openTable,
}

// hasRuleName distinguishes the extractor's tables from the cmdlet's.
func hasRuleName(h *ingest.Head, _ *ingest.Options) ingest.Match {
	if h.Has("RuleName") {
		return ingest.Strong
	}
	return ingest.None
}
