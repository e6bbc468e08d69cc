package estate

import "time"

// A rule is an inbox rule.
type rule struct {
	name, words, from, folder, forward string
	markRead, remove, stop             bool
}

// makeRule creates an inbox rule, which the snapshot of rules shows.
func (t *tenant) makeRule(s *session, r rule) {
	if t.scenario.Era == Activities {
		t.activity(s.mailbox, s.now, s.with.activities, "CreateRule", "", s.id, s.mark("rule"))
	} else {
		parameters := []object{pair("Name", r.name), pair("StopProcessingRules", word(r.stop))}
		for _, p := range [][2]string{{"SubjectOrBodyContainsWords", r.words}, {"From", r.from}, {"MoveToFolder", r.folder}, {"ForwardTo", r.forward}} {
			if p[1] != "" {
				parameters = append(parameters, pair(p[0], p[1]))
			}
		}
		if r.markRead {
			parameters = append(parameters, pair("MarkAsRead", "True"))
		}
		if r.remove {
			parameters = append(parameters, pair("DeleteMessage", "True"))
		}
		t.command(s, "New-InboxRule", s.mailbox.local()+"\\"+r.name, "rule", parameters...)
	}
	var state *mark
	if s.by != nil {
		state = &mark{by: s.by, role: "state", kind: "rule_snapshot", mailbox: s.mailbox}
	}
	t.snapshot(s.mailbox, r, state)
}

// snapshot is a rule's row in the list of rules at the end.
func (t *tenant) snapshot(u *user, r rule, mk *mark) {
	t.rules++
	number := string(rune('0' + t.rules%10))
	t.put("rules", "InboxRules/MailboxRules.csv", t.day(t.scenario.Days).Add(time.Duration(t.rules)*time.Second), []string{
		u.upn, r.name, "True", number, "100000000000000000" + number, word(r.stop), "", r.folder, "", r.forward, "", "", "", word(r.markRead), word(r.remove), "False",
		r.from, "", r.words, "", "False", "", "False", "",
	}, mk)
}

func word(b bool) string {
	if b {
		return "True"
	}
	return "False"
}
