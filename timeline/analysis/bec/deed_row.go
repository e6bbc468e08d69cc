package bec

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
	"becforensics/timeline/reference"
)

// finding is the row of a deed.
func (d *deed) finding(p *analysis.Pass, hidden *mail.Folders) analysis.Row {
	t := p.Timeline
	r := citingActor(t, d.actor, d.rows)
	target := cite.FirstText(t, timeline.ColTargetFolder, d.rows)
	kind := hidden.Kind(target)
	reasons := d.reasons(p, kind)
	switch {
	case failed(t, d.rows):
		reasons = append(reasons, "the operation failed")
	case len(reasons) > 0:
		r.Severity = raised(d.actor, analysis.High)
	case d.kind == deedDelete:
		r.Severity = raised(d.actor, analysis.Medium)
	default:
		r.Severity = analysis.Low
	}
	r.Confidence = confidence(d.basis)
	r.Cells = []string{
		d.act(target, kind), d.subjects(t), cite.InferredText(t, timeline.ColSender, d.rows), cite.FirstText(t, timeline.ColFolder, d.rows), target,
		d.ids(), strings.Join(reasons, "; "), cite.List(cite.Operations(t, d.rows)), attributed(d.actor, d.basis),
	}
	return r
}

// reasons say why a deed is consistent with covering up.
func (d *deed) reasons(p *analysis.Pass, kind string) []string {
	var reasons []string
	at := p.Timeline.Time(d.rows[0])
	add := func(ok bool, reason string) {
		if ok {
			reasons = append(reasons, reason)
		}
	}
	switch d.kind {
	case deedRule:
		add(true, "removed a rule")
	case deedUnread:
		since := at.Sub(d.viewed)
		add(!d.viewed.IsZero() && since <= analysis.Minutes(p, "cover-up.after_viewing_minutes"), "the actor had viewed the message at "+cite.Stamp(d.viewed))
	case deedMove, deedDelete:
		since := at.Sub(d.sent)
		add(!d.sent.IsZero() && since <= analysis.Minutes(p, "cover-up.after_sending_minutes"), "the actor had sent the message at "+cite.Stamp(d.sent))
		add(d.kind == deedDelete && !d.viewed.IsZero(), "the actor had viewed the message at "+cite.Stamp(d.viewed))
		add(d.hard, "deleted for good")
		add(d.kind == deedMove && kind != "", "the folder hides mail ("+kind+")")
		add(len(d.notice) > 0, "the subject is that of a warning, a bounce or a notice: "+noticed(d.notice))
	}
	return reasons
}

func noticed(terms []reference.Term) string {
	var texts []string
	for _, term := range terms {
		texts = append(texts, term.Text)
	}
	return cite.List(texts)
}

// act says in words what was done.
func (d *deed) act(target, kind string) string {
	what := "the message"
	if n := len(d.messages); n > 1 {
		what = cite.Counted(n, "message")
	}
	switch d.kind {
	case deedRule:
		return "removed or disabled an inbox rule"
	case deedUnread:
		return "marked " + what + " as unread"
	case deedDelete:
		if d.hard {
			return "deleted " + what + " for good"
		}
		return "deleted " + what
	}
	switch {
	case kind != "":
		return "moved " + what + " to a folder that hides mail (" + kind + ")"
	case target != "":
		return "moved " + what + " to " + target
	}
	return "moved " + what
}

func (d *deed) subjects(t *timeline.Timeline) string {
	if len(d.messages) < 2 {
		if s := cite.InferredText(t, timeline.ColSubject, d.rows); s != "" {
			return s
		}
	}
	var subjects []string
	for _, m := range d.messages {
		if m.Subject != "" {
			subjects = append(subjects, m.Subject)
		}
	}
	return cite.List(subjects)
}

func (d *deed) ids() string {
	var ids []string
	for _, m := range d.messages {
		if m.MessageID != "" {
			ids = append(ids, m.MessageID)
		} else if m.ItemID != "" {
			ids = append(ids, m.ItemID)
		}
	}
	return cite.List(ids)
}
