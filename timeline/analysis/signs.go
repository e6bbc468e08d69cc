package analysis

import (
	"becforensics/timeline"
)

// Accusers are the analyses whose rows make a logon suspicious. An analyzer
// that asks for actors names them in its Needs.
var Accusers = []string{ForeignLogonName, HostingLogonName, PasswordAttackName}

// Accusation is why a record is suspicious, by analysis.
type Accusation map[string]Severity

// Accusations are the records under accusing rows.
func Accusations(p *Pass) map[timeline.Origin]Accusation {
	of := map[timeline.Origin]Accusation{}
	for _, name := range Accusers {
		f := p.Finding(name)
		if f == nil {
			continue
		}
		for i := range f.Rows {
			r := &f.Rows[i]
			if r.Severity == Info {
				continue
			}
			for _, o := range r.Origins {
				if of[o] == nil {
					of[o] = Accusation{}
				}
				of[o][name] = max(of[o][name], r.Severity)
			}
		}
	}
	return of
}

const ForeignLogonName = "foreign-logon"

const HostingLogonName = "hosting-logon"

const PasswordAttackName = "password-attack"

// AccusedRecords are the records under accusing rows of an analysis.
func AccusedRecords(p *Pass, name string) map[timeline.Origin]bool {
	accused := map[timeline.Origin]bool{}
	if f := p.Finding(name); f != nil {
		for i := range f.Rows {
			if f.Rows[i].Severity == Info {
				continue
			}
			for _, o := range f.Rows[i].Origins {
				accused[o] = true
			}
		}
	}
	return accused
}
