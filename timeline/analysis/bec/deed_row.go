package bec

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// finding is the row of a deed.
func removalRow(d *actor.Removal, p *analysis.Pass, hidden *mail.Folders) analysis.Row {
	t := p.Timeline
	r := actor.CiteActor(t, d.Actor, d.Rows)
	target := cite.FirstText(t, timeline.ColTargetFolder, d.Rows)
	kind := hidden.Kind(target)
	reasons := removalReasons(d, p, kind)
	switch {
	case actor.Failed(t, d.Rows):
		reasons = append(reasons, "the operation failed")
	case len(reasons) > 0:
		r.Severity = actor.Raised(d.Actor, analysis.High)
	case d.Kind == actor.RemovalDelete:
		r.Severity = actor.Raised(d.Actor, analysis.Medium)
	default:
		r.Severity = analysis.Low
	}
	r.Confidence = actor.Confidence(d.Basis)
	r.Cells = []string{
		actRow(d, target, kind), removalSubjects(d, t), cite.InferredText(t, timeline.ColSender, d.Rows), cite.FirstText(t, timeline.ColFolder, d.Rows), target,
		removalIDs(d), strings.Join(reasons, "; "), cite.List(cite.Operations(t, d.Rows)), actor.Attributed(d.Actor, d.Basis),
	}
	return r
}

// reasons say why a deed is consistent with covering up.
func removalReasons(d *actor.Removal, p *analysis.Pass, kind string) []string {
	var reasons []string
	at := p.Timeline.Time(d.Rows[0])
	add := func(ok bool, reason string) {
		if ok {
			reasons = append(reasons, reason)
		}
	}
	switch d.Kind {
	case actor.RemovalRule:
		add(true, "removed a rule")
	case actor.RemovalUnread:
		since := at.Sub(d.Viewed)
		add(!d.Viewed.IsZero() && since <= analysis.Minutes(p, "cover-up.after_viewing_minutes"), "the actor had viewed the message at "+cite.Stamp(d.Viewed))
	case actor.RemovalMove, actor.RemovalDelete:
		since := at.Sub(d.Sent)
		add(!d.Sent.IsZero() && since <= analysis.Minutes(p, "cover-up.after_sending_minutes"), "the actor had sent the message at "+cite.Stamp(d.Sent))
		add(d.Kind == actor.RemovalDelete && !d.Viewed.IsZero(), "the actor had viewed the message at "+cite.Stamp(d.Viewed))
		add(d.Hard, "deleted for good")
		add(d.Kind == actor.RemovalMove && kind != "", "the folder hides mail ("+kind+")")
		add(len(d.Notice) > 0, "the subject is that of a warning, a bounce or a notice: "+noticed(d.Notice))
	}
	return reasons
}

// act says in words what was done.
func actRow(d *actor.Removal, target, kind string) string {
	what := "the message"
	if n := len(d.Messages); n > 1 {
		what = cite.Counted(n, "message")
	}
	switch d.Kind {
	case actor.RemovalRule:
		return "removed or disabled an inbox rule"
	case actor.RemovalUnread:
		return "marked " + what + " as unread"
	case actor.RemovalDelete:
		if d.Hard {
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

func removalSubjects(d *actor.Removal, t *timeline.Timeline) string {
	if len(d.Messages) < 2 {
		if s := cite.InferredText(t, timeline.ColSubject, d.Rows); s != "" {
			return s
		}
	}
	var subjects []string
	for _, m := range d.Messages {
		if m.Subject != "" {
			subjects = append(subjects, m.Subject)
		}
	}
	return cite.List(subjects)
}

func removalIDs(d *actor.Removal) string {
	var ids []string
	for _, m := range d.Messages {
		if m.MessageID != "" {
			ids = append(ids, m.MessageID)
		} else if m.ItemID != "" {
			ids = append(ids, m.ItemID)
		}
	}
	return cite.List(ids)
}
