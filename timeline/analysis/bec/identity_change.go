package bec

import (
	"fmt"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/mail"
)

var identityChange = &analysis.Analyzer{
	Name:       "identity-change",
	Title:      "Identity changes",
	Doc:        explain("identity-change"),
	Columns:    change.WatchedColumns,
	Key:        []string{analysis.KeyUser, "Kind", "Operation", "Target"},
	Needs:      []analysis.Need{analysis.Signs, change.Watched, mail.Tenant, actor.Actors, actor.Routines},
	Points:     []*analysis.Point{change.SameActMinutes},
	Version:    6,
	Techniques: []string{"T1098", "T1098.001", "T1098.003", "T1098.005", "T1556.006", "T1484.002", "T1531"},
	References: []string{"SigmaHQ/sigma 4d78a000, 60de9b57", "elastic/detection-rules 82629eed", "Azure-Sentinel bfacf634", "panther-labs/panther-analysis"},
	Settings:   []string{"accepted_domains", "sister_domains", "thresholds"},
	Family:     "persist",
	Run:        runIdentityChange,
	Acts:       runIdentityChange,
}

func runIdentityChange(p *analysis.Pass) (*analysis.Finding, error) {
	set := change.FindWatched(p, "identity-change")
	for i := range set.Hits {
		h := &set.Hits[i]
		if !h.Failed && !explainedHit(p, h) {
			afterLogon(p, h)
		}
		actor.WeighHit(p, h)
	}
	return set.Finding(actor.AttributionNotes(p)), nil
}

// explainedHit lets a change inform that is what it is by itself: a site that
// is the account's own, or a guest who is one of the tenant's people.
func explainedHit(p *analysis.Pass, h *change.Hit) bool {
	reason := ""
	switch {
	case ownSite(p.Timeline, h):
		reason = "the site is the account's own, whose administrator it is from the start"
	case invitedWithin(p, h):
		reason = "the address that was invited lies within the tenant's own domains"
	default:
		return false
	}
	h.Row.Severity = analysis.Info
	h.Row.Reasons = append(h.Row.Reasons, reason)
	return true
}

// invitedWithin reports whether a guest was invited at an address of the
// tenant's own domains.
func invitedWithin(p *analysis.Pass, h *change.Hit) bool {
	if !strings.HasPrefix(h.Operation(), "invite") {
		return false
	}
	address := timeline.Property(p.Timeline.Details(h.Record), "invitedUserEmailAddress")
	return mail.InDomains(mail.Tenant.Of(p), mail.DomainOf(address))
}

// afterLogon raises a change that follows a suspicious logon of the account
// that made it, or of the account that it was made to.
func afterLogon(p *analysis.Pass, h *change.Hit) {
	t, r := p.Timeline, h.Row
	at, ok := t.Nanos(h.Record)
	if !ok {
		return
	}
	attributed, _ := actor.Actors.Of(p).At(h.Record)
	for _, user := range []uint32{t.Folded(timeline.ColUser, h.Record), foldedUser(t, targetUser(t, h.Record))} {
		if user == 0 {
			continue
		}
		l, ok := actor.Routines.Of(p).SuspiciousBefore(user, at)
		if !ok {
			continue
		}
		if attributed == nil {
			r.Severity = min(r.Severity+1, analysis.Critical)
		}
		r.Severity = max(r.Severity, analysis.Medium)
		r.Origins = append(r.Origins, t.Origin(l))
		after := max(time.Minute, time.Duration(at-timeline.UnixNano(t, l)).Round(time.Minute))
		r.Reasons = append(r.Reasons, fmt.Sprintf("%s after a suspicious logon of %s", strings.TrimSuffix(after.String(), "0s"), t.Value(timeline.ColUser, user)))
		return
	}
}

// ownSite reports whether an account became the administrator of its own
// personal site, as happens when the site is made.
func ownSite(t *timeline.Timeline, h *change.Hit) bool {
	return strings.EqualFold(change.ValueOf(h.Changes, "SiteAdmin"), t.Text(timeline.ColUser, h.Record)) && strings.Contains(t.Text(timeline.ColTarget, h.Record), "/personal/")
}

// targetUser is the account that a directory operation changed.
func targetUser(t *timeline.Timeline, row int) string {
	for part := range strings.SplitSeq(t.Text(timeline.ColTarget, row), ";") {
		if part = strings.TrimSpace(part); strings.Contains(part, "@") {
			return part
		}
	}
	return ""
}

// foldedUser is the folded code of a user's name, 0 if no event is by it.
func foldedUser(t *timeline.Timeline, name string) uint32 {
	code, ok := t.Find(timeline.ColUser, name)
	if !ok {
		return 0
	}
	return t.Fold(timeline.ColUser)[code]
}
