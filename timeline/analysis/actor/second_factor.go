package actor

import (
	"strings"

	"becforensics/timeline"
	"becforensics/timeline/analysis/logon"
)

// secondFactor says in plain words why the second factor and conditional
// access let a sign-in pass, from the columns of its record and of those that
// tell of the same act; empty if none of them says anything.
func secondFactor(t *timeline.Timeline, rows []int) string {
	text := func(c timeline.Col) string {
		for _, row := range rows {
			if s := t.Text(c, row); s != "" {
				return s
			}
		}
		return ""
	}
	var said []string
	if s := factorText(text(timeline.ColMFA), text(timeline.ColTokenType)); s != "" {
		said = append(said, s)
	}
	if s := policyText(text(timeline.ColConditionalAccess)); s != "" {
		said = append(said, s)
	}
	if s := protocolText(text(timeline.ColProtocol)); s != "" {
		said = append(said, s)
	}
	return strings.Join(said, "; ")
}

// factorText says what became of the second factor. The column holds the
// requirement and what satisfied it, with semicolons between them.
func factorText(mfa, token string) string {
	requirement, result, _ := strings.Cut(strings.ToLower(mfa), ";")
	renewed := strings.Contains(strings.ToLower(token), "refreshtoken")
	switch {
	case mfa == "":
		return ""
	case strings.Contains(result, "claim in the token"), strings.Contains(result, "previously satisfied"):
		return "a second factor was required and counted as given, by a token that already held it: nobody was asked"
	case strings.Contains(requirement, "single") && renewed:
		return "no second factor was required for the token that was renewed"
	case strings.Contains(requirement, "single"):
		return "no second factor was required"
	case strings.Contains(result, "succeeded"):
		return "a second factor was required and given (" + strings.TrimSpace(mfa[len(requirement)+1:]) + ")"
	case strings.Contains(requirement, "multi") && renewed:
		return "a second factor was required, and the token that was shown counted as it"
	case strings.Contains(requirement, "multi"):
		return "a second factor was required; how it was given is not on record"
	}
	return "of the second factor the record says: " + mfa
}

// policyText says what conditional access made of a sign-in. The column holds
// the result and the policies that applied, with theirs.
func policyText(result string) string {
	status, policies, _ := strings.Cut(result, ";")
	policies = strings.TrimSpace(policies)
	switch logon.Letters(status) {
	case "":
		return ""
	case "notapplied":
		return "no policy of conditional access applied"
	case "success":
		if policies != "" {
			return "the policies of conditional access that applied were met (" + policies + ")"
		}
		return "the policies of conditional access that applied were met"
	case "failure":
		return "conditional access was not met (" + policies + "), and the sign-in is on record as a success all the same"
	}
	return "of conditional access the record says: " + result
}

// protocolText says what a protocol means for the second factor.
func protocolText(protocol string) string {
	switch logon.Letters(protocol) {
	case "devicecode":
		return "by device code the user passes the second factor on their own device, and the token goes to whoever asked for the code"
	case "ropc":
		return "the password was handed over by a program that can ask for no second factor"
	}
	return ""
}
