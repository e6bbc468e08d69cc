package bec

import (
	"fmt"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
)

var identityChange = &analysis.Analyzer{
	Name:  "identity-change",
	Title: "Identity changes",
	Doc: analysis.Doc{
		Question: "Did somebody change who may sign in, how, or what an account or application may do?",
		Method: "Operations that the table of watched changes lists: sign-in methods, passwords, roles, devices, credentials of applications, federation and domains, guests, removed accounts, weakened policies, IMAP or POP switched on. " +
			"A change that is attributed to a suspicious actor, or lies within 24 hours after a suspicious logon of the user who made it or of the account that it changed, weighs one step more, in the latter case medium at least. A change of medium weight or less from a network that is usual for the account, with 20 active days of history, or where the account's own device was at the address within 12 hours, only informs, as do a failed operation, the own password, and a new method or device without anything that speaks against it. Records of one act within 5 minutes are one row.",
		Limits:   "The directory's log is kept for 30 days at most without export; older changes are not seen. Roles granted through groups and changes in on-premises directories are not seen.",
		Innocent: "New phones, new colleagues and routine administration make the same records. A change stands here because it matters, not because it is hostile: the actor and the time decide.",
		Confirm:  "The owner's account of the new method or device; a ticket for the administrator's change.",
	},
	Columns:    watchedColumns,
	Needs:      accusers,
	Version:    3,
	Techniques: []string{"T1098", "T1098.001", "T1098.003", "T1098.005", "T1556.006", "T1484.002", "T1531"},
	References: []string{"SigmaHQ/sigma 4d78a000, 60de9b57", "elastic/detection-rules 82629eed", "Azure-Sentinel bfacf634", "panther-labs/panther-analysis"},
	Settings:   []string{"thresholds"},
	Run:        runIdentityChange,
}

// soonAfter is how long after a suspicious logon a change is taken to follow
// from it (catalogue M19: 24 hours).
const soonAfter = 24 * time.Hour

func runIdentityChange(p *analysis.Pass) (*analysis.Finding, error) {
	t := p.Timeline
	suspicious := suspiciousLogons(p)
	return findWatched(p, "identity-change", func(row int, changes []change, r *analysis.Row, why *[]string) {
		if ownSite(t, row, changes) {
			r.Severity = analysis.Info
			*why = append(*why, "the site is the account's own, whose administrator it is from the start")
			return
		}
		at, ok := t.Nanos(row)
		if !ok {
			return
		}
		attributed, _ := actors(p).at(row)
		for _, user := range []uint32{t.Folded(timeline.ColUser, row), foldedUser(t, targetUser(t, row))} {
			if user == 0 {
				continue
			}
			if l, ok := lastBefore(t, suspicious[user], at, soonAfter); ok {
				if attributed == nil {
					r.Severity = min(r.Severity+1, analysis.Critical)
				}
				r.Severity = max(r.Severity, analysis.Medium)
				r.Origins = append(r.Origins, t.Origin(l))
				*why = append(*why, fmt.Sprintf("%s after a suspicious logon of %s", strings.TrimSuffix(max(time.Minute, time.Duration(at-nanosOf(t, l)).Round(time.Minute)).String(), "0s"), t.Value(timeline.ColUser, user)))
				return
			}
		}
	}), nil
}

// ownSite reports whether an account became the administrator of its own
// personal site, as happens when the site is made.
func ownSite(t *timeline.Timeline, row int, changes []change) bool {
	return strings.EqualFold(valueOf(changes, "SiteAdmin"), t.Text(timeline.ColUser, row)) && strings.Contains(t.Text(timeline.ColTarget, row), "/personal/")
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

func nanosOf(t *timeline.Timeline, row int) int64 {
	n, _ := t.Nanos(row)
	return n
}
