package reference

// ClientClass normalises what a record says of its client (AppIdType,
// ClientInfoString or clientAppUsed) to one vocabulary, and reports whether
// that client takes a copy of the mailbox by itself. The class of a text that
// no row knows is "", never a guess.
func (s *Set) ClientClass(raw string) (class string, autoSync bool) {
	row, ok := s.clients.find(raw)
	if !ok {
		return "", false
	}
	return row.Get("client"), row.Flag("auto_sync")
}

// ServiceClient reports whether a client text is the service's own: delivery,
// assistants, probes. Such actors stay in the timeline and out of baselines.
func (s *Set) ServiceClient(raw string) bool {
	row, ok := s.clients.find(raw)
	return ok && row.Flag("service")
}

// LegacyClient reports whether a client text names a protocol that cannot ask
// for a second factor when it uses basic authentication.
func (s *Set) LegacyClient(raw string) bool {
	row, ok := s.clients.find(raw)
	return ok && row.Flag("legacy")
}

// Agent is what is known of a user agent that people's mail clients and
// browsers do not send.
type Agent struct {
	Pattern  string
	Tool     string
	Category string // http-library, automation, scripting, legacy-authentication, attack-tool, phishing-kit, bulk-download, mail-client
	Severity string // high, medium
	Source   string
}

// UserAgent returns what the table of suspicious user agents knows of ua.
func (s *Set) UserAgent(ua string) (Agent, bool) {
	row, ok := s.agents.find(ua)
	if !ok {
		return Agent{}, false
	}
	return Agent{
		Pattern:  row.Key(),
		Tool:     row.Get("tool"),
		Category: row.Get("category"),
		Severity: row.Get("severity"),
		Source:   row.Get("source"),
	}, true
}
