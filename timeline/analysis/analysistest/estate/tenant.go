package estate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A tenant is an estate in the making.
type tenant struct {
	scenario *Scenario
	options  Options
	start    time.Time
	home     string // lower-case country code
	offset   time.Duration
	id       string
	domain   string
	office   line
	users    []*user
	partners []*partner
	inbox    map[*user][]*message
	away     map[*user]map[int]line // where users work on days away
	records  []*record
	rules    int
	truth    Truth
	actors   []*actor
	notes    []accessedIn
	frauds   []*Fraud
	doors    []*Door
	measures []*Containment
}

// accessedIn is a message that an actor opened in a mailbox.
type accessedIn struct {
	mailbox *user
	note    *Accessed
}

// A user is an account with its mailbox and habits.
type user struct {
	upn, display, role string
	object, guid, sid  string
	home               line
	main               *client
	device, laptop     string
	partners           []*partner
	added              bool
}

func (u *user) local() string { return strings.ToLower(u.upn[:strings.IndexByte(u.upn, '@')]) }

// A partner is a correspondent outside.
type partner struct{ address, name, server string }

// A line is an address in a network.
type line struct{ ip, country, kind, asn string }

// A client is a program that opens mailboxes.
type client struct{ name, activities, info, appID, app, used, agent, os, browser string }

// An actor is an intruder or insider, with what marks the records.
type actor struct {
	name, kind string
	sessions   []*session
}

// The day on which the tenants of an era begin, a Monday, and the program
// versions of that time.
var eras = map[Era]struct {
	start         time.Time
	chrome, build string
}{
	Activities: {time.Date(2018, 3, 5, 0, 0, 0, 0, time.UTC), "65", "9029.2167"},
	Audit:      {time.Date(2025, 1, 13, 0, 0, 0, 0, time.UTC), "131", "18324.20194"},
	Graph:      {time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), "148", "19231.20156"},
}

func newTenant(s *Scenario, o Options) *tenant {
	t := &tenant{scenario: s, options: o, start: eras[s.Era].start, inbox: map[*user][]*message{}}
	t.truth.MessagesAccessed = map[string][]Accessed{}
	r := t.draw("tenant")
	switch r.IntN(3) {
	case 0:
		t.home, t.offset = "se", time.Hour
	case 1:
		t.home, t.offset = "ca", -5*time.Hour
	default:
		t.home, t.offset = "ie", 0
	}
	words := names()
	t.domain = pick(r, words[2]) + pick(r, words[3]) + ".example"
	t.id = guid(r)
	t.office = newLine(t.home+"-office", r)
	for range 9 {
		domain := pick(r, words[2]) + "-" + pick(r, words[3]) + ".example"
		first, last := pick(r, words[0]), pick(r, words[1])
		t.partners = append(t.partners, &partner{strings.ToLower(first+"."+last) + "@" + domain, first + " " + last, newLine("server", r).ip})
	}
	first, last := slices.Clone(words[0]), slices.Clone(words[1])
	r.Shuffle(len(first), func(i, j int) { first[i], first[j] = first[j], first[i] })
	r.Shuffle(len(last), func(i, j int) { last[i], last[j] = last[j], last[i] })
	roles := strings.Fields("director finance helpdesk")
	for i := range s.Users + o.Added {
		u := &user{added: i >= s.Users, role: "staff"}
		if i < len(roles) {
			u.role = roles[i]
		}
		name := last[i/len(first)%len(last)]
		if i < len(first) {
			name = last[i]
		}
		u.display = first[i%len(first)] + " " + name
		u.upn = strings.ReplaceAll(u.display, " ", ".") + "@" + t.domain
		t.settle(u)
		t.users = append(t.users, u)
	}
	return t
}

// settle gives a user a home, a device and correspondents.
func (t *tenant) settle(u *user) {
	r := t.draw("user", u.upn)
	u.object, u.guid = guid(r), guid(r)
	u.sid = fmt.Sprintf("S-1-5-21-1117%d-20%d-33%d-%d", r.IntN(1e6), r.IntN(1e6), r.IntN(1e6), 1100+r.IntN(900))
	u.home = newLine(t.home+"-home", r)
	u.main = t.client("outlook")
	if r.IntN(4) == 0 {
		u.main = t.client("mac")
	}
	u.device, u.laptop = guid(r), fmt.Sprintf("LT-%05d", r.IntN(1e5))
	for range 3 {
		u.partners = append(u.partners, pick(r, t.partners))
	}
	t.truth.Users = append(t.truth.Users, User{u.upn, u.display, u.role, "user", u.object, u.home.ip})
}

// day is the midnight, in UTC, of a day of the tenant.
func (t *tenant) day(n int) time.Time { return t.start.AddDate(0, 0, n) }

// local is a moment of a day by the clock on the tenant's wall.
func (t *tenant) local(day int, hour, minute int) time.Time {
	return t.day(day).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute - t.offset)
}

// staff are the users with no role of their own, none of them added.
func (t *tenant) staff() []*user {
	var staff []*user
	for _, u := range t.users {
		if u.role == "staff" && !u.added {
			staff = append(staff, u)
		}
	}
	return staff
}

func (t *tenant) as(role string) *user {
	return t.users[slices.IndexFunc(t.users, func(u *user) bool { return u.role == role })]
}

// byAddress is the user with an address; nil if it is outside.
func (t *tenant) byAddress(address string) *user {
	for _, u := range t.users {
		if strings.EqualFold(u.upn, address) {
			return u
		}
	}
	return nil
}

func (t *tenant) client(name string) *client {
	era := eras[t.scenario.Era]
	c := programs()[name]
	fill := strings.NewReplacer("{chrome}", era.chrome, "{build}", era.build)
	agent := fill.Replace(c["agent"])
	return &client{
		name: name, activities: c["activities"], info: strings.ReplaceAll(fill.Replace(c["info"]), "{agent}", agent),
		appID: c["app_id"], app: c["app"], used: c["used"], agent: agent, os: c["os"], browser: fill.Replace(c["browser"]),
	}
}

// newLine is an address in the network of a name.
func newLine(name string, r *rand.Rand) line {
	n := networks()[name]
	ip := n["prefix"]
	for strings.Count(ip, ".") < 3 {
		ip += fmt.Sprint(1+r.IntN(250)) + "."
	}
	return line{ip + fmt.Sprint(1+r.IntN(250)), n["country"], n["kind"], n["asn"]}
}

// nextDoor is another address of the same network.
func (l line) nextDoor(r *rand.Rand) line {
	l.ip = l.ip[:strings.LastIndexByte(l.ip, '.')+1] + fmt.Sprint(1+r.IntN(250))
	return l
}

func guid(r *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.Uint32()&0xffff, r.Uint32()&0xfff, r.Uint32()&0xfff, r.Uint64()&0xffffffffffff)
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// within is a moment at most so long after t.
func within(r *rand.Rand, t time.Time, longest time.Duration) time.Time {
	return t.Add(time.Duration(r.Int64N(int64(longest)))).Truncate(time.Millisecond)
}
