package actor

import (
	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/logon"
)

// An account is who acts: the folded code of ColUser, or, where a record names
// its mailbox alone, that of the user of the same name; a mailbox that is no
// user has mailboxBit set.
type account uint32

const mailboxBit account = 1 << 31

// A context is an account used from one address in one session: what Microsoft
// calls the context of an access. What is said of it holds for its records.
type context struct {
	account     account
	ip          uint32 // code of ColIP; 0 if none is stated
	session     uint32 // folded code of ColSession; 0 if none that holds is stated
	agent       uint32 // family of its first user agent; 0 if none is stated
	device      uint32 // folded code of its first device; 0 if none is stated
	app         uint32 // folded code of its first application; 0 if none is stated
	row         int    // the first
	rows        int
	first, last int64
	opened      bool    // a record of it did not fail
	signs       []int32 // that cite one of its records, each once, rising
	pivot       bool    // the examiner holds it for hostile
	signed      *trail  // of the records that signs cite; nil without any
}

// A contextKey is what makes a context; without a session, the application
// stands for one.
type contextKey struct {
	account          account
	ip, session, app uint32
}

// contexts are those of a timeline, in the order of their first records.
type contexts struct {
	t        *timeline.Timeline
	signs    *analysis.SignIndex
	accounts []account // by code of ColMailbox
	list     []context
	number   map[contextKey]int32
	last     contextKey // of the record before, as most records follow one of their context
	lastAt   int32
}

func newContexts(t *timeline.Timeline) *contexts {
	c := &contexts{t: t, accounts: make([]account, t.Cardinality(timeline.ColMailbox)), number: map[contextKey]int32{}, lastAt: -1}
	users, boxes := t.Fold(timeline.ColUser), t.Fold(timeline.ColMailbox)
	for code := 1; code < len(c.accounts); code++ {
		c.accounts[code] = account(boxes[code]) | mailboxBit
		if user, ok := t.Find(timeline.ColUser, t.Value(timeline.ColMailbox, uint32(code))); ok && user != 0 {
			c.accounts[code] = account(users[user])
		}
	}
	return c
}

// accountOf is the account under which a record was made; 0 if it names none.
func (c *contexts) accountOf(row int) account {
	if user := c.t.Folded(timeline.ColUser, row); user != 0 {
		return account(user)
	}
	return c.accounts[c.t.Code(timeline.ColMailbox, row)]
}

// name is the account's, as first written.
func (c *contexts) name(a account) string {
	if a&mailboxBit != 0 {
		return c.t.Value(timeline.ColMailbox, uint32(a&^mailboxBit))
	}
	return c.t.Value(timeline.ColUser, uint32(a))
}

// key is the context that a record states; it is empty if the record says
// neither from where nor in which session it was made, or is the service's own.
func (c *contexts) key(row int) (contextKey, bool) {
	k := contextKey{ip: c.t.Code(timeline.ColIP, row)}
	if s := c.t.Folded(timeline.ColSession, row); s != 0 && !c.t.Source(row).ClientSessions {
		k.session = s
	}
	if k.ip == 0 && k.session == 0 || c.t.Has(row, timeline.Service) {
		return k, false
	}
	if k.session == 0 {
		k.app = c.t.Folded(timeline.ColAppID, row)
	}
	k.account = c.accountOf(row)
	return k, k.account != 0
}

// at is the number of a record's context, or -1.
func (c *contexts) at(row int) int32 {
	k, ok := c.key(row)
	if !ok {
		return -1
	}
	if k != c.last || c.lastAt < 0 {
		n, known := c.number[k]
		if !known {
			return -1
		}
		c.last, c.lastAt = k, n
	}
	return c.lastAt
}

// findContexts finds the contexts of all records that have a time, with the
// signs that cite them.
func findContexts(p *analysis.Pass) *contexts {
	t := p.Timeline
	c, signs := newContexts(t), analysis.Signs.Of(p)
	c.signs = signs
	families := logon.Agents.Of(p).Of
	for row := range t.Timed() {
		k, ok := c.key(row)
		if !ok {
			continue
		}
		at := c.lastAt
		if k != c.last || at < 0 {
			if at, ok = c.number[k]; !ok {
				at = int32(len(c.list))
				c.number[k] = at
				now, _ := t.Nanos(row)
				c.list = append(c.list, context{account: k.account, ip: k.ip, session: k.session, row: row, first: now})
			}
			c.last, c.lastAt = k, at
		}
		one := &c.list[at]
		one.rows++
		one.last, _ = t.Nanos(row)
		one.opened = one.opened || t.Outcome(row) <= timeline.Success
		if one.agent == 0 {
			one.agent = families[t.Code(timeline.ColUserAgent, row)]
		}
		if one.app == 0 {
			one.app = t.Folded(timeline.ColAppID, row)
		}
		if one.device == 0 {
			one.device = t.Folded(timeline.ColDevice, row)
		}
		one.cite(signs.At(t.Origin(row)), one.last)
	}
	return c
}

// cite adds signs to those that cite the context, by a record of that time.
func (c *context) cite(signs []int32, at int64) {
	if len(signs) > 0 {
		if c.signed == nil {
			c.signed = &trail{at, at}
		}
		c.signed.first, c.signed.last = min(c.signed.first, at), max(c.signed.last, at)
	}
	for _, s := range signs {
		i := len(c.signs)
		for i > 0 && c.signs[i-1] > s {
			i--
		}
		if i > 0 && c.signs[i-1] == s {
			continue
		}
		c.signs = append(c.signs, 0)
		copy(c.signs[i+1:], c.signs[i:])
		c.signs[i] = s
	}
}
