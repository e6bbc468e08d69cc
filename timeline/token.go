package timeline

import "slices"

// joinTokens puts what was done with a token into the session of the sign-in
// that gave it, and learns from the sign-in's token, else from its session,
// which user an id stands for. What it fills is marked as inferred.
func (t *Timeline) joinTokens(accounts accountBook) {
	ofTokens := func(s *Source) bool { return !s.ClientSessions } // a client's own sessions come with no token
	if t.Cardinality(ColToken)+t.Cardinality(ColSession) == 2 || !slices.ContainsFunc(t.Exports(), ofTokens) {
		return
	}
	sessions, owners := make([]uint32, t.Cardinality(ColToken)), make([]uint32, t.Cardinality(ColToken)) // by token
	inSession := make([]uint32, t.Cardinality(ColSession))                                               // users by session
	for row := range t.n {
		token, session, user := t.Code(ColToken, row), t.Code(ColSession, row), t.Code(ColUser, row)
		if token|session == 0 || t.Source(row).ClientSessions {
			continue
		}
		firstCode(sessions, token, session)
		if !t.unnamed(row) {
			firstCode(owners, token, user)
			firstCode(inSession, session, user)
		}
	}
	for row := range t.n {
		token := t.Code(ColToken, row)
		if session := sessions[token]; session != 0 && t.Source(row).Source != "signin" {
			t.infer(ColSession, row, session)
		}
		if !t.unnamed(row) || t.Has(row, AppOnly) {
			continue
		}
		user := owners[token]
		if user == 0 && !t.Source(row).ClientSessions {
			user = inSession[t.Code(ColSession, row)]
		}
		accounts.see(t.Text(ColUser, row), t.Value(ColUser, user))
	}
}

// unnamed reports whether a row's user is stated by an id, if at all.
func (t *Timeline) unnamed(row int) bool { return t.Code(ColUser, row) == 0 || t.Has(row, UserByID) }

// firstCode notes the first code that comes with another.
func firstCode(of []uint32, key, code uint32) {
	if key != 0 && code != 0 && of[key] == 0 {
		of[key] = code
	}
}
