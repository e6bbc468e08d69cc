package estate

import (
	"fmt"
	"time"
)

// deviceCode has a user approve a code that somebody else asked for. The
// other registers a device, reads through Graph, outlives a reset of the
// password and ends only when the device is gone.
func deviceCode(t *tenant) {
	a, r := t.newActor("external"), t.draw("device")
	victim, day, from := t.course(r, "proxy", "cloud", "cheap")
	t.lure(r, a, t.local(day, 9, 30), "Voicemail of 48 seconds", victim, t.as("director"), t.as("finance"))
	broker := t.client("broker")
	graph := entry{resource: "Microsoft Graph", resourceID: "00000003-0000-0000-c000-000000000000", protocol: "deviceCode"}
	owner := t.begin(r, victim, t.office, broker, t.local(day, 10, 14))
	owner.with = &client{name: "broker", appID: broker.appID, app: broker.app, used: broker.used, agent: t.client("web").agent, os: "Windows10", browser: t.client("web").browser}
	owner.entry = graph
	owner.entry.door = t.door(victim, "a code entered and approved", owner.now)
	t.signIn(owner, true, 0)
	t.vouch(victim, from, day)
	poll := t.begin(r, victim, from, broker, owner.now.Add(20*time.Second))
	poll.by, poll.device, poll.deviceName, poll.entry = a, "", "", graph
	poll.entry.transfer = "deviceCodeFlow"
	t.signIn(poll, true, 0)
	name, id := fmt.Sprintf("DESKTOP-%07X", r.Uint32()&0xfffffff), guid(r)
	t.registerDevice(poll.now.Add(2*time.Minute), victim, name, id, "10.0.19045.2006", func() *mark { return poll.mark("persistence") })
	visit := func(at time.Time, n int) {
		s := t.begin(r, victim, from.nextDoor(r), t.client("script"), at)
		s.by, s.device, s.deviceName = a, id, name
		s.entry = entry{resource: graph.resource, resourceID: graph.resourceID, transfer: "deviceCodeFlow", incoming: "primaryRefreshToken"}
		t.refresh(s)
		t.graphRequest(s, "GET", "/me/messages?$search=%22invoice%22&$top=25", s.mark("search"))
		for _, m := range t.recent(victim, at, n) {
			s.wait(r, 20*time.Second)
			t.view(s, m)
		}
	}
	visit(t.local(day, 11, 5), 6)
	visit(t.local(day+1, 2, 40), 3)
	t.contain(t.local(day+2, 9, 15), victim, "password reset", passwordReset)
	visit(t.local(day+3, 3, 20), 3)
	t.contain(t.local(day+5, 10, 0), victim, "sessions revoked and device deleted", revoked, change{activity: "Delete device", category: "Device", object: name, objectID: id})
}
