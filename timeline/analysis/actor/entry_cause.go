package actor

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
)

// A Cause is the way by which an account was entered, as the report names it.
type Cause string

// Causes.
const (
	CauseInsider    Cause = "an insider or a delegate"
	CauseDeviceCode Cause = "a device code entered for somebody else"
	CauseConsent    Cause = "a consent to an application"
	CauseRelay      Cause = "a relayed sign-in or a code passed on"
	CauseSession    Cause = "a session taken over from its owner"
	CausePush       Cause = "a second factor requested until it was approved"
	CausePassword   Cause = "a password that was tried out"
	CauseLegacy     Cause = "a password used by a protocol without a second factor"
	CauseMessage    Cause = "a password given away after a message"
	CauseCredential Cause = "a credential whose theft is not on record"
	CauseUnknown    Cause = "a way in that is not on record"
)

// A doorway holds what the search for causes asks of all actors.
type doorway struct {
	p       *analysis.Pass
	t       *timeline.Timeline
	classes []string
	logons  map[int]*logon.Logon // of actors, by row
	legacy  func(*logon.Logon) uint64
	wrong   []bool                  // by code of ColError: about the password
	factor  []bool                  // about the second factor
	owned   map[ownedSession]int    // first row of a session that is no actor's
	tried   map[*Actor][]triedEntry // by what its signs of the door cite
}

// An ownedSession is a session of an account, by folded codes.
type ownedSession struct{ user, session uint32 }

// A triedEntry is a sign-in that failed and that a sign about the door cites.
type triedEntry struct {
	row  int
	user uint32
}

// familyDoor is the family of signs of those who try to get in.
const familyDoor = "door"

func newDoorway(p *analysis.Pass) *doorway {
	t := p.Timeline
	a := Actors.Of(p)
	d := &doorway{
		p: p, t: t, classes: analysis.Operations.Of(p), logons: map[int]*logon.Logon{}, legacy: logon.LegacyProtocols(p),
		wrong: make([]bool, t.Cardinality(timeline.ColError)), factor: make([]bool, t.Cardinality(timeline.ColError)),
		owned: map[ownedSession]int{}, tried: map[*Actor][]triedEntry{},
	}
	d.wrong[0] = true // a sign-in that failed and does not say why
	for code := 1; code < len(d.wrong); code++ {
		text := t.Value(timeline.ColError, uint32(code))
		class := p.Reference.ErrorClass(text, text)
		d.wrong[code], d.factor[code] = class == "credential" || class == "lockout", class == analysis.ClassMFA
	}
	list := logon.Logons.Of(p)
	for i := range list {
		if by, _ := a.At(list[i].Row); by != nil {
			d.logons[list[i].Row] = &list[i]
		}
	}
	doors := map[*analysis.Sign]*Actor{}
	for _, who := range a.Actors {
		for _, s := range who.Signs {
			if s.Analyzer.Family == familyDoor {
				doors[s] = who
			}
		}
	}
	sessions := map[ownedSession]bool{}
	for row := range a.Rows() {
		sessions[ownedSession{t.Folded(timeline.ColUser, row), t.Folded(timeline.ColSession, row)}] = true
	}
	for row := range t.Timed() {
		by, _ := a.At(row)
		if s := t.Folded(timeline.ColSession, row); by == nil && s != 0 && sessions[ownedSession{t.Folded(timeline.ColUser, row), s}] && !t.Source(row).ClientSessions && t.Outcome(row) <= timeline.Success {
			k := ownedSession{t.Folded(timeline.ColUser, row), s}
			if _, ok := d.owned[k]; !ok {
				d.owned[k] = row
			}
		}
		if t.Outcome(row) <= timeline.Success || t.Outcome(row) != timeline.Failure && t.Code(timeline.ColError, row) == 0 || d.classes[t.Code(timeline.ColOperation, row)] != analysis.ClassLogon {
			continue
		}
		one := triedEntry{row, t.Folded(timeline.ColUser, row)}
		if by != nil {
			d.tried[by] = append(d.tried[by], one)
		}
		for _, s := range a.signs.At(t.Origin(row)) {
			if who := doors[&a.signs.All[s]]; who != nil && who != by {
				d.tried[who] = append(d.tried[who], one)
			}
		}
	}
	return d
}

// cause finds the root cause of an entry, the surest first, and says what it
// rests on.
func (d *doorway) cause(b *beginning, e *Entry) string {
	for _, find := range [...]func(*beginning, *Entry) string{
		d.insider, d.deviceCode, d.consent, d.passedOn, d.sharedSession, d.tracesOfKit, d.pushed, d.triedOut, d.suspectToken, d.factorGiven, d.clicked, d.legacyProtocol,
	} {
		if why := find(b, e); why != "" {
			return why
		}
	}
	if !b.signIn {
		e.Cause, e.Confidence = CauseUnknown, analysis.Unsure
		return "the records do not show how the account was entered"
	}
	e.Cause, e.Confidence = CauseCredential, analysis.Unsure
	return "the first sign-in on record succeeded, and nothing on record tells how the password or token was got"
}

func (d *doorway) insider(b *beginning, e *Entry) string {
	if !b.who.Insider {
		return ""
	}
	e.Cause, e.Confidence = CauseInsider, analysis.Likely
	return "the acts were done from where the account usually is"
}

// relayed is the relay of some kinds by which one of the first sign-ins was
// got; nil if there is no such relay.
func (d *doorway) relayed(b *beginning, kind string) *logon.Relay {
	all := logon.Relays.Of(d.p)
	for i := range all {
		r := &all[i]
		if r.Kind == kind && slices.ContainsFunc(r.Redeemed, func(l *logon.Logon) bool { return slices.Contains(b.rows, l.Row) }) {
			return r
		}
	}
	return nil
}

func (d *doorway) deviceCode(b *beginning, e *Entry) string {
	r := d.relayed(b, logon.RelayDevice)
	if r != nil {
		e.Cause, e.Confidence, e.Door = CauseDeviceCode, analysis.Firm, d.t.Act(r.Asked).Rows
		return "the code was approved from another network than it was redeemed in"
	}
	for _, row := range b.rows {
		if l := d.logons[row]; l != nil && logon.CodeEntered(d.p, l) != "" {
			e.Cause, e.Confidence = CauseDeviceCode, analysis.Likely
			return "the first sign-ins name that flow"
		}
	}
	return ""
}

// consent finds that the account, before it was entered, let in the application
// by which the actor uses it.
func (d *doorway) consent(b *beginning, e *Entry) string {
	byApp, list := change.ConsentedApps.Of(d.p), change.Consents.Of(d.p)
	for _, row := range b.rows {
		for _, i := range byApp[d.t.Folded(timeline.ColAppID, row)] {
			c := &list[i]
			if c.Failed || c.Rows[0] > row {
				continue
			}
			e.Cause, e.Confidence, e.Door = CauseConsent, analysis.Firm, slices.Clone(c.Rows)
			return "the account was used by the application " + cite.Quote(strings.Join(c.Names, ", ")) + ", to which rights had been given before"
		}
	}
	return ""
}

func (d *doorway) passedOn(b *beginning, e *Entry) string {
	if r := d.relayed(b, logon.RelayCode); r != nil {
		e.Cause, e.Confidence, e.Door = CauseRelay, analysis.Firm, d.t.Act(r.Asked).Rows
		return "an authorization code was redeemed in another network than it was asked for in"
	}
	return ""
}

// sharedSession finds that the session of the first acts is one that the owner
// had opened, or one that moved to another network at once.
func (d *doorway) sharedSession(b *beginning, e *Entry) string {
	t := d.t
	for _, row := range b.rows {
		session := t.Folded(timeline.ColSession, row)
		if session == 0 || t.Source(row).ClientSessions {
			continue
		}
		if first, ok := d.owned[ownedSession{b.user, session}]; ok && first < row {
			e.Cause, e.Confidence = CauseSession, analysis.Firm
			return fmt.Sprintf("the session had been opened elsewhere before (%s), so that its token was shown and no password", t.Origin(first))
		}
	}
	return ""
}

func (d *doorway) tracesOfKit(b *beginning, e *Entry) string {
	for _, k := range logon.KitTraces.Of(d.p) {
		if !slices.ContainsFunc(k.Rows, func(row int) bool { return slices.Contains(b.rows, row) }) {
			continue
		}
		e.Cause, e.Confidence, e.Door = CauseRelay, analysis.Likely, slices.Clone(k.Owners)
		return "the first sign-ins leave the traces of a kit (" + k.Trace.Kit + ")"
	}
	return ""
}

// before are the failed sign-ins of an actor whose errors are of a class, up to
// an entry: those to its account, and how many accounts were tried.
func (d *doorway) before(b *beginning, class []bool) (rows []int, accounts int) {
	users := map[uint32]bool{}
	for _, f := range d.tried[b.who] {
		if f.row > b.row || !class[d.t.Code(timeline.ColError, f.row)] {
			continue
		}
		users[f.user] = true
		if f.user == b.user {
			rows = append(rows, f.row)
		}
	}
	return rows, len(users)
}

func (d *doorway) pushed(b *beginning, e *Entry) string {
	rows, _ := d.before(b, d.factor)
	if len(rows) < leastPushes.Int() {
		return ""
	}
	e.Cause, e.Confidence = CausePush, analysis.Likely
	return fmt.Sprintf("%s at the second factor came before, the first on %s (%s)", cite.Counted(len(rows), "failure"), cite.Stamp(d.t.Time(rows[0])), d.t.Origin(rows[0]))
}

func (d *doorway) triedOut(b *beginning, e *Entry) string {
	rows, accounts := d.before(b, d.wrong)
	if len(rows) < leastTries.Int() && accounts < leastAccounts.Int() {
		return ""
	}
	e.Cause, e.Confidence = CausePassword, analysis.Likely
	if accounts >= leastAccounts.Int() {
		e.Confidence = analysis.Firm
	}
	return fmt.Sprintf("before it came %s with wrong passwords at this account, of attempts on %s", cite.Counted(len(rows), "sign-in"), cite.Counted(accounts, "account"))
}

// How much came before an entry that it explains.
var (
	leastPushes   = &analysis.Point{Name: "entry.pushes", Value: 3, Doc: "failures at the second factor before an entry from which on it counts as requested until it was approved"}
	leastTries    = &analysis.Point{Name: "entry.tries", Value: 3, Doc: "wrong passwords at an account before an entry from which on the password counts as tried out"}
	leastAccounts = &analysis.Point{Name: "entry.accounts", Value: 5, Doc: "accounts at which wrong passwords were tried before an entry from which on it does so"}
)

// suspectToken finds that signs about tokens or codes rest on the first acts.
func (d *doorway) suspectToken(b *beginning, e *Entry) string {
	signs := analysis.Signs.Of(d.p)
	for _, row := range b.rows {
		for _, s := range signs.At(d.t.Origin(row)) {
			if sign := &signs.All[s]; sign.Analyzer.Family == familyToken {
				e.Cause, e.Confidence = CauseRelay, sign.Confidence
				return fmt.Sprintf("a sign about the token or session of the first acts (%s, %s)", sign.Analyzer.Title, sign.Severity)
			}
		}
	}
	return ""
}

// factorGiven finds that a second factor was given at the first sign-in, which
// its owner alone has.
func (d *doorway) factorGiven(b *beginning, e *Entry) string {
	for _, row := range b.rows {
		if d.logons[row] == nil {
			continue
		}
		for _, told := range d.t.Act(row).Rows {
			if mfa := strings.ToLower(d.t.Text(timeline.ColMFA, told)); strings.HasPrefix(mfa, "multi") && strings.Contains(mfa, "succeeded") && !strings.Contains(mfa, "previously") {
				e.Cause, e.Confidence = CauseRelay, analysis.Unsure
				return "password and second factor were both given at the first sign-in, as on a page in the middle that passes them on"
			}
		}
	}
	return ""
}

func (d *doorway) legacyProtocol(b *beginning, e *Entry) string {
	l := d.logons[b.row]
	if l == nil || d.legacy(l) == 0 {
		return ""
	}
	e.Cause, e.Confidence = CauseLegacy, analysis.Likely
	return "the first sign-in is by " + cite.Quote(d.t.Text(timeline.ColClient, b.row)) + ", which asks for a password alone"
}

// clicked finds that the owner clicked a link of a message that something speaks
// against before the first sign-in.
func (d *doorway) clicked(_ *beginning, e *Entry) string {
	if e.Lure == nil || !e.Lure.Clicked {
		return ""
	}
	e.Cause, e.Confidence = CauseMessage, analysis.Likely
	return fmt.Sprintf("a link in a suspicious message was clicked before the first sign-in, on %s (%s)", cite.Stamp(d.t.Time(e.Lure.Clicks[0])), d.t.Origin(e.Lure.Clicks[0]))
}
