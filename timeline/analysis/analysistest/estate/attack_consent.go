package estate

import "time"

// consentGrant has a user allow an application to read mail, which it does
// from a cloud for a week, until the grant is removed.
func consentGrant(t *tenant) {
	a, r := t.newActor("external"), t.draw("consent")
	victim, day, from := t.course(r, "cloud", "server", "cheap")
	id, principal := guid(r), guid(r)
	const name = "Mailbox Insight Pro"
	t.lure(r, a, t.local(day, 9, 5), "Your mailbox report is ready", victim, t.as("director"), t.as("finance"))
	own := t.open(r, victim, t.office, t.client("web"), t.local(day, 10, 12))
	d := t.door(victim, "consent to an application", own.now)
	granted := []object{was("ConsentContext.IsAdminConsent", "False"), was("ConsentAction.Permissions", "[[Id: x, ClientId: "+principal+", PrincipalId: "+victim.object+", ConsentType: Principal, Scope: Mail.Read offline_access User.Read]]"), was("TargetId.ServicePrincipalNames", id)}
	scope := []object{was("DelegatedPermissionGrant.Scope", " Mail.Read offline_access User.Read"), was("DelegatedPermissionGrant.ConsentType", "Principal")}
	at := own.now.Add(40 * time.Second)
	for i, c := range []change{{activity: "Add service principal"}, {activity: "Add delegated permission grant", modified: scope}, {activity: "Consent to application", modified: granted}} {
		c.category, c.by, c.target, c.object, c.objectID = "ServicePrincipal", own, victim, name, principal
		t.directory(at.Add(time.Duration(i)*time.Second), c, &mark{notes: []any{d}})
	}
	app := &client{name: "app", info: "Client=REST;;", appID: id, app: name}
	t.vouch(victim, from, day)
	for n := range 7 {
		s := t.begin(r, victim, from, app, t.local(day+n, 16, 30))
		s.by, s.device, s.deviceName = a, "", ""
		for _, m := range t.recent(victim, s.now, 3) {
			s.wait(r, time.Minute)
			t.view(s, m)
		}
	}
	t.contain(t.local(day+7, 10, 0), victim, "grant removed", change{activity: "Remove delegated permission grant", category: "ServicePrincipal", object: name, objectID: principal, modified: scope})
}
