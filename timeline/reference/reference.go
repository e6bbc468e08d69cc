// Package reference serves the facts that the analyses rest on: names of
// applications, clients, operations and errors, and the lists of terms,
// folders, domains and file types. Each is a CSV table in data/, one fact a
// row, and every row names its source and the date as of which it held. An
// examiner's folder replaces whole tables.
//
// The package holds no judgement of a case and opens no file: the shipped
// tables are embedded, an overlay arrives as bytes. Networks and places are
// the geo package's.
//
// # Sources and licences
//
// Rows come from Microsoft's documentation and open-source projects, which a
// row's source names: merill/microsoft-info (MIT),
// secureworks/family-of-client-ids-research (MIT), Azure-Sentinel (MIT),
// sublime-security/static-files and sublime-rules (MIT),
// splunk/security_content (Apache-2.0), chronicle/detection-rules
// (Apache-2.0), huntresslabs/rogueapps (MPL-2.0), SigmaHQ/sigma and
// randomaccess3/detections (DRL 1.1). Of elastic/detection-rules (Elastic
// License 2.0), panther, bromiley/olaf and Exchange's own builds only facts
// are taken: identifiers and names, no text. Rows marked "own judgement",
// "own observation" or "dictionary translation" are this project's. A source
// whose licence does not allow shipping its compilation is not used.
package reference

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// The tables, by the name under which Set.Table serves them; the file of an
// overlay bears the same name with ".csv".
const (
	ActivityTypes   = "activity_types"                  // activity -> class
	AppsAbused      = "oauth_apps_abused"               // app_id -> third-party applications seen in compromises
	AppsFirstParty  = "apps_microsoft_first_party"      // app_id -> name
	AppsFOCI        = "apps_foci"                       // app_id -> clients that share refresh tokens
	AppsPhoneMail   = "apps_phone_mail"                 // app_id -> mail programs of phones
	AppsWatch       = "apps_first_party_watch"          // app_id -> Microsoft's clients that phishing prefers
	AttachmentTypes = "attachment_types"                // extension -> class, weight
	Clients         = "clients"                         // pattern -> normalised client
	Confusables     = "confusables"                     // character -> skeleton: what it can be taken for
	ContextTables   = "context_tables"                  // kind -> names of columns, owner, key
	Currencies      = "currencies"                      // code -> sign
	Delegations     = "delegation_operations"           // operation -> parameters of trustee and rights, kind
	DisposableMail  = "disposable_mail_domains"         // domain
	DomainSuffixes  = "domain_suffixes"                 // suffix -> kind: endings of two labels below which names are given out
	EntraErrors     = "entra_error_classes"             // code -> name, class, outcome
	ExpectedAgents  = "expected_agents"                 // application id or operation -> how user agents of it begin, what they hold
	ExpectedRecords = "expected_records"                // record -> export, operation, meaning of its absence
	FreeMail        = "free_mail_domains"               // domain, the disposable ones aside
	GraphRequests   = "graph_requests"                  // method and shape of the path -> class
	HeaderAliases   = "header_aliases"                  // name -> canonical, language: columns of exports in other languages
	HideFolders     = "inbox_rule_hide_folders"         // folder -> kind, language
	ImitatedNames   = "imitated_names"                  // name -> kind: names that accounts and applications are made to look like
	KitTraces       = "kit_traces"                      // step of a flow -> kit, tests, relation to the step before, severity
	KnownKinds      = "known_kinds"                     // kind -> names of columns or keys, sentence
	LogRetention    = "log_retention"                   // log -> export, days, meaning
	LureHosts       = "lure_hosts"                      // host, those below it included -> kind
	LureNames       = "lure_names"                      // name, language: what strangers call themselves who ask for trust
	MailboxFolders  = "mailbox_folders"                 // folder -> kind: in which mail arrives, which holds all others
	MailboxRights   = "mailbox_rights"                  // right on a mailbox or folder -> weight, meaning
	OAuthScopes     = "oauth_scopes_risky"              // scope -> class
	ObjectColumns   = "object_columns"                  // property that is an object or list in a record -> what it holds
	Operations      = "operations_of_interest"          // operation -> class, technique
	RecordTypes     = "record_types"                    // value -> name
	RiskNumbers     = "risk_numbers"                    // level or state with its number -> word
	RuleCatchAlls   = "rule_catch_alls"                 // condition of an inbox rule that every mail meets -> parameters, test, value
	RuleOperations  = "rule_operations"                 // operation -> act
	RuleParameters  = "rule_parameters"                 // parameter -> role
	RulePhrases     = "rule_phrases"                    // how a rule's Description begins a part -> parameter, value
	RotaTerms       = "rota_terms"                      // term -> category, language, weight: what people forward to themselves
	SearchTerms     = "search_terms"                    // term -> category, language, weight
	SigmaFields     = "sigma_fields"                    // field of Sigma rules -> column, form
	SigmaSources    = "sigma_sources"                   // product/service of Sigma rules -> names of sources
	SuppressTerms   = "rule_or_deletion_suppress_terms" // term -> category, language, weight
	TimeZones       = "time_zones"                      // Windows name of a zone -> offset_minutes, countries
	TransportParams = "transport_parameters"            // parameter of a transport rule -> role: sends, withholds, routes, trusts, marks
	UserAgents      = "user_agents_suspicious"          // pattern -> tool, category, severity
	WatchedChanges  = "watched_changes"                 // change -> analysis, operation, parameter, value, kind, severity
)

//go:embed data/*.csv
var embedded embed.FS

// Set is one choice of tables, shipped or overlaid, with the lookups compiled
// from them. It never changes and is safe for concurrent use.
type Set struct {
	tables map[string]*Table

	clients    *patterns
	agents     *patterns
	errors     map[string]errorEntry
	errorNames map[string]Row
	records    map[string]string
	folders    map[string]string
	search     *Terms
	suppress   *Terms
	rota       *Terms
	lureNames  *Terms
}

// Default returns the shipped tables.
func Default() *Set { return shipped() }

var shipped = sync.OnceValue(func() *Set {
	tables := make(map[string]*Table)
	for _, file := range embeddedFiles() {
		data, err := embedded.ReadFile(file)
		if err != nil {
			panic("reference: " + err.Error())
		}
		name := strings.TrimSuffix(path.Base(file), ".csv")
		tables[name] = newTable(name, data)
	}
	return compile(tables)
})

func embeddedFiles() []string {
	files, err := fs.Glob(embedded, "data/*.csv")
	if err != nil {
		panic("reference: " + err.Error())
	}
	return files
}

// Table returns the table of that name, one of the constants of this package.
// It panics on another name.
func (s *Set) Table(name string) *Table {
	t, ok := s.tables[name]
	if !ok {
		panic("reference: no table " + name)
	}
	return t
}

// Names lists the tables in byte order.
func (s *Set) Names() []string {
	names := make([]string, 0, len(s.tables))
	for name := range s.tables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// compile builds the lookups of small tables; the large ones are parsed when
// they are first asked.
func compile(tables map[string]*Table) *Set {
	s := &Set{tables: tables}
	s.clients = compilePatterns(s.Table(Clients))
	s.agents = compilePatterns(s.Table(UserAgents))
	s.errors, s.errorNames = compileErrors(s.Table(EntraErrors))
	s.records = compileRecordTypes(s.Table(RecordTypes))
	s.folders = compileFolders(s.Table(HideFolders))
	s.search = compileTerms(s.Table(SearchTerms))
	s.suppress = compileTerms(s.Table(SuppressTerms))
	s.rota = compileTerms(s.Table(RotaTerms))
	s.lureNames = compileNames(s.Table(LureNames))
	return s
}
