package actor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
)

// A Standing is a way in, out or through that an actor, or a change that a sign
// speaks against, put in place, and what the evidence shows of it at its end.
type Standing struct {
	Kind     string // one of the change.Access constants
	What     string
	Object   string // by name; empty where the account is all
	Account  string
	Rows     []int             // of the changes that put it in place, in time order; empty if only a snapshot shows it
	Cited    []timeline.Origin // of snapshots that show it
	Severity analysis.Severity // of the heaviest sign, or what its actor's band allows
	Actor    *Actor            // whose act it was; nil if no actor's of band review or act
	State    StandingState
	Ended    int    // row that shows its removal; -1 if no record does
	Text     string // the state in words, with what shows it

	changes []change.AccessChange
}

// A StandingState says what became of what was put in place.
type StandingState uint8

// States.
const (
	StandingUntold StandingState = iota
	StandingWorks
	StandingRemoved
)

// standingSeverity is what a change of an actor weighs that no sign speaks
// against by itself, before the actor's band caps it.
const standingSeverity = analysis.Medium

// Standings are what actors and accusing changes put in place, by their first
// record, those that only snapshots show last.
var Standings = &analysis.Fact[[]Standing]{
	Name:  "standing access",
	Needs: []analysis.Need{analysis.Signs, change.AccessChanges, Actors},
	Make:  findStandings,
}

func findStandings(p *analysis.Pass) []Standing {
	t, all := p.Timeline, change.AccessChanges.Of(p)
	var found []*Standing
	var ends []*change.AccessChange
	links := map[string]*Standing{} // by what they open, as one act may leave very many
	for i := range all {
		ch := &all[i]
		if ch.Ends {
			ends = append(ends, ch)
			continue
		}
		severity, user := suspected(p, t.Origin(ch.Row))
		who, _ := Actors.Of(p).At(ch.Row)
		if who != nil && who.Band == BandListed {
			who = nil
		}
		if who != nil && severity == analysis.Info {
			severity = Raised(who, standingSeverity)
		}
		if severity == analysis.Info {
			continue
		}
		s := links[ch.Object]
		if ch.Kind != change.AccessLink {
			s = about(found, ch)
		}
		if s == nil {
			s = &Standing{Kind: ch.Kind, What: ch.What, Ended: -1}
			found = append(found, s)
			if ch.Kind == change.AccessLink {
				links[ch.Object] = s
			}
		}
		s.Rows, s.changes = append(s.Rows, ch.Row), append(s.changes, *ch)
		s.Severity = max(s.Severity, severity)
		s.Actor = cmp.Or(s.Actor, who)
		s.Object = readable(s.Object, ch.Object)
		if s.Account = cmp.Or(s.Account, ch.Account); s.Account == "" && strings.Contains(user, "@") {
			s.Account = strings.ToLower(user)
		}
	}
	for _, s := range found {
		s.attribute(p)
		s.settle(p, ends)
	}
	found = append(found, snapshotOnly(p, found)...)
	list := make([]Standing, len(found))
	for i, s := range found {
		list[i] = *s
	}
	return list
}

// about is what was put in place already that a change is about; nil if it is
// about another object.
func about(found []*Standing, ch *change.AccessChange) *Standing {
	for _, s := range found {
		if slices.ContainsFunc(s.changes, func(other change.AccessChange) bool { return other.SameObject(ch) }) {
			return s
		}
	}
	return nil
}

// attribute completes whose access it is. A service registers a device for its
// user, and its record may name the device alone: it is that of the actor who
// used it.
func (s *Standing) attribute(p *analysis.Pass) {
	t := p.Timeline
	for _, who := range Actors.Of(p).Actors {
		if s.Kind != change.AccessDevice || s.Actor != nil && s.Account != "" || who.Band == BandListed {
			continue
		}
		for _, row := range who.Rows {
			if d := t.Text(timeline.ColDevice, row); d != "" && slices.ContainsFunc(s.changes, func(ch change.AccessChange) bool { return ch.Names([]string{strings.ToLower(d)}) }) {
				s.Actor, s.Account = cmp.Or(s.Actor, who), cmp.Or(s.Account, strings.ToLower(t.Text(timeline.ColUser, row)))
				break
			}
		}
	}
	if s.Account == "" && s.Actor != nil {
		s.Account = strings.ToLower(s.Actor.User)
	}
}

// readable is the name of an object that says more: one that is no id.
func readable(a, b string) string {
	const idParts = 5
	if a == "" || strings.Count(a, "-") == idParts-1 && strings.Count(b, "-") != idParts-1 && b != "" {
		return b
	}
	return a
}

// suspected is the gravest severity of the signs about a change that rest on a
// record, and the user whom they name. Signs about where and how the account was
// used, and those that the examiner holds for benign, say nothing of a change.
func suspected(p *analysis.Pass, o timeline.Origin) (worst analysis.Severity, user string) {
	signs := analysis.Signs.Of(p)
	for _, i := range signs.At(o) {
		s := &signs.All[i]
		if aboutEntry(s.Analyzer.Family) && s.Analyzer.Family != familyToken {
			continue
		}
		if r := p.Settings.Reviewed(s.ID); r != nil && r.State == analysis.Benign {
			continue
		}
		if s.Severity > worst {
			worst, user = s.Severity, s.User
		}
	}
	return worst, user
}

// settle says what became of what was put in place: by a later record that
// ends it, else by snapshots.
func (s *Standing) settle(p *analysis.Pass, ends []*change.AccessChange) {
	t := p.Timeline
	last := s.Rows[len(s.Rows)-1]
	for _, ch := range ends {
		if ch.Row > last && s.endedBy(ch) {
			s.State, s.Ended = StandingRemoved, ch.Row
			s.Text = fmt.Sprintf("removed at %s (%s, by %s, %s)", cite.Stamp(t.Time(ch.Row)), ch.What, t.Text(timeline.ColUser, ch.Row), t.Origin(ch.Row))
			return
		}
	}
	var shows, silent []timeline.Origin
	for _, c := range t.Context() {
		if !ofSnapshot(c.Kind, s.changes[0].Snapshot) || !c.Seen.IsZero() && c.Seen.Before(t.Time(last)) {
			continue
		}
		switch {
		case s.shownBy(&c):
			shows = append(shows, c.Origin)
		case s.coveredBy(&c):
			silent = append(silent, c.Origin)
		}
	}
	switch {
	case len(shows) > 0:
		s.State, s.Cited = StandingWorks, shows
		s.Text = fmt.Sprintf("works at the end of the evidence: a snapshot shows it (%s)", shows[0])
	case len(silent) > 0:
		s.State = StandingRemoved
		s.Text = fmt.Sprintf("removed at a time not on record: the snapshot does not show it (%s)", silent[0])
	default:
		s.Text = "cannot be told: no snapshot, and no record of its removal"
	}
}

// endedBy reports whether a change ends what was put in place. A guest goes
// with its account.
func (s *Standing) endedBy(ch *change.AccessChange) bool {
	if s.Kind == change.AccessGuest {
		return ch.Kind == change.AccessAccount && strings.EqualFold(ch.Account, s.Object)
	}
	return slices.ContainsFunc(s.changes, func(made change.AccessChange) bool { return made.SameObject(ch) })
}

// ofSnapshot reports whether a kind of context rows is one that shows a kind of
// change: "application grant" is shown by "application grant (Graph)".
func ofSnapshot(kind, snapshot string) bool {
	rest, ok := strings.CutPrefix(kind, snapshot)
	return ok && snapshot != "" && (rest == "" || strings.HasPrefix(rest, " (") || snapshot == snapshotFactor)
}

// snapshotFactor is how the kinds of context rows about authentication methods
// begin.
const snapshotFactor = "MFA"

// shownBy reports whether a context row shows what was put in place.
func (s *Standing) shownBy(c *timeline.Context) bool {
	owner := ownerOf(c)
	switch s.Kind {
	case change.AccessRule:
		return change.SameMailbox(owner, s.Account) && strings.EqualFold(c.Get("Name"), s.Object)
	case change.AccessForward:
		return change.SameMailbox(owner, s.Account) && (c.Get("ForwardingSmtpAddress") != "" || c.Get("ForwardingAddress") != "")
	case change.AccessDelegate:
		return change.SameMailbox(owner, s.Account) && holds(c, []string{strings.ToLower(s.Object)})
	case change.AccessFactor:
		return false // which of several methods it is, no snapshot tells
	}
	var keys []string
	for _, ch := range s.changes {
		keys = append(keys, ch.Keys...)
	}
	return holds(c, keys)
}

// coveredBy reports whether a context row would be one of several among which
// that of what was put in place belongs.
func (s *Standing) coveredBy(c *timeline.Context) bool {
	switch s.Kind {
	case change.AccessDevice, change.AccessApplication, change.AccessGuest:
		return true
	case change.AccessFactor:
		return false
	}
	return change.SameMailbox(ownerOf(c), s.Account)
}

// ownerOf is whose state a context row is.
func ownerOf(c *timeline.Context) string { return cmp.Or(c.Owner, c.Key) }

// holds reports whether one of the cells or the key of a context row is one of
// some texts in lower case.
func holds(c *timeline.Context, texts []string) bool {
	if slices.Contains(texts, strings.ToLower(c.Key)) {
		return true
	}
	return slices.ContainsFunc(c.Cells, func(cell timeline.Pair) bool {
		return cell.Value != "" && slices.Contains(texts, strings.ToLower(cell.Value))
	})
}

// snapshotOnly are rules and forwards that signs speak against in a snapshot
// and whose making is not on record.
func snapshotOnly(p *analysis.Pass, known []*Standing) []*Standing {
	var found []*Standing
	for _, c := range p.Timeline.Context() {
		kind, what, object := "", "", ""
		switch {
		case c.Kind == change.ContextRule:
			kind, what, object = change.AccessRule, "inbox rule", c.Get("Name")
		case c.Kind == change.ContextMailbox:
			kind, what = change.AccessForward, "forwarding of a mailbox"
		default:
			continue
		}
		severity, user := suspected(p, c.Origin)
		if severity == analysis.Info || slices.ContainsFunc(known, func(s *Standing) bool { return s.Kind == kind && s.shownBy(&c) }) {
			continue
		}
		found = append(found, &Standing{
			Kind: kind, What: what, Object: object, Account: strings.ToLower(cmp.Or(user, ownerOf(&c))), Cited: []timeline.Origin{c.Origin}, Severity: severity,
			State: StandingWorks, Ended: -1, Text: fmt.Sprintf("works at the end of the evidence: a snapshot shows it (%s); its making is not on record", c.Origin),
		})
	}
	return found
}

// Since is when the first record of its making was; zero if there is no such
// record.
func (s *Standing) Since(t *timeline.Timeline) time.Time {
	if len(s.Rows) == 0 {
		return time.Time{}
	}
	return t.Time(s.Rows[0])
}
