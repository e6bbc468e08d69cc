package actor

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/change"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/analysis/mail"
)

// An Actor is what belongs together: contexts of accounts that signs rest on,
// and what was done in them. It is no person: two people who share an address
// or a session are one actor.
type Actor struct {
	ID            string // stable: the same actor has it in another run
	Rank          int    // from 1
	Insider       bool   // its acts are its own account's, from where that usually is
	User, Mailbox string // the first account that it entered, or tried to
	Band          Band
	Score         float64 // sum of the reasons and explanations, from 0 to 100
	Reasons       []Reason
	Explanations  []Explanation
	Signs         []*analysis.Sign // that it rests on, by analyzer
	Links         []Link
	Mailboxes     []string // that it reached or acted in, sorted
	IPs           []string // sorted, as are those that follow
	Sessions      []string
	UserAgents    []string
	Apps          []string
	Rows          []int             // its acts and their witnesses, in time order
	Effects       []timeline.Origin // what came of them: deliveries of what it sent, snapshots of what it made
	Logons        []int             // its logons among them that may have opened an account
	First, Last   time.Time

	grounds  string
	number   int // place in the list of actors
	accounts []account
	contexts []int32
	signs    []int32  // the places of Signs among all
	behaved  []Reason // what its acts add to its signs
	cited    []int    // the rows that its signs cite, where it has no contexts
}

// Heaviest is the gravest severity of the actor's signs.
func (a *Actor) Heaviest() analysis.Severity {
	worst := analysis.Info
	for _, s := range a.Signs {
		worst = max(worst, s.Severity)
	}
	return worst
}

// Grounds names the analyses whose signs the actor rests on, with the gravest
// severity of each.
func (a *Actor) Grounds() string { return a.grounds }

// groundsOf is what Grounds says of signs.
func groundsOf(signs []*analysis.Sign) string {
	var words []string
	for len(signs) > 0 {
		n, worst := 0, analysis.Info
		for n < len(signs) && signs[n].Analyzer == signs[0].Analyzer {
			worst = max(worst, signs[n].Severity)
			n++
		}
		words = append(words, signs[0].Analyzer.Name+" ("+worst.String()+")")
		signs = signs[n:]
	}
	return strings.Join(words, ", ")
}

// An Attribution says which acts are an actor's.
type Attribution struct {
	Actors []*Actor // the heaviest first

	t     *timeline.Timeline
	signs *analysis.SignIndex
	hours clock              // of what is no actor's act
	acts  map[int]attributed // by row
	// bySign and byOrigin find actors by the id of a sign and by what they did.
	bySign   map[string]*Actor
	byOrigin map[timeline.Origin]*Actor
	order    []int // rows of acts, in time order
	// ambiguous counts acts that could be the owner's or an actor's.
	ambiguous int
}

// An attributed row is somebody's act: whose, and what that rests on.
type attributed struct {
	actor *Actor
	basis string
}

// At is whose act a row is and what that rests on; nil if no actor's.
func (a *Attribution) At(row int) (*Actor, string) {
	act := a.acts[row]
	return act.actor, act.basis
}

// Owner numbers whose act a row is, from 1; 0 is no actor's.
func (a *Attribution) Owner(row int) int {
	if by := a.acts[row].actor; by != nil {
		return by.number + 1
	}
	return 0
}

// Rows yields the acts of all actors in time order.
func (a *Attribution) Rows() iter.Seq2[int, *Actor] {
	return func(yield func(int, *Actor) bool) {
		for _, row := range a.order {
			if !yield(row, a.acts[row].actor) {
				return
			}
		}
	}
}

// Actors are made once of the signs of all analyses. Acts are attributed by
// session, by address, and where the export has neither (Outlook Activities)
// by pseudo-session.
var Actors = &analysis.Fact[*Attribution]{
	Name:       "actors",
	Needs:      []analysis.Need{analysis.Operations, analysis.Signs, change.Consents, change.ConsentedApps, change.Rules, logon.Agents, logon.Logons, logon.Networks, logon.Profiles},
	Thresholds: []*analysis.Threshold{logon.HistoryDays, AddressHours, PauseMinutes, AroundHours, AnchorHours, apartHours, actBand, reviewBand},
	Points:     append([]*analysis.Point{sharedBy, mail.PaymentWeight}, scorePoints...),
	Make:       findActors,
	None:       func(*analysis.Pass) *Attribution { return &Attribution{} },
}

func findActors(p *analysis.Pass) *Attribution {
	a := &Attribution{t: p.Timeline, signs: analysis.Signs.Of(p), acts: map[int]attributed{}}
	if !a.signs.Any() && len(p.Settings.Pivots) == 0 {
		return a
	}
	l := newLinker(p, findContexts(p))
	l.anchorSigns()
	l.anchorConsents()
	l.anchorPivots()
	a.signs = l.signs
	l.link()
	of := a.gather(l)
	a.insiders(l)
	a.obey(l, of)
	if len(a.Actors) > 0 {
		a.follow(l, of)
		a.followDevices(l)
		a.summarize(l)
		a.effects(l)
		a.rank(l)
		a.index()
	}
	return a
}

// gather makes an actor of each group, and says whose each context is.
func (a *Attribution) gather(l *linker) map[int32]*Actor {
	byRoot, of := map[int32]*Actor{}, map[int32]*Actor{}
	for _, root := range l.groups() {
		who := &Actor{number: len(a.Actors), Links: l.linksOf(root)}
		byRoot[root] = who
		a.Actors = append(a.Actors, who)
	}
	cited := map[*Actor]map[int32]bool{}
	for i := range l.list {
		who := byRoot[l.root(int32(i))]
		if who == nil || !l.suspect[i] {
			continue
		}
		c := &l.list[i]
		of[int32(i)] = who
		who.contexts = append(who.contexts, int32(i))
		if !slices.Contains(who.accounts, c.account) {
			who.accounts = append(who.accounts, c.account)
		}
		if cited[who] == nil {
			cited[who] = map[int32]bool{}
		}
		for _, s := range c.signs {
			cited[who][s] = true
		}
	}
	for who, signs := range cited {
		for _, i := range slices.Sorted(maps.Keys(signs)) {
			who.Signs, who.signs = append(who.Signs, &a.signs.All[i]), append(who.signs, i)
		}
	}
	for _, who := range a.Actors {
		who.identify(l)
	}
	return of
}

// identify gives the actor its account, the first that it entered, and its id.
func (who *Actor) identify(l *linker) {
	own := who.accounts[0]
	entered := slices.IndexFunc(who.contexts, func(i int32) bool { return l.list[i].opened })
	if entered >= 0 {
		own = l.list[who.contexts[entered]].account
	}
	who.accounts = append([]account{own}, slices.DeleteFunc(who.accounts, func(a account) bool { return a == own })...)
	who.User = l.name(own)
	who.Mailbox = who.User
	who.useContexts(l)
	who.ID = who.identity()
}

// useContexts takes the actor's addresses and sessions from its contexts.
func (who *Actor) useContexts(l *linker) {
	var rows, sessions []int
	for _, i := range who.contexts {
		c := &l.list[i]
		rows = append(rows, c.row)
		if c.session != 0 {
			sessions = append(sessions, c.row)
		}
	}
	who.IPs = cite.Distinct(l.t, timeline.ColIP, rows)
	who.Sessions = cite.Distinct(l.t, timeline.ColSession, sessions)
}

// firstSign is the earliest sign; those without a time come first.
func (who *Actor) firstSign() *analysis.Sign {
	return slices.MinFunc(who.Signs, func(a, b *analysis.Sign) int {
		if c := a.First.Compare(b.First); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
}

// identity is an id made of the actor's account and its earliest sign.
func (who *Actor) identity() string {
	sum := sha256.Sum256([]byte("actor\x00" + strings.ToLower(who.User) + "\x00" + who.firstSign().ID))
	return "actor-" + hex.EncodeToString(sum[:8])
}

// logonTries bounds how far back a logon with the client of an act is looked
// for: the sittings of one actor with several clients lie close together.
const logonTries = 32

// logonBefore is the actor's last logon with an address before an act, with
// the same client where there is one.
func (a *Actor) logonBefore(t *timeline.Timeline, row int) (logonRow int, ok bool) {
	i, _ := slices.BinarySearch(a.Logons, row)
	client := t.Folded(timeline.ColClient, row)
	for k := i - 1; k >= 0 && k >= i-logonTries; k-- {
		l := a.Logons[k]
		if t.Code(timeline.ColIP, l) == 0 {
			continue
		}
		if t.Folded(timeline.ColClient, l) == client {
			return l, true
		}
		if !ok {
			logonRow, ok = l, true
		}
	}
	return logonRow, ok
}
