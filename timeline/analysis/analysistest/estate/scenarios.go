package estate

// Scenarios are all scenarios, those with an attack first. An attack happens
// among innocent things that look bad.
var Scenarios = []*Scenario{
	{Name: "spray-imap", Doc: "passwords are tried on every mailbox; one opens and an IMAP client copies it", Era: Activities, Users: 12, Days: 36, before: journeys, tell: among(quiet2018, sprayThenIMAP)},
	{Name: "slow-spray", Doc: "passwords are tried from two networks for nine days; one opens", Era: Audit, Users: 12, Days: 40, before: journeys, tell: among(everyday2025, slowSpray)},
	{Name: "home-country", Doc: "an intruder from the owner's country comes at night with a client the owner rarely uses", Era: Activities, Users: 12, Days: 40, before: journeys, tell: among(quiet2018, homeCountry)},
	{Name: "forward-fraud", Doc: "a stolen password, a rule that forwards and one that hides, and changed bank details", Era: Audit, Users: 12, Days: 40, before: journeys, tell: among(everyday2025, forwardAndFraud)},
	{Name: "consent", Doc: "a user lets an application read the mail", Era: Audit, Users: 12, Days: 40, before: journeys, tell: among(everyday2025, consentGrant)},
	{Name: "insider", Doc: "the help desk opens a mailbox of finance for itself and reads", Era: Audit, Users: 12, Days: 40, before: journeys, tell: among(everyday2025, insider)},
	{Name: "two-intruders", Doc: "one looks and sells, another buys and defrauds", Era: Audit, Users: 12, Days: 40, before: journeys, tell: among(everyday2025, twoIntruders)},
	{Name: "relayed-sign-in", Doc: "a page in the middle relays a sign-in and keeps its session", Era: Graph, Users: 12, Days: 40, before: journeys, tell: among(everyday2026, relayedSignIn)},
	{Name: "stolen-cookie", Doc: "owner and intruder use one session", Era: Graph, Users: 12, Days: 40, before: journeys, tell: among(everyday2026, stolenCookie)},
	{Name: "device-code", Doc: "a user approves a code for somebody else, who registers a device and outlives a reset", Era: Graph, Users: 12, Days: 40, before: journeys, tell: among(everyday2026, deviceCode)},
	{Name: "clean-2018", Doc: "travel, a hotel's network, newsletters filed by rule, a rota forwarded, a merger", Era: Activities, Users: 16, Days: 40, before: journeys, tell: quiet2018},
	{Name: "clean-2025", Doc: "travel, resets, a migration, a leaver, a scanner, rules", Era: Audit, Users: 16, Days: 40, before: journeys, tell: quiet2025},
	{Name: "clean-2026", Doc: "travel, a hotel's network, a merger, resets, a leaver, a scanner, a new laptop", Era: Graph, Users: 16, Days: 40, before: journeys, tell: quiet2026},
}

// among tells innocent things and then an attack.
func among(innocent, attack func(*tenant)) func(*tenant) {
	return func(t *tenant) {
		innocent(t)
		attack(t)
	}
}
