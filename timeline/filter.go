package timeline

import (
	"math"
	"net/netip"
	"strings"
	"time"
)

// A Filter says which events are wanted: those that all of its fields that
// are set hold for. The case of letters does not matter.
type Filter struct {
	From, To  time.Time    // at or after From and before To; events without a time lie in neither
	User      string       // the user or the mailbox: a whole address, or the part before @
	Operation string       // the source's own word
	Network   netip.Prefix // holds the address
	Session   string       // the session's id
	Text      string       // stands in any column, messages and details included
}

// Rows lists the rows that a filter holds for, in order.
func (t *Timeline) Rows(f Filter) []int {
	lo, hi := t.span(f)
	user, mailbox := t.matches(ColUser, f.User, f.matchesUser), t.matches(ColMailbox, f.User, f.matchesUser)
	operation := t.matches(ColOperation, f.Operation, func(s string) bool { return strings.EqualFold(s, f.Operation) })
	session := t.matches(ColSession, f.Session, func(s string) bool { return strings.EqualFold(s, f.Session) })
	var address []bool
	if f.Network.IsValid() {
		address = t.matches(ColIP, f.Network.String(), f.matchesAddress)
	}
	holds := func(match []bool, c Col, row int) bool { return match == nil || match[t.Code(c, row)] }
	rows := make([]int, 0, hi-lo)
	for row := lo; row < hi; row++ {
		if (holds(user, ColUser, row) || holds(mailbox, ColMailbox, row)) && holds(operation, ColOperation, row) &&
			holds(session, ColSession, row) && holds(address, ColIP, row) {
			rows = append(rows, row)
		}
	}
	if f.Text != "" {
		rows = t.containing(rows, strings.ToLower(f.Text))
	}
	return rows
}

// span is where the rows of a filter's time lie: all rows, those without a
// time too, if it has none.
func (t *Timeline) span(f Filter) (lo, hi int) {
	if f.From.IsZero() && f.To.IsZero() {
		return 0, t.n
	}
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if !f.From.IsZero() {
		from = f.From.UnixNano()
	}
	if !f.To.IsZero() {
		to = f.To.UnixNano()
	}
	return t.Between(from, to)
}

// matches says of each code of a column whether its value is wanted; nil if
// all are, because nothing was asked.
func (t *Timeline) matches(c Col, asked string, wanted func(string) bool) []bool {
	if asked == "" {
		return nil
	}
	match := make([]bool, t.Cardinality(c))
	for code := 1; code < len(match); code++ {
		match[code] = wanted(t.Value(c, uint32(code)))
	}
	return match
}

func (f Filter) matchesUser(address string) bool {
	if !strings.Contains(f.User, "@") {
		address, _, _ = strings.Cut(address, "@")
	}
	return strings.EqualFold(address, f.User)
}

func (f Filter) matchesAddress(text string) bool {
	ip, err := netip.ParseAddr(text)
	return err == nil && f.Network.Contains(ip.WithZone("").Unmap())
}

// containing keeps the rows of which a column holds text, which is in lower
// case.
func (t *Timeline) containing(rows []int, text string) []int {
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	var coded [NumCols][]bool
	for c := range NumCols {
		coded[c] = t.matches(c, text, has)
	}
	found := make(map[int]bool, len(rows))
	var unread []int
	for _, row := range rows {
		for _, f := range Schema {
			if f.Wide {
				continue
			}
			if f.Code && coded[f.Col][t.Code(f.Col, row)] || !f.Code && has(t.cell(f, row)) {
				found[row] = true
				break
			}
		}
		if !found[row] {
			unread = append(unread, row)
		}
	}
	EachWide(t, unread, WideMessages|WideDetails, func(_ int, w WideValues) bool {
		return has(w.Details) || has(messagesJSON(w.Messages))
	}, func(row int, kept bool) { found[row] = kept })
	kept := rows[:0]
	for _, row := range rows {
		if found[row] {
			kept = append(kept, row)
		}
	}
	return kept
}
