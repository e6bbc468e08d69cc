package reference

import "strings"

// App is what the tables know of an application.
type App struct {
	Name       string
	FirstParty bool   // Microsoft's own
	FOCI       bool   // shares refresh tokens with the other clients of its family
	WatchClass string // how phishing uses this first-party client: landing (common, context only), token-phish, policy-bypass, recon; or ""
	Watch      string // why, or ""
	Abused     string // what the application was used for in compromises, or ""
}

// App returns what is known of an application by its id.
func (s *Set) App(id string) (App, bool) {
	var app App
	if row, ok := s.Table(AppsFirstParty).Find(id); ok {
		app.Name, app.FirstParty = row.Get("name"), true
	}
	if row, ok := s.Table(AppsFOCI).Find(id); ok {
		app.Name, app.FirstParty, app.FOCI = row.Get("name"), true, true
	}
	if row, ok := s.Table(AppsWatch).Find(id); ok {
		app.Name, app.FirstParty = row.Get("name"), true
		app.WatchClass, app.Watch = row.Get("class"), row.Get("why")
	}
	if row, ok := s.Table(AppsAbused).Find(id); ok {
		app.Name, app.Abused = row.Get("name"), row.Get("categories")
	}
	return app, app.Name != ""
}

// Scope returns the class of a risky OAuth permission: mail, mailbox, send,
// rules, address-book, files, chat, directory or persistence. A resource in
// front of the permission does not matter.
func (s *Set) Scope(scope string) (class string, ok bool) {
	if i := strings.LastIndexByte(scope, '/'); i >= 0 {
		scope = scope[i+1:]
	}
	row, ok := s.Table(OAuthScopes).Find(scope)
	if !ok {
		return "", false
	}
	return row.Get("class"), true
}
