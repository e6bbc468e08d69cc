package report

import (
	"fmt"
	"slices"
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
	"becforensics/timeline/analysis/cite"
)

// owns reports whether something of an account is the subject's; one that
// names no account is that of the case.
func (s *subject) owns(account string) bool {
	return s.account == "" || strings.EqualFold(s.account, account)
}

func (s *subject) when(a *answer) {
	if s.first.IsZero() {
		return
	}
	a.say(analysis.Firm, Basis{Actors: s.actors, Origins: s.ends()}, "First act on record %s, last %s.", cite.Stamp(s.first), cite.Stamp(s.last))
	windows := actor.Windows.From(s.c.Conclusion)
	for i, who := range s.actors {
		w := windows[s.places[i]]
		a.say(analysis.Firm, Basis{Actors: []*actor.Actor{who}}, "%s: %s", who.ID, w.Text)
		if w.StartOpen {
			a.need("records of the days before " + w.Start.UTC().Format("2006-01-02"))
		}
		if w.EndOpen {
			a.need("records of the days after " + w.End.UTC().Format("2006-01-02"))
		}
	}
}

// entered says how the actors got into the accounts.
func (s *subject) entered(a *answer) {
	entries := actor.Entries.From(s.c.Conclusion)
	for i, place := range s.places {
		for _, e := range entries[place] {
			if s.owns(e.Account) {
				a.say(e.Confidence, Basis{Actors: s.actors[i : i+1], Origins: cite.Origins(s.c.Timeline, e.Rows)}, "%s", e.Text)
			}
		}
	}
}

// boxes are the mailboxes that the actors reached and that are the subject's.
func (s *subject) boxes() []*actor.ExposedMailbox {
	var list []*actor.ExposedMailbox
	all := actor.ExposedMailboxes.From(s.c.Conclusion)
	for i := range all {
		m := &all[i]
		if s.owns(m.Mailbox) && slices.ContainsFunc(m.Actors, func(who *actor.Actor) bool { return slices.Contains(s.actors, who) }) {
			list = append(list, m)
		}
	}
	return list
}

// messages says what the records of the mailboxes show.
func (s *subject) messages(a *answer) {
	for _, m := range s.boxes() {
		sure := analysis.Likely
		switch {
		case m.Verdict == actor.NoRecord:
			sure = analysis.Unsure
			a.need("records of mail access to " + m.Mailbox)
		case m.Proved > 0:
			sure = analysis.Firm
		}
		a.say(sure, Basis{Counted: []Filter{filter(mailboxesName, "Mailbox", m.Mailbox)}, Origins: m.Origins}, "%s", m.Text)
	}
}

// payments tells of requests for payment that the actors wrote.
func (s *subject) payments(a *answer) {
	all := actor.Payments.From(s.c.Conclusion)
	for _, i := range s.paymentsOf[s] {
		p := &all[i]
		if p.Actor != nil && !slices.Contains(s.actors, p.Actor) {
			continue
		}
		text := fmt.Sprintf("“%s” from %s to %s on %s asks for a payment or states account details", p.Subject, p.Sender, someOf(p.Recipients), cite.Stamp(p.At))
		for _, amount := range p.Amounts {
			text += fmt.Sprintf("; amount %s %s", amount.Currency, amount.Value)
		}
		for _, account := range p.From {
			text += "; before it the thread named " + account.Kind + " " + account.Number
		}
		for _, account := range p.To {
			text += "; it names " + account.Kind + " " + account.Number
		}
		sure := analysis.Likely
		if len(p.To) > 0 {
			sure = analysis.Firm
		} else {
			a.need("the text of the message “" + p.Subject + "”")
		}
		a.say(sure, Basis{Origins: p.Origins}, "%s.", text)
	}
}

// warned names people outside who got something from the actors.
func (s *subject) warned(a *answer) {
	list := actor.Warnings.From(s.c.Conclusion)
	var names []string
	var origins []timeline.Origin
	for _, i := range s.warningsOf[s] {
		w := &list.People[i]
		names, origins = append(names, w.Address), append(origins, w.Origins...)
	}
	if len(names) > 0 {
		a.say(analysis.Firm, Basis{Counted: []Filter{filter(toWarnName)}, Origins: origins}, "%s outside got something from the actor: %s.", many(len(names), "person", "people"), someOf(names))
	}
	if n := list.Unaddressed; n > 0 && s.account == "" {
		a.say(analysis.Likely, counted(attackerName, "Phase", string(actor.Fraud)), "Of %s no record tells the recipients.", plural(n, "message"))
		a.need("the recipients of sent mail")
	}
}

// standings are what was put in place of the subject's.
func (s *subject) standings() []*actor.Standing {
	var list []*actor.Standing
	all := actor.Standings.From(s.c.Conclusion)
	for i := range all {
		st := &all[i]
		if s.owns(st.Account) && (st.Actor == nil || slices.Contains(s.actors, st.Actor)) {
			list = append(list, st)
		}
	}
	return list
}

// made are those of them that the actors made.
func (s *subject) made() []*actor.Standing {
	return slices.DeleteFunc(s.standings(), func(st *actor.Standing) bool { return st.Actor == nil })
}

// standingName names what was put in place.
func standingName(st *actor.Standing) string {
	name := st.What
	if st.Object != "" {
		name += " (" + st.Object + ")"
	}
	if st.Account != "" {
		name += " of " + st.Account
	}
	return name
}

// left says of what was put in place whether it works at the end of the
// evidence.
func (s *subject) left(a *answer) {
	for _, st := range s.standings() {
		sure := analysis.Firm
		if st.State == actor.StandingUntold {
			sure = analysis.Unsure
			a.need("a snapshot taken now that shows " + standingName(st))
		}
		origins := append(cite.Origins(s.c.Timeline, st.Rows), st.Cited...)
		if st.Ended >= 0 {
			origins = append(origins, s.c.Timeline.Origin(st.Ended))
		}
		a.say(sure, Basis{Origins: origins}, "%s: %s.", standingName(st), strings.TrimSuffix(st.Text, "."))
	}
}

// heldWords are the words for what became of a measure.
var heldWords = map[actor.Hold]string{
	actor.HoldUnknown: "cannot be told: the records end too soon after it",
	actor.Held:        "held as far as the records reach",
	actor.Survived:    "survived",
}

// measures are those against the actors for the subject's mailboxes.
func (s *subject) measures() []*actor.Containment {
	var list []*actor.Containment
	for _, place := range s.places {
		all := actor.Containments.From(s.c.Conclusion)[place]
		for i := range all {
			if s.owns(all[i].Mailbox) {
				list = append(list, &all[i])
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *actor.Containment) int { return a.At.Compare(b.At) })
	return list
}

func (s *subject) contained(a *answer) {
	for _, m := range s.measures() {
		text := fmt.Sprintf("%s, %s by %s: %s", m.Mailbox, strings.Join(m.What, ", "), m.By, heldWords[m.Hold])
		if m.SurvivedBy != "" {
			text += " by " + m.SurvivedBy
		}
		sure := analysis.Firm
		if m.Hold == actor.HoldUnknown {
			sure = analysis.Unsure
			a.need("records of the days after " + m.At.UTC().Format("2006-01-02"))
		}
		a.say(sure, Basis{Origins: cite.Origins(s.c.Timeline, slices.Concat(m.Rows, m.After))}, "%s: %s.", cite.Stamp(m.At), text)
	}
}

// noticed tells of the first measure: by then it was known.
func (s *subject) noticed(a *answer) {
	if list := s.measures(); len(list) > 0 {
		m := list[0]
		a.say(analysis.Likely, Basis{Origins: cite.Origins(s.c.Timeline, m.Rows)}, "The first measure on record is of %s, by %s: %s.", cite.Stamp(m.At), m.By, strings.Join(m.What, ", "))
	}
}

// concerned counts messages by whom and what they concern; it shows no content.
func (s *subject) concerned(a *answer) {
	proved, presumed := map[string]bool{}, map[string]bool{}
	var origins []timeline.Origin
	for _, e := range s.exposed[s] {
		switch e.Certainty {
		case actor.Proved:
			proved[e.Message] = true
		case actor.Presumed:
			presumed[e.Message] = true
		}
		origins = append(origins, e.Origins...)
	}
	if len(proved)+len(presumed) == 0 {
		return
	}
	on := counted(exposureName, "Certainty", string(actor.Proved)).and(counted(exposureName, "Certainty", string(actor.Presumed)), Basis{Origins: origins})
	known := !slices.ContainsFunc(s.boxes(), func(m *actor.ExposedMailbox) bool { return !m.PresumedKnown })
	a.say(analysis.Likely, on, "Different messages: %d proved, %s presumed.", len(proved), presumedNumber(len(presumed), known))
	if s.account != "" {
		return
	}
	total := actor.ExposureTotals.From(s.c.Conclusion)
	if !total.Known {
		a.say(analysis.Likely, counted(mailboxesName), "More are presumed, of a number that no record tells.")
		a.need("folder statistics of the mailboxes")
	}
	for _, by := range [...]struct {
		what   string
		counts []actor.MessageCount
	}{{"senders' domains", total.SenderDomains}, {"recipients' domains", total.RecipientDomains}, {"types of attachments", total.AttachmentTypes}} {
		var words []string
		for _, n := range by.counts {
			words = append(words, fmt.Sprintf("%s %d", n.Value, n.Proved+n.Presumed))
		}
		if len(words) > 0 {
			a.say(analysis.Likely, counted(exposureName), "By %s (%d): %s.", by.what, len(words), someOf(words))
		}
	}
}

// insured says what an insurer asks for beyond the other questions.
func (s *subject) insured(a *answer) {
	if s.first.IsZero() {
		return
	}
	a.say(analysis.Likely, Basis{Origins: s.ends()}, "Between the first and the last act on record lie %s; questions 3, 4 and 10 have what let it happen, the controls and the payments.", plural(int(s.last.Sub(s.first).Hours()), "hour"))
}

// next lists what to end, whom to tell, what to block and what to ask for.
func (s *subject) next(a *answer) {
	for _, st := range s.standings() {
		if st.State != actor.StandingRemoved {
			a.say(analysis.Firm, Basis{Origins: append(cite.Origins(s.c.Timeline, st.Rows), st.Cited...)}, "Remove unless it is gone: %s.", standingName(st))
		}
	}
	if len(s.actors) > 0 {
		a.say(analysis.Firm, counted(indicatorsName), "Revoke the sessions and block the addresses and applications among the indicators; tell the people of question 11.")
	}
	for _, r := range s.requests {
		a.say(analysis.Firm, counted(requestsName, "Account", r.Account), "Ask for the %s.", r.Text)
	}
}
