package report

import (
	"slices"

	"becforensics/timeline"
	"becforensics/timeline/analysis/actor"
)

// sectionOf is the section of a page that holds what a sheet of the workbook
// does. The lanes of actors hold every act of theirs.
var sectionOf = map[string]string{
	registerName: "findings", actorsName: "actors", attackerName: "actors", exposureName: "messages", mailboxesName: "exposure", paymentsName: "payments", toWarnName: "warn",
	indicatorsName: "indicators", requestsName: "requests", countriesName: "world", evidenceName: "evidence", coverageName: coverage, methodologyName: "methodology",
}

// tell puts the claims of all sections in words, each with what it rests on: by
// then it is known what the page holds.
func (m *pageMaker) tell() {
	m.page.Named = map[string]string{}
	name := func(sheet, id string) {
		if slices.ContainsFunc(m.page.Sections, func(s Section) bool { return s.ID == id }) {
			m.page.Named[sheet], m.index.stands[sheet] = id, true
		}
	}
	for sheet, id := range sectionOf {
		name(sheet, id)
	}
	for _, r := range m.Results {
		name(sheetOf(r.Analyzer), "finding-"+r.Analyzer.Name)
		if r.Analyzer.Name == standingAccess {
			name(sheetOf(r.Analyzer), "standing")
		}
	}
	for i := range m.page.Sections {
		s := &m.page.Sections[i]
		for _, c := range s.claims {
			s.Told = append(s.Told, m.index.told(c))
		}
	}
}

// headClaims say what was read, and whom it concerns.
func (m *pageMaker) headClaims() []Claim {
	claims := openingClaims(m.index)
	accounts := m.index.accounts()
	for i := range accounts[:min(len(accounts), mostAccounts)] {
		heaviest := accounts[i].actors[0]
		claims = append(claims, claim(Claim{Text: accounts[i].user + ":"}, entered(m.index, heaviest), did(m.index, heaviest), reached(m.index, heaviest)))
	}
	if more := len(accounts) - mostAccounts; more > 0 {
		claims = append(claims, Claim{plural(more, "further account") + " of lighter actors: see Accounts and Actors.", counted(actorsName)})
	}
	return claims
}

// storyClaims tell of one actor: what it did, why it is held for one, how it got
// in and for how long it had access.
func (m *pageMaker) storyClaims(i int) []Claim {
	who := m.actors[i]
	claims := []Claim{
		{m.course(who, m.acts[i]), m.actsOf(i)},
		{"It rests on: " + who.Grounds() + ".", Basis{Rows: signsOf(who)}},
	}
	return append(claims, m.wayIn(i)...)
}

// actsOf are the records of an actor's acts, the first of each.
func (m *pageMaker) actsOf(i int) Basis {
	var b Basis
	for _, a := range m.acts[i] {
		b.Origins = append(b.Origins, m.Timeline.Origin(a.Rows[0]))
	}
	return b
}

// linkRecords are the records in which the links of an actor were seen.
func (m *pageMaker) linkRecords(who *actor.Actor) Basis {
	var list []timeline.Origin
	for _, l := range who.Links {
		list = append(list, m.index.originsAt(l.Rows)...)
	}
	slices.SortFunc(list, timeline.Origin.Compare)
	return Basis{Origins: slices.Compact(list)}
}
