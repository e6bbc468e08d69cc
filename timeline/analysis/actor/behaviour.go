package actor

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/mail"
)

// A behaviour is what intruders do and most owners don't. It speaks against an
// actor only if the account doesn't do it at other times.
type behaviour struct {
	family   string
	severity analysis.Severity
	text     string
	everyday bool         // what everybody does: it counts only after an entry that weighs
	col      timeline.Col // what of it must be the owner's as well; 0 if nothing
	is       func(row int, class string) bool
}

// behaviours are those that records show by themselves.
func behaviours(p *analysis.Pass) []behaviour {
	t := p.Timeline
	copies := codes(t, timeline.ColClientRaw, func(raw string) bool { _, sync := p.Reference.ClientClass(raw); return sync })
	asked := codes(t, timeline.ColQuery, func(query string) bool { return weighty(p, query) })
	bank := codes(t, timeline.ColSubject, func(subject string) bool { return mail.BankWords(p, subject) })
	unread := codes(t, timeline.ColOperation, func(op string) bool { return strings.EqualFold(op, opUnread) })
	notice := func(row int) bool {
		subject := func(s string) bool { return len(p.Reference.SuppressTerms(s)) > 0 }
		return subject(t.Text(timeline.ColSubject, row)) || slices.ContainsFunc(t.Messages(row), func(m timeline.Message) bool { return subject(m.Subject) })
	}
	class := func(these ...string) func(int, string) bool {
		return func(_ int, class string) bool { return slices.Contains(these, class) }
	}
	return []behaviour{
		{family: "collect", severity: analysis.Low, text: "messages opened or searched for", everyday: true, is: class(analysis.ClassRead, analysis.ClassOpen, analysis.ClassAccess, analysis.ClassSearch)},
		{family: "fraud", severity: analysis.Low, text: "messages written", everyday: true, is: class(analysis.ClassSend, analysis.ClassDraft)},
		{family: "hide", severity: analysis.Low, text: "messages moved or deleted", everyday: true, is: class(analysis.ClassDelete, analysis.ClassMove)},
		{family: "collect", severity: analysis.High, text: "a client that copies mail by itself", col: timeline.ColClient, is: func(row int, _ string) bool { return copies[t.Code(timeline.ColClientRaw, row)] }},
		{family: "collect", severity: analysis.High, text: "so many messages opened that the audit log stopped recording them", is: func(row int, _ string) bool { return t.Has(row, timeline.Throttled) }},
		{family: "collect", severity: analysis.Medium, text: "files downloaded", is: class(analysis.ClassDownload)},
		{family: "collect", severity: analysis.Medium, text: "searches for payments or credentials", is: func(row int, class string) bool {
			return class == analysis.ClassSearch && asked[t.Code(timeline.ColQuery, row)]
		}},
		{family: "fraud", severity: analysis.Medium, text: "files shared", is: class(analysis.ClassShare)},
		{family: "fraud", severity: analysis.Medium, text: "messages about bank details", is: func(row int, class string) bool {
			return class == analysis.ClassSend && bank[t.Code(timeline.ColSubject, row)]
		}},
		{family: "hide", severity: analysis.Medium, text: "notices or warnings moved or deleted", is: func(row int, class string) bool {
			return (class == analysis.ClassDelete || class == analysis.ClassMove) && notice(row)
		}},
		{family: "hide", severity: analysis.Low, text: "messages marked as unread", is: func(row int, _ string) bool { return unread[t.Code(timeline.ColOperation, row)] }},
	}
}

// weighty reports whether a text has a term that does not belong to everyday
// business.
func weighty(p *analysis.Pass, text string) bool {
	for _, term := range p.Reference.SearchTerms(text) {
		if term.Weight >= mail.PaymentWeight.Int() {
			return true
		}
	}
	return false
}

// codes says of each code of a column whether its value meets a condition.
func codes(t *timeline.Timeline, c timeline.Col, meets func(string) bool) []bool {
	of := make([]bool, t.Cardinality(c))
	for code := 1; code < len(of); code++ {
		of[code] = meets(t.Value(c, uint32(code)))
	}
	return of
}

// behave finds the behaviours of all actors that their accounts don't show at
// other times.
func (a *Attribution) behave(l *linker) {
	type shown struct {
		account   account
		behaviour int
		value     uint32
	}
	type by struct {
		actor *Actor
		shown
	}
	t, classes := l.t, analysis.Operations.Of(l.p)
	all := behaviours(l.p)
	watched := map[account]bool{}
	for _, who := range a.Actors {
		for _, one := range who.accounts {
			watched[one] = true
		}
	}
	owners, hostile := map[shown]bool{}, map[by][]int{}
	a.hours = clock{}
	var order []by
	for row := range t.Timed() {
		who := l.accountOf(row)
		if !watched[who] || t.Has(row, timeline.Service) || t.Outcome(row) > timeline.Success {
			continue
		}
		if a.acts[row].actor == nil {
			a.hours.add(who, t.Time(row))
		}
		class := classes[t.Code(timeline.ColOperation, row)]
		for i := range all {
			if !all[i].is(row, class) {
				continue
			}
			s := shown{account: who, behaviour: i}
			if c := all[i].col; c != 0 {
				s.value = t.Folded(c, row)
			}
			held := a.acts[row].actor
			if held == nil {
				owners[s] = true
				continue
			}
			k := by{held, s}
			if hostile[k] == nil {
				order = append(order, k)
			}
			hostile[k] = append(hostile[k], row)
		}
	}
	for _, k := range order {
		rows, b := hostile[k], &all[k.behaviour]
		if owners[k.shown] && !b.everyday {
			continue
		}
		habit := "the account does not do so at other times"
		if b.everyday {
			habit = "after an entry that weighs by itself"
		}
		k.actor.behaved = append(k.actor.behaved, Reason{
			Family: b.family, Points: weight(b.severity).Value, First: t.Time(rows[0]), Last: t.Time(rows[len(rows)-1]), Origins: cite.Origins(t, rows),
			Text:     fmt.Sprintf("%s (%s): %s points as a %s act; %s", b.text, cite.Counted(len(rows), "record"), plain(weight(b.severity).Value), b.severity, habit),
			everyday: b.everyday,
		})
	}
}
