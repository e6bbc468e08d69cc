package estate

import "time"

// insider has the help desk give itself full access to the mailbox of finance
// and read it from home in the evening.
func insider(t *tenant) {
	a, r := t.newActor("insider"), t.draw("insider")
	_, day, _ := t.course(r, "vpn")
	who, victim := t.as("helpdesk"), t.as("finance")
	s := t.open(r, who, t.office, t.client("web"), t.local(day, 17, 40))
	s.by, s.mailbox = a, victim
	a.sessions = append(a.sessions, s)
	s.wait(r, time.Minute)
	t.command(s, "Add-MailboxPermission", victim.local(), "persistence", pair("Identity", victim.upn), pair("User", who.upn), pair("AccessRights", "FullAccess"), pair("InheritanceType", "All"))
	for n := range 3 {
		evening := t.open(r, who, who.home, t.client("web"), t.local(day+2*n, 20, 15))
		evening.by, evening.mailbox = a, victim
		for _, m := range t.recent(victim, evening.now, 4) {
			evening.wait(r, 3*time.Minute)
			t.view(evening, m)
		}
	}
}
