package timeline

import (
	"slices"
	"testing"

	"becforensics/geo"
)

// TestRequestsStandUnderTheirSignIn seals a sign-in, a table of accounts and
// requests to Graph that name user, mailbox and application by ids.
func TestRequestsStandUnderTheirSignIn(t *testing.T) {
	const anna, willem, app = "11111111-aaaa-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333"
	byID := func(flags Flags, words ...string) Event {
		e := ev(words...)
		e.Flags = UserByID | flags
		return e
	}
	tl := sealSources(t, []Context{{Kind: "user", Cells: []Pair{{"userPrincipalName", "willem@example.com"}, {"id", willem}}}},
		Source{Source: "signin"}, []Event{ev("at=1", "operation=Sign-in", "user=anna@example.com", "session=s1", "token=t1", "app_id="+app, "app=Quiet Reader")},
		Source{Source: "graphactivity"}, []Event{
			byID(0, "at=2", "operation=by token", "user=11111111-AAAA-4111-8111-111111111111", "mailbox="+anna, "token=t1", "app_id="+app),
			byID(0, "at=3", "operation=by account", "user="+anna, "mailbox="+willem),
			byID(0, "at=4", "operation=by session", "user=44444444-4444-4444-8444-444444444444", "session=s1"),
			byID(AppOnly, "at=5", "operation=by an application", "user=55555555-5555-4555-8555-555555555555", "app_id="+app),
			byID(0, "at=6", "operation=by nobody known", "user=66666666-6666-4666-8666-666666666666", "token=t2"),
		})
	for row, want := range []struct {
		user, mailbox, session, app string
		inferred                    []string
		byID                        bool
	}{
		{"anna@example.com", "", "s1", "Quiet Reader", nil, false},
		{"anna@example.com", "anna@example.com", "s1", "Quiet Reader", []string{"user", "mailbox", "app", "session"}, false},
		{"anna@example.com", "willem@example.com", "", "", []string{"user", "mailbox"}, false},
		{"anna@example.com", "", "s1", "", []string{"user"}, false},
		{"Quiet Reader", "", "", "Quiet Reader", []string{"user", "app"}, false},
		{"66666666-6666-4666-8666-666666666666", "", "", "", nil, true},
	} {
		got := []string{tl.Text(ColUser, row), tl.Text(ColMailbox, row), tl.Text(ColSession, row), tl.Text(ColApp, row)}
		if !slices.Equal(got, []string{want.user, want.mailbox, want.session, want.app}) || !slices.Equal(tl.InferredNames(row), want.inferred) || tl.Has(row, UserByID) != want.byID {
			t.Errorf("%s: %q, inferred %q, by id %v; want %+v", tl.Text(ColOperation, row), got, tl.InferredNames(row), tl.Has(row, UserByID), want)
		}
	}
}

// sealSources makes a timeline of two exports and of rows of state in the
// first.
func sealSources(t *testing.T, context []Context, a Source, first []Event, b Source, second []Event) *Timeline {
	t.Helper()
	build := NewBuilder()
	for i, list := range [][]Event{first, second} {
		source := []*Source{&a, &b}[i]
		source.Evidence = uint32(i + 1)
		build.Begin(source)
		batch := NewBatch()
		for j := range list {
			batch.Event(&list[j], int64(j), 1)
		}
		for _, c := range context {
			batch.Context(c)
		}
		context = nil
		if err := build.Add(batch); err != nil {
			t.Fatal(err)
		}
	}
	db, err := geo.Open(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := build.Seal(Sealing{Geo: db})
	if err != nil {
		t.Fatal(err)
	}
	return tl
}

// TestShapes holds what a request asks for apart from whose it is.
func TestShapes(t *testing.T) {
	for request, want := range map[string]string{
		"GET /v1.0/me": "GET user",
		"GET /v1.0/me/messages/AAMk_x=?$select=subject":                                        "GET user/messages/*",
		"GET /v1.0/users/anna%40example.com/mailFolders/inbox/messages/delta":                  "GET user/messages",
		"GET /beta/users/22222222-2222-4222-8222-222222222222/messages/abcdef/$value":          "GET user/messages/*",
		"GET /v1.0/me/mailFolders/inbox/childFolders/AAMk1=":                                   "GET user/childFolders/*",
		"POST /v1.0/me/mailFolders/inbox/messageRules":                                         "POST user/messageRules",
		"POST /v1.0/servicePrincipals/33333333-3333-4333-8333-333333333333/appRoleAssignments": "POST servicePrincipals/*/appRoleAssignments",
		"GET /v1.0/users?$top=100":                                                             "GET users",
		"GET /v1.0/groups/44444444-4444-4444-8444-444444444444/members/$count":                 "GET groups/*/members",
		"GET /v1.0/me/drive/root/search(q='invoice')":                                          "GET user/drive/root/search",
		"GET /v1.0/drives/b!abc/items/01ABC/content":                                           "GET drives/*/items/*/content",
		"POST /v1.0/$batch": "POST $batch",
		"GET /v1.0/me/messages/x/attachments/y/microsoft.graph.fileAttachment/contentBytes": "GET user/messages/*/attachments/*/microsoft.graph.fileAttachment/contentBytes",
	} {
		q := ParseRequest(request)
		if got := q.Shape(); got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
	for request, want := range map[string]bool{
		"GET /v1.0/me/messages?$search=%22wire%20transfer%22":          true,
		"GET /v1.0/me/messages?$filter=contains(subject,'invoice')":    true,
		"GET /v1.0/me/drive/root/search(q='invoice')":                  true,
		"GET /v1.0/me/messages?$filter=receivedDateTime+ge+2026-01-01": false,
		"GET /v1.0/me/messages?%24filter=isRead%20eq%20false":          false,
		"GET /v1.0/me/messages":                                        false,
	} {
		if q := ParseRequest(request); q.Searches() != want {
			t.Errorf("%s: searches %v, want %v", request, !want, want)
		}
	}
}
