package auditlog

import (
	"strings"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// modifyRule is the change that Outlook records of every rule when it writes
// its rules anew, without saying what they are.
const modifyRule = "ModifyMailboxRule"

// setRuleUpdate takes the rule of an UpdateInboxRules record as an object of
// its properties, with the parameters that its actions amount to under the
// names that the cmdlets give them. Outlook writes RuleName, RuleCondition and
// RuleActions, Exchange Web Services and REST write Name, Conditions, Actions
// and ServerRule.
func setRuleUpdate(p *properties, list rows.Value, ev *timeline.Event) {
	var o jsonObject
	var r ruleUpdate
	empty := true
	p.pairs(list, func(q pair) {
		o.addPair(q)
		switch q.name {
		case "RuleOperation":
			r.operation = q.text
		case "RuleName", "Name":
			r.name = q
		case "RuleActions", "Actions", "ServerRule":
			actions := p.unwrap(q.value)
			r.take(p, actions)
			empty = empty && isEmpty(q.text, actions)
		case "RuleCondition", "Conditions":
			empty = empty && isEmpty(q.text, p.unwrap(q.value))
		}
	})
	r.write(&o)
	ev.Set(timeline.ColRule, o.text())
	if r.operation == modifyRule && empty {
		ev.Flags |= timeline.Resync
	}
}

// isEmpty reports whether a property has no content, as "", "{}" and "[]".
func isEmpty(text string, v rows.Value) bool {
	if v.Exists() {
		return v.Len() == 0
	}
	return strings.Trim(text, " {}[]()") == ""
}

// A ruleUpdate is what the actions of a rule amount to.
type ruleUpdate struct {
	operation string
	name      pair
	moveTo    string
	forward   []string
	attach    []string
	redirect  []string
	markRead  bool
	deletes   bool
	erases    bool
}

// take reads a list of actions, or the object that has one.
func (r *ruleUpdate) take(p *properties, v rows.Value) {
	if v.IsObject() {
		if inner := p.unwrap(v.Get("Actions")); inner.Exists() {
			r.take(p, inner)
			return
		}
		r.action(p, v)
		return
	}
	for e := range v.Elements() {
		if a := p.unwrap(e); a.IsObject() {
			r.action(p, a)
		} else {
			r.kind(e.Text(), rows.Value{}, p)
		}
	}
}

func (r *ruleUpdate) action(p *properties, a rows.Value) {
	for _, name := range [...]string{"ActionType", "Type", "$type"} {
		if kind := a.Get(name).Text(); kind != "" {
			r.kind(kind, a, p)
			return
		}
	}
}

// kind takes one action. The words differ by client, what they hold does not:
// ForwardAsAttachmentToRecipientsAction, Forward, MoveToFolderAction, Move.
func (r *ruleUpdate) kind(kind string, a rows.Value, p *properties) {
	has := func(word string) bool { return strings.Contains(strings.ToLower(kind), word) }
	switch {
	case has("forwardasattachment"):
		r.attach = append(r.attach, p.recipients(a))
	case has("forward") && strings.Contains(a.Get("ForwardFlags").Text(), "Attachment"):
		r.attach = append(r.attach, p.recipients(a))
	case has("forward"):
		r.forward = append(r.forward, p.recipients(a))
	case has("redirect"), has("delegate"):
		r.redirect = append(r.redirect, p.recipients(a))
	case has("permanentdelete"):
		r.erases = true
	case has("delete"):
		r.deletes = true
	case has("markasread"):
		r.markRead = true
	case has("move"):
		for _, name := range [...]string{"FolderName", "Folder", "DestinationFolder"} {
			if f := a.Get(name); r.moveTo == "" && f.Exists() {
				r.moveTo = f.Text() + folderOf(f)
			}
		}
		if r.moveTo == "" {
			r.moveTo = a.Get("FolderId").Text()
		}
	}
}

func (p *properties) recipients(a rows.Value) string {
	return p.list(p.unwrap(a.Get("Recipients")))
}

// write adds the parameters that the rule's own properties do not have.
func (r *ruleUpdate) write(o *jsonObject) {
	text := func(name, value string) {
		if value != "" {
			o.add(name, rows.Quote(value))
		}
	}
	flag := func(name string, set bool) {
		if set {
			o.add(name, `"True"`)
		}
	}
	if r.name.name == "RuleName" {
		text("Name", r.name.text)
	}
	text("MoveToFolder", r.moveTo)
	text("ForwardTo", strings.Join(r.forward, ";"))
	text("ForwardAsAttachmentTo", strings.Join(r.attach, ";"))
	text("RedirectTo", strings.Join(r.redirect, ";"))
	flag("MarkAsRead", r.markRead)
	flag("DeleteMessage", r.deletes)
	flag("SoftDeleteMessage", r.erases)
}
