package reference

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// vocabularies are the words that a column may hold, by table and column.
var vocabularies = map[string]string{
	"activity_types.class":                     "calendar clutter contact delete delivery exfil flag folder group interface junk-report logon loss move open other read reset rule search send",
	"apps_first_party_watch.class":             "landing policy-bypass recon token-phish",
	"attachment_types.class":                   "archive disk-image document executable html-smuggling lure lure-container macro nested-mail remote-access suspicious web-query",
	"clients.client":                           "Autodiscover EWS Exchange IMAP4 Lync MacMail MacOutlook Mobile Modern_client Other Outlook POP3 PowerShell REST Reporting SMTP Service Web",
	"domain_suffixes.kind":                     "registry shared",
	"entra_error_classes.class":                "account-state application application-credential authorization blocked-address consent credential device federation interrupt lockout lockout-or-blocked mfa password-proved service session",
	"entra_error_classes.outcome":              "failure interrupted password_proved",
	"imitated_names.kind":                      "brand role",
	"inbox_rule_hide_folders.kind":             "archive calendar conversation-history deleted journal junk notes rss sync-issues tasks",
	"lure_hosts.kind":                          "free-host lookalike remote-help",
	"mailbox_folders.kind":                     "arriving root",
	"oauth_scopes_risky.class":                 "address-book chat directory files mail mailbox persistence rules send sign-in",
	"operations_of_interest.class":             "access account alert application audit change chat consent content-search copilot delegation delete device download draft federation file-access file-change file-delete flow logon mailbox-setting message mfa mobile move password policy protocol quarantine role rule search send sharing trace transport",
	"rule_catch_alls.test":                     "at_most before_year is word",
	"rule_or_deletion_suppress_terms.category": "bounce-or-notice mfa-notice password-notice warning",
	"rota_terms.category":                      "calendar rota",
	"search_terms.category":                    "bank-detail credential payment payroll pii real-estate sensitive",
	"sigma_fields.form":                        "names pairs result text values",
	"user_agents_suspicious.category":          "attack-tool automation bulk-download http-library legacy-authentication mail-client phishing-kit scripting",
	"user_agents_suspicious.severity":          "high medium",
}

// Reading a row holds it to what its columns may contain: a source, a date,
// numbers and flags; and a key that stands once.
func TestEveryShippedRow(t *testing.T) {
	for _, name := range Default().Names() {
		table := Default().Table(name)
		if n := len(table.Columns); n < 3 || table.Columns[n-2] != "source" || table.Columns[n-1] != "as_of" {
			t.Errorf("%s: columns %q do not end with source and as_of", name, table.Columns)
		}
		if table.Len() == 0 {
			t.Errorf("%s: no rows", name)
		}
		previous := ""
		for row := range table.Rows() {
			key := strings.ToLower(row.Key())
			if key <= previous {
				t.Errorf("%s: %q does not stand after %q", name, key, previous)
			}
			previous = key
			for _, column := range table.Columns {
				words, listed := vocabularies[name+"."+column]
				word := strings.ReplaceAll(row.Get(column), " ", "_")
				if listed && !slices.Contains(strings.Fields(words), word) {
					t.Errorf("%s: %q: unknown %s %q", name, key, column, word)
				}
			}
			// A compilation under the GPL must not be a row's witness.
			if source := strings.ToLower(row.Get("source")); strings.Contains(source, "lethal") {
				t.Errorf("%s: %q: source %q may not be shipped", name, key, source)
			}
		}
	}
}

func TestEveryWordIsUsed(t *testing.T) {
	for place, words := range vocabularies {
		name, column, _ := strings.Cut(place, ".")
		used := make(map[string]bool)
		for row := range Default().Table(name).Rows() {
			used[strings.ReplaceAll(row.Get(column), " ", "_")] = true
		}
		for _, word := range strings.Fields(words) {
			if !used[word] {
				t.Errorf("%s: no row says %q", place, word)
			}
		}
	}
}

func TestConstantsNameTheFiles(t *testing.T) {
	constants := []string{
		ActivityTypes, AppsAbused, AppsFirstParty, AppsFOCI, AppsPhoneMail, AppsWatch, AttachmentTypes, Clients, Confusables, ContextTables, Currencies, Delegations, DisposableMail, DomainSuffixes,
		EntraErrors, ExpectedAgents, ExpectedRecords, FreeMail, GraphRequests, HeaderAliases, HideFolders, ImitatedNames, KnownKinds, LogRetention, LureHosts, MailboxFolders, MailboxRights, OAuthScopes, ObjectColumns, Operations, RecordTypes, RiskNumbers, RuleCatchAlls, RuleOperations, RuleParameters, RulePhrases, RotaTerms, SearchTerms, SigmaFields, SigmaSources, SuppressTerms, KitTraces, LureNames,
		TimeZones, TransportParams, UserAgents, WatchedChanges,
	}
	slices.Sort(constants)
	var files []string
	for _, file := range embeddedFiles() {
		files = append(files, strings.TrimSuffix(path.Base(file), ".csv"))
	}
	slices.Sort(files)
	if !slices.Equal(constants, files) {
		t.Errorf("constants %q\nfiles     %q", constants, files)
	}
	if !slices.Equal(Default().Names(), files) {
		t.Errorf("names %q\nfiles %q", Default().Names(), files)
	}
}

// A spelling that folds like another would be dropped without a word.
func TestNoTermShadowsAnother(t *testing.T) {
	for _, name := range []string{SearchTerms, SuppressTerms, RotaTerms, HideFolders} {
		seen := make(map[string]string)
		for row := range Default().Table(name).Rows() {
			folded := strings.Join(words(row.Key()), " ")
			if name == HideFolders {
				folded = Fold(row.Key())
			}
			if other, ok := seen[folded]; ok {
				t.Errorf("%s: %q and %q fold alike", name, other, row.Key())
			}
			seen[folded] = row.Key()
		}
	}
}

func TestFreeMailLeavesOutDisposable(t *testing.T) {
	disposable := Default().Table(DisposableMail)
	for row := range Default().Table(FreeMail).Rows() {
		if _, both := disposable.Find(row.Key()); both {
			t.Errorf("%s stands in both tables", row.Key())
		}
	}
}

func TestFindIgnoresCaseAndSpace(t *testing.T) {
	row, ok := Default().Table(Operations).Find("  set-inboxrule ")
	if !ok || row.Key() != "Set-InboxRule" || row.Get("technique") != "T1564.008" {
		t.Errorf("got %q, %v", row.Key(), ok)
	}
	if _, ok := Default().Table(Operations).Find("Frobnicate"); ok {
		t.Error("found an operation that is none")
	}
}

func TestUndeclaredNamesPanic(t *testing.T) {
	for name, call := range map[string]func(){
		"table":  func() { Default().Table("no_such_table") },
		"column": func() { row, _ := Default().Table(RecordTypes).Find("1"); row.Get("no_such_column") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}
