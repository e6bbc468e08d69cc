// Package actor says who did what: it joins the contexts that signs rest on to
// actors, each link with its reason; attributes what was done in them; scores
// every actor as a list of sentences with points; and gathers what was read,
// searched, written and removed. An actor is no person: two people who share an
// address or a session are one actor. A score is an aid to ranking, not a
// probability of guilt. The package finds no sign by itself and names no
// analysis: it knows signs by their families.
package actor
