package logon

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
)

// A Relay is a code or token that was asked for in one network and redeemed in
// another: whoever asks and whoever redeems need not be the same.
type Relay struct {
	Kind     string // one of the Relay constants
	User     uint32
	Asked    int      // row of the record by which it was asked for or approved
	Redeemed []*Logon // in time order
	Abused   bool     // a consent's application is known from compromises
}

// Kinds of relays.
const (
	RelayDevice  = "device code"
	RelayCode    = "authorization code"
	RelayConsent = "consent"
)

// How soon a code or token is redeemed.
var (
	DeviceMinutes  = &analysis.Point{Name: "consent-relay.device_minutes", Value: 30, Doc: "minutes after its approval within which a device code is redeemed"}
	CodeMinutes    = &analysis.Point{Name: "consent-relay.code_minutes", Value: 10, Doc: "minutes after it was asked for within which an authorization code is redeemed"}
	ConsentMinutes = &analysis.Point{Name: "consent-relay.consent_minutes", Value: 60, Doc: "minutes after a consent within which the application's first token follows from it"}
)

// Relays are the codes and tokens that were redeemed in another network than
// they were asked for in, in time order of the first redemption. Habits have
// no part in it.
var Relays = &analysis.Fact[[]Relay]{
	Name:   "relays",
	Needs:  []analysis.Need{Logons, SignIns, change.Consents},
	Points: []*analysis.Point{DeviceMinutes, CodeMinutes, ConsentMinutes},
	Make:   findRelays,
}

func findRelays(p *analysis.Pass) []Relay {
	byUser := map[uint32][]*Logon{}
	var users []uint32
	all := Logons.Of(p)
	for i := range all {
		l := &all[i]
		if l.User == 0 || l.Service || l.IP == 0 || l.Place.Class != "" || p.Timeline.Has(l.Row, timeline.AppOnly) {
			continue
		}
		if byUser[l.User] == nil {
			users = append(users, l.User)
		}
		byUser[l.User] = append(byUser[l.User], l)
	}
	var found []Relay
	for _, user := range users {
		found = append(found, relaysOf(p, user, byUser[user])...)
	}
	for _, c := range change.Consents.Of(p) {
		if r, ok := consentRelay(p, &c, byUser); ok {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b Relay) int { return cmp.Compare(a.Redeemed[0].Row, b.Redeemed[0].Row) })
	return found
}

// relaysOf pairs each token of one user with the record by which it was asked
// for; those of one asking are one relay.
func relaysOf(p *analysis.Pass, user uint32, list []*Logon) []Relay {
	var found []Relay
	byAsking := map[int]int{}
	add := func(kind string, asked, got *Logon) {
		at, ok := byAsking[asked.Row]
		if !ok {
			at = len(found)
			byAsking[asked.Row] = at
			found = append(found, Relay{Kind: kind, User: user, Asked: asked.Row})
		}
		found[at].Redeemed = append(found[at].Redeemed, got)
	}
	for i, got := range list {
		if !got.Admitted() {
			continue
		}
		kind, within := RelayCode, CodeMinutes
		if CodeEntered(p, got) != "" {
			kind, within = RelayDevice, DeviceMinutes
		} else if !servesIntruder(p, got) {
			continue
		}
		for k := i - 1; k >= 0 && got.Time-list[k].Time <= int64(within.Int())*int64(time.Minute); k-- {
			asked := list[k]
			if !AnotherProvider(asked, got) || !joined(p.Timeline, asked, got) {
				continue
			}
			if kind == RelayDevice && approves(p, asked) || kind == RelayCode && asksForCode(p, asked, got) {
				add(kind, asked, got)
				break
			}
		}
	}
	return found
}

// AnotherProvider reports whether two logons come from different providers, or
// from different networks where a provider is not known.
func AnotherProvider(a, b *Logon) bool {
	if a.Place.ASN != 0 && b.Place.ASN != 0 {
		return a.Place.ASN != b.Place.ASN
	}
	return a.Network() != b.Network()
}

// joined reports whether two logons are of one attempt or session.
func joined(t *timeline.Timeline, a, b *Logon) bool {
	for _, c := range [...]timeline.Col{timeline.ColCorrelation, timeline.ColSession} {
		if x := t.Folded(c, a.Row); x != 0 && x == t.Folded(c, b.Row) && !a.Export.ClientSessions {
			return true
		}
	}
	return !a.Export.ClientSessions && t.Code(timeline.ColSession, a.Row) == 0 && t.Code(timeline.ColSession, b.Row) == 0 && AppValue(t, a) != 0 && AppValue(t, a) == AppValue(t, b)
}

// What the records of the page say on which a user confirms a device code: the
// audit log by name, sign-ins by number.
const (
	confirmNumber = "50199"
	confirmName   = "cmsiinterrupt"
)

// approves reports whether a logon is one by which a user approves a device
// code: the page on which it is confirmed, or a sign-in of their own.
func approves(p *analysis.Pass, l *Logon) bool {
	e := strings.ToLower(p.Timeline.Text(timeline.ColError, l.Row))
	if strings.Contains(e, confirmNumber) || strings.Contains(e, confirmName) {
		return true
	}
	return l.Admitted() && l.Interactive && CodeEntered(p, l) == ""
}

// Requests of the audit log by which an authorization code is asked for and
// redeemed.
const (
	requestAuthorize = "oauth2:authorize"
	requestToken     = "oauth2:token"
)

// servesIntruder reports whether a token is of an application whose tokens
// phishing asks for or, in a hosting network, one that shares refresh tokens.
func servesIntruder(p *analysis.Pass, got *Logon) bool {
	known, _ := p.Reference.App(p.Timeline.Text(timeline.ColAppID, got.Row))
	return known.WatchClass == WatchToken || known.FOCI && (got.Place.Kind == kindHosting || got.Place.Kind == kindTor)
}

// asksForCode reports whether one logon asked for an authorization code and the
// other redeemed it.
func asksForCode(p *analysis.Pass, asked, got *Logon) bool {
	t := p.Timeline
	app := AppValue(t, got)
	if app == 0 || app != AppValue(t, asked) || asked.Outcome == timeline.Failure || !asked.Interactive || CodeEntered(p, asked) != "" {
		return false
	}
	from, to := strings.ToLower(SignInOf(p, asked.Row).Request), strings.ToLower(SignInOf(p, got.Row).Request)
	if from != "" && to != "" {
		return from == requestAuthorize && to == requestToken
	}
	return !got.Interactive
}

// consentRelay is the first tokens of an application that a user just
// consented to, from another provider that hides who is behind it.
func consentRelay(p *analysis.Pass, c *change.Consent, byUser map[uint32][]*Logon) (Relay, bool) {
	t := p.Timeline
	at, ok := t.Nanos(c.Rows[0])
	row := c.Rows[0]
	for _, other := range c.Rows {
		if t.Code(timeline.ColIP, other) != 0 {
			row = other
			break
		}
	}
	place := t.PlaceOf(t.Code(timeline.ColIP, row))
	if !ok || c.Failed || c.Registered || len(c.Reaches) == 0 || place.ASN == 0 {
		return Relay{}, false
	}
	r := Relay{Kind: RelayConsent, User: t.Folded(timeline.ColUser, c.Rows[0]), Asked: row, Abused: c.Severity == analysis.Critical}
	for _, l := range byUser[r.User] {
		id := strings.ToLower(t.Text(timeline.ColAppID, l.Row))
		if l.Time < at || l.Time-at > int64(ConsentMinutes.Int())*int64(time.Minute) || !l.Admitted() || id == "" || !Anonymous(l.Place) || l.Place.ASN == place.ASN {
			continue
		}
		if slices.ContainsFunc(c.Texts, func(text string) bool { return strings.Contains(text, id) }) {
			r.Redeemed = append(r.Redeemed, l)
		}
	}
	return r, len(r.Redeemed) > 0
}

// CodeEntered is what of a sign-in's record names a device code; empty if
// nothing does.
func CodeEntered(p *analysis.Pass, l *Logon) string {
	s := SignInOf(p, l.Row)
	for _, word := range [...]string{s.Protocol, s.Transfer} {
		if strings.Contains(Letters(word), "devicecode") {
			return word
		}
	}
	if len(s.Request) >= len(promptCmsi) && strings.EqualFold(s.Request[:len(promptCmsi)], promptCmsi) && WatchClass(p, AppValue(p.Timeline, l)) == WatchToken {
		return s.Request
	}
	return ""
}

// promptCmsi is how the audit log's request type begins where a user was
// asked whether they mean to sign in to an application elsewhere.
const promptCmsi = "cmsi:"
