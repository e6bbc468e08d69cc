package timeline

import "net/url"

// A SignIn is what the record of a sign-in says that no column of the exports
// holds and analyses ask of every sign-in: how it was made, and what Microsoft
// thought of its risk. A field is empty where the record says nothing, and
// where it says none or hidden.
type SignIn struct {
	Protocol string // deviceCode, ropc, oAuth2 …
	Transfer string // how the session's first token was got: deviceCodeFlow …
	Request  string // of the audit log: OAuth2:Authorize, Cmsi:Cmsi …

	RiskLevel string // during the sign-in; of the user where only that is stated
	RiskState string
	RiskTypes string // ", " between them
}

// signInNames are the fields' names in ColSignIn.
var signInNames = [...]string{"protocol", "transfer", "request", "risk_level", "risk_state", "risk_types"}

func (s *SignIn) fields() [len(signInNames)]*string {
	return [...]*string{&s.Protocol, &s.Transfer, &s.Request, &s.RiskLevel, &s.RiskState, &s.RiskTypes}
}

// Text is the form in which ColSignIn holds it, a URL query; empty if no field
// is set.
func (s *SignIn) Text() string {
	if *s == (SignIn{}) {
		return ""
	}
	v := url.Values{}
	for i, f := range s.fields() {
		if *f != "" {
			v.Set(signInNames[i], *f)
		}
	}
	return v.Encode()
}

// ParseSignIn reads the text of ColSignIn.
func ParseSignIn(text string) SignIn {
	var s SignIn
	v, _ := url.ParseQuery(text)
	for i, f := range s.fields() {
		*f = v.Get(signInNames[i])
	}
	return s
}
