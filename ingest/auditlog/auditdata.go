package auditlog

import (
	"strings"
	"sync/atomic"

	"becforensics/ingest"
	"becforensics/ingest/internal/clock"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

// A decoder decodes the records of one file. It is shared by the goroutines
// that do: what it gathers does not depend on their order.
type decoder struct {
	names    *column.Index // of AuditData
	plain    bool          // no test watches what is asked for
	tables   *reference.Set
	caps     []int // numbers of records at which such exports are cut off
	clients  *memo[client]
	apps     *memo[reference.App]
	types    *memo[string]
	requests *memo[string]

	order   clock.Order
	assumed atomic.Int64 // events whose time is the container's
	written atomic.Int64 // events whose CreationTime is in the exporter's culture
	bare    atomic.Int64 // rows without AuditData
	cut     atomic.Int64 // AuditData that ends early
	broken  atomic.Int64 // AuditData that is no JSON
	lost    atomic.Int64 // rows with cells of which only the type's name is left
	apart   atomic.Int64 // rows whose two times differ
	widest  atomic.Int64 // nanoseconds by which they differ at most
}

// A client is what a client string says.
type client struct {
	class   string
	service bool
}

func newDecoder(m *column.Map, o *ingest.Options, caps ...int) *decoder {
	d := &decoder{names: m.Index(auditFields), plain: o.Asked == nil, tables: o.Reference, caps: caps}
	d.clients = newMemo(func(raw string) client {
		class, _ := d.tables.ClientClass(raw)
		return client{class, d.tables.ServiceClient(raw)}
	})
	d.apps = newMemo(func(id string) reference.App {
		app, _ := d.tables.App(id)
		return app
	})
	d.types = newMemo(d.tables.RecordType)
	d.requests = newMemo(func(request string) string {
		s := timeline.SignIn{Request: request}
		return s.Text()
	})
	return d
}

// A wrapping is what the container says beside AuditData. It fills what
// AuditData does not say.
type wrapping struct {
	id, time, recordType, operation, user, ip, object, result string
	country, city, provider                                   string // of the address
}

// addressKeys are where the actor's address stands, in the order of preference.
// The last is the sending server's, in records of mail protection, which have
// no other.
var addressKeys = [...]int{kClientIP, kClientIPAddress, kActorIPAddress, kActorIP, kSenderIP}

// auditData fills an event from the properties of an AuditData object.
func (d *decoder) auditData(p *properties, ev *timeline.Event) {
	ev.ID = p.text(kID)
	if r, ok := clock.Parse(p.text(kCreationTime)); ok {
		d.setTime(r, ev)
	}
	ev.Set(timeline.ColMailbox, p.text(kMailboxOwner))
	if ev.Counted && ev.HasTime && p.plain && !p.mayHoldJSON() {
		return // no text inside the record can tell more of what is counted
	}
	op := p.text(kOperation)
	ev.Set(timeline.ColOperation, op)
	ev.Set(timeline.ColIP, p.first(addressKeys[:]...))
	ev.Set(timeline.ColTarget, p.text(kObjectID))
	ev.Set(timeline.ColUserAgent, p.text(kUserAgent))
	setPlace(p.text(kCountry), p.text(kCity), p.text(kProvider), ev)
	recordType := p.text(kRecordType)
	if recordType != "" {
		ev.Set(timeline.ColRecordType, d.types.get(recordType))
	}
	d.setSession(p, ev)
	d.setApplication(p, ev)
	if p.has(kDeviceProperties) {
		setDevice(p, ev)
	} else {
		ev.Set(timeline.ColDevice, p.first(kDeviceID, kDeviceName, kMachineID))
	}
	if p.has(kExtendedProperties) {
		d.setExtended(p, ev)
	}
	ev.Set(timeline.ColUser, p.text(kUserID))
	if key := p.text(kUserKey); isDirectoryID(key) {
		ev.Account = key
	}
	if isLogon(op, recordType) {
		d.setLogon(p, op, ev)
	} else {
		ev.Outcome = outcome(p.text(kResultStatus))
		if ev.Outcome != timeline.Success {
			ev.Set(timeline.ColError, p.text(kLogonError))
		}
	}
	setMail(p, ev)
	if p.has(kOperationProperties) {
		setOperation(p, op, ev)
	}
	if p.has(kParameters) {
		ev.Set(timeline.ColRule, parameters(p))
	}
	setFile(p, ev)
	if p.has(kTarget) {
		setDirectoryTarget(p, ev)
	}
	ev.Set(timeline.ColQuery, query(p, ev))
	d.setClient(p, ev)
	d.setActor(p, ev)
	if ev.Wants(timeline.WideMessages) {
		ev.Messages = messages(p, ev.Messages)
	}
	if ev.Wants(timeline.WideDetails) {
		ev.Details = details(p, ev)
	}
}

// setPlace sets where and whose network the log says an address is in, as far as
// no part of the record said it before.
func setPlace(country, city, provider string, ev *timeline.Event) {
	if ev.Cols[timeline.ColLogCountry] == "" && isCountryCode(country) {
		ev.Set(timeline.ColLogCountry, strings.ToUpper(country))
	}
	if ev.Cols[timeline.ColLogCity] == "" {
		ev.Set(timeline.ColLogCity, city)
	}
	if ev.Cols[timeline.ColLogNetwork] == "" {
		ev.Set(timeline.ColLogNetwork, provider)
	}
}

func isCountryCode(s string) bool { return len(s) == len("CC") }

// setTime takes a reading of CreationTime, which is UTC. A PowerShell that
// read it as a date wrote it again in its own culture.
func (d *decoder) setTime(r clock.Reading, ev *timeline.Event) {
	ev.Time, ev.HasTime, ev.DayFirst = r.Nanos, true, r.DayFirst
	if r.Form != clock.ISO && r.Form != clock.Epoch {
		d.order.See(r)
		d.written.Add(1)
		ev.Flags |= timeline.TimeAssumed
	}
}

// assumeTime takes the time of the container.
func (d *decoder) assumeTime(r clock.Reading, ev *timeline.Event) {
	ev.Time, ev.HasTime, ev.DayFirst = r.Nanos, true, r.DayFirst
	d.order.See(r)
	d.assumed.Add(1)
	if r.Zoneless {
		ev.Flags |= timeline.TimeAssumed
	}
}

// wrap fills from the container what AuditData did not say, and judges
// whether what there is makes an event.
func (d *decoder) wrap(w wrapping, ev *timeline.Event) ingest.Outcome {
	fill := func(c timeline.Col, s string) {
		if ev.Cols[c] == "" {
			ev.Set(c, clean(s))
		}
	}
	if ev.ID == "" {
		ev.ID = w.id
	}
	fill(timeline.ColOperation, w.operation)
	fill(timeline.ColUser, w.user)
	fill(timeline.ColIP, w.ip)
	fill(timeline.ColTarget, w.object)
	setPlace(w.country, w.city, w.provider, ev)
	if ev.Outcome == timeline.Unknown {
		ev.Outcome = outcome(w.result)
	}
	if ev.Outcome == timeline.Unknown && ev.Cols[timeline.ColOperation] == opLoggedIn && ev.Cols[timeline.ColError] == "" {
		ev.Outcome = timeline.Success
	}
	if ev.Cols[timeline.ColRecordType] == "" && w.recordType != "" {
		ev.Set(timeline.ColRecordType, d.types.get(w.recordType))
	}
	if ev.HasTime {
		return ingest.Outcome{}
	}
	if r, ok := clock.Parse(w.time); ok {
		d.assumeTime(r, ev)
		return ingest.Outcome{}
	}
	if ev.Cols[timeline.ColOperation] == "" && ev.Cols[timeline.ColUser] == "" {
		return ingest.Rejected("record has neither a usable time nor an operation nor a user")
	}
	return ingest.Outcome{}
}

// outcome reads ResultStatus of an operation that is no sign-in.
func outcome(status string) timeline.Outcome {
	switch {
	case status == "":
		return timeline.Unknown
	case strings.EqualFold(status, "True"), hasPrefixFold(status, "Succe"), strings.EqualFold(status, "PartiallySucceeded"):
		return timeline.Success
	case strings.EqualFold(status, "False"), hasPrefixFold(status, "Fail"):
		return timeline.Failure
	}
	return timeline.Unknown
}

// Members of AppAccessContext.
var (
	sessionKey    = rows.NewKey("AADSessionId")
	tokenKey      = rows.NewKey("UniqueTokenId")
	clientIDKey   = rows.NewKey("ClientAppId")
	clientNameKey = rows.NewKey("ClientAppName")
)

// setSession takes the session from whichever place the workload keeps it in,
// and the token from the access context.
func (d *decoder) setSession(p *properties, ev *timeline.Event) {
	session := notNil(p.text(kSessionID))
	if p.has(kAppAccessContext) {
		c := p.nested(kAppAccessContext)
		if session == "" {
			session = notNil(c.At(sessionKey).Text())
		}
		ev.Set(timeline.ColToken, c.At(tokenKey).Text())
		ev.Set(timeline.ColAppID, c.At(clientIDKey).Text())
		ev.Set(timeline.ColApp, c.At(clientNameKey).Text())
	}
	ev.Set(timeline.ColSession, session)
}

// notNil is an id, or nothing for the nil GUID, which stands for no id.
func notNil(id string) string {
	const nilGUID = "00000000-0000-0000-0000-000000000000"
	if id == nilGUID {
		return ""
	}
	return id
}

// setApplication takes the application that acted: the client, not the
// service that it acted on, where the record names both.
func (d *decoder) setApplication(p *properties, ev *timeline.Event) {
	if id := p.first(kClientAppID, kAppID, kApplicationID); id != "" && (p.text(kClientAppID) != "" || ev.Cols[timeline.ColAppID] == "") {
		ev.Set(timeline.ColAppID, id)
	}
	name := p.first(kApplicationName, kAppName)
	if name == "" {
		name = ev.Cols[timeline.ColApp]
	}
	if id := ev.Cols[timeline.ColAppID]; name == "" && id != "" {
		name = d.apps.get(id).Name
	}
	ev.Set(timeline.ColApp, name)
}

// setClient takes the mail client, and the user agent that its string holds
// where the record has none of its own.
func (d *decoder) setClient(p *properties, ev *timeline.Event) {
	raw := p.first(kClientInfo, kActorInfo)
	if raw == "" {
		return
	}
	ev.Set(timeline.ColClientRaw, raw)
	c := d.clients.get(raw)
	ev.Set(timeline.ColClient, c.class)
	if c.service && !d.throughGraph(p) {
		ev.Flags |= timeline.Service
	}
	if ev.Cols[timeline.ColUserAgent] == "" {
		ev.Set(timeline.ColUserAgent, agentIn(raw))
	}
}

const (
	// graphAPI is Microsoft Graph, as the service that was asked.
	graphAPI = "00000003-0000-0000-c000-000000000000"
	// landing is the class of watched applications that are everyday pages.
	landing = "landing"
)

// throughGraph reports whether an application asked for the act that is not
// Microsoft's own, or one of Microsoft's that phishing asks tokens for: Graph
// acts by a client string of the service, but for whoever holds the tokens.
func (d *decoder) throughGraph(p *properties) bool {
	id := p.text(kClientAppID)
	if id == "" || !strings.EqualFold(p.text(kAppID), graphAPI) {
		return false
	}
	app := d.apps.get(id)
	return !app.FirstParty || app.WatchClass != "" && app.WatchClass != landing
}

// agentIn is the user agent in a client string like "Client=OWA;Mozilla/5.0
// (…);": its first product has a version, which "Action=ViaProxy" lacks.
func agentIn(raw string) string {
	_, agent, ok := strings.Cut(raw, ";")
	if !ok {
		return ""
	}
	agent = strings.TrimRight(strings.TrimSpace(agent), "; ")
	product, _, _ := strings.Cut(agent, " ")
	if !strings.Contains(product, "/") || strings.ContainsAny(product, "=;") {
		return ""
	}
	return agent
}

// setActor flags who acted: Microsoft's service, an application, an
// administrator or a delegate.
func (d *decoder) setActor(p *properties, ev *timeline.Event) {
	switch p.text(kLogonType) {
	case "1", "Admin":
		ev.Flags |= timeline.Admin
	case "2", "Delegated", "Delegate":
		ev.Flags |= timeline.Delegate
	case "3", "4", "Transport", "SystemService":
		ev.Flags |= timeline.Service
	case "6", "DelegatedAdmin":
		ev.Flags |= timeline.Admin | timeline.Delegate
	}
	switch p.text(kUserType) {
	case "4", "System":
		if !isLogon(p.text(kOperation), p.text(kRecordType)) { // else a user whom the record does not know
			ev.Flags |= timeline.Service
		}
	case "5", "Application":
		// A user of another tenant is counted as an application too.
		if !isLogon(p.text(kOperation), p.text(kRecordType)) || !strings.Contains(ev.Cols[timeline.ColUser], "@") && !p.has(kDeviceProperties) {
			d.setApplicationActor(ev)
		}
	case "6", "ServicePrincipal":
		ev.Flags |= timeline.AppOnly
	}
	user := ev.Cols[timeline.ColUser]
	if isService(user) {
		ev.Flags |= timeline.Service
	}
	if hasPrefixFold(user, "ServicePrincipal_") {
		ev.Flags |= timeline.AppOnly
	}
}

// isService reports whether a user is an account of the service's own.
func isService(user string) bool {
	return hasPrefixFold(user, `NT AUTHORITY\`) || hasPrefixFold(user, `NT SERVICE\`) || strings.EqualFold(user, `Microsoft\ServiceOperator`)
}

// setApplicationActor flags a record whose actor is an application. One that
// is not Microsoft's own acts for whoever was given its keys.
func (d *decoder) setApplicationActor(ev *timeline.Event) {
	id := ev.Cols[timeline.ColAppID]
	if id != "" && !d.apps.get(id).FirstParty {
		ev.Flags |= timeline.AppOnly
		return
	}
	ev.Flags |= timeline.Service
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
