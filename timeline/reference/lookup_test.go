package reference

import (
	"strings"
	"testing"
)

func TestClientClass(t *testing.T) {
	for _, test := range []struct {
		raw               string
		class             string
		autoSync, service bool
		legacy            bool
	}{
		// AppIdType of the Outlook Activities log keeps the seed's names.
		{"Outlook", "Outlook", true, false, false},
		{"Web", "Web", false, false, false},
		{"Mobile", "Mobile", false, false, false},
		{"MacMail", "MacMail", true, false, false},
		{"MacOutlook", "MacOutlook", true, false, false},
		{"IMAP4", "IMAP4", true, false, true},
		{"IMAP", "IMAP4", true, false, true},
		{"pop3", "POP3", true, false, true},
		{"Exchange", "Exchange", false, true, false},
		{"Lync", "Lync", false, false, false},
		{"Other", "Other", false, false, false},
		// ClientInfoString of mailbox records.
		{"Client=OWA;Mozilla/5.0 (X11; Ubuntu)", "Web", false, false, false},
		{"Client=POP3/IMAP4;Protocol=IMAP4", "IMAP4", true, false, true},
		{"Client=POP3/IMAP4;Protocol=POP3", "POP3", true, false, true},
		{"Client=MSExchangeRPC", "Outlook", true, false, false},
		{"Client=ActiveSync;UserAgent=Apple-iPhone15C3/2105.114;Action=Sync", "Mobile", true, false, false},
		{"Client=OutlookService;Outlook-iOS/2.0;", "Mobile", false, false, false},
		{"Client=WebServices;ExchangeServicesClient/15.00", "EWS", true, false, false},
		{"Client=WebServices;MacOutlook/16.93.180335 (Intelx64 Mac OS X)", "MacOutlook", true, false, false},
		{"Client=REST;;", "REST", false, false, false},
		{"Client=REST;Client=RESTSystem;;", "Service", false, true, false},
		{"client=hub transport", "Exchange", false, true, false},
		{"Client=TBA;Service=MSExchangeMailboxAssistants", "Service", false, true, false},
		// clientAppUsed of sign-ins.
		{"Browser", "Web", false, false, false},
		{"Mobile Apps and Desktop clients", "Modern client", false, false, false},
		{"Authenticated SMTP", "SMTP", false, false, true},
		{"Exchange ActiveSync", "Mobile", true, false, true},
		{"Other clients; IMAP", "IMAP4", true, false, true},
		// Never a guess.
		{"", "", false, false, false},
		{"Client=xxxx-xxx", "", false, false, false},
	} {
		class, autoSync := Default().ClientClass(test.raw)
		service, legacy := Default().ServiceClient(test.raw), Default().LegacyClient(test.raw)
		if class != test.class || autoSync != test.autoSync || service != test.service || legacy != test.legacy {
			t.Errorf("%q: %q sync %v service %v legacy %v, want %+v", test.raw, class, autoSync, service, legacy, test)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ code, text, class, outcome string }{
		{"0", "", "", "success"},
		{"0", "Other.", "", "success"},
		{"", "", "", "unknown"},
		{"", "MFA requirement satisfied by claim in the token", "", "unknown"},
		{"50126", "", "credential", "failure"},
		{"AADSTS50126", "", "credential", "failure"},
		{"", "AADSTS50126: Error validating credentials.", "credential", "failure"},
		{"InvalidUserNameOrPassword", "", "credential", "failure"},
		{"0", "InvalidUserNameOrPassword", "credential", "failure"},
		{"50055", "", "password-proved", "password_proved"},
		{"50074", "", "password-proved", "password_proved"},
		{"50076", "", "password-proved", "password_proved"},
		{"UserStrongAuthEnrollmentRequiredInterrupt", "", "password-proved", "password_proved"},
		{"53003", "Access has been blocked by Conditional Access policies.", "password-proved", "password_proved"},
		{"500121", "", "mfa", "password_proved"},
		{"AuthenticationFailedSasError", "", "mfa", "password_proved"},
		{"50140", "Keep me signed in", "interrupt", "interrupted"},
		{"50058", "", "interrupt", "interrupted"},
		{"16000", "", "interrupt", "interrupted"},
		{"50057", "", "account-state", "failure"},
		{"50173", "", "session", "failure"},
		{"UserNotBoundError", "", "interrupt", "interrupted"},
		{"7000215", "Invalid client secret is provided.", "application-credential", "failure"},
		// 50053 by word: "blocked" contains "locked".
		{"50053", "", "lockout-or-blocked", "failure"},
		{"50053", "IdsLocked", "lockout", "failure"},
		{"IdsLocked", "", "lockout", "failure"},
		{"50053", "Account is locked. The user has tried to sign in too many times.", "lockout", "failure"},
		{"50053", "Sign-in was blocked because it came from an IP address with malicious activity.", "blocked-address", "failure"},
		{"50053", "The account is locked … The user is blocked due to repeated sign-in attempts.", "lockout", "failure"},
		{"50053", "unlocked", "lockout-or-blocked", "failure"},
		// An error that no row knows is not success.
		{"99999999", "", "other", "failure"},
		{"Generic", "", "other", "failure"},
	} {
		class, outcome := Default().ErrorClass(test.code, test.text), Default().ErrorOutcome(test.code, test.text)
		if class != test.class || outcome != test.outcome {
			t.Errorf("%q %q: %q %q, want %q %q", test.code, test.text, class, outcome, test.class, test.outcome)
		}
	}
}

func TestTerms(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"wire transfer", "wire transfer"},
		{"WIRE  Transfer; invoice", "wire transfer, invoice"},
		{`from:cfo subject:"bank details"`, "bank details"},
		{"payments overdue", "payments, overdue"},
		{"the hardwired wirefree preinvoiced", ""},
		{"invoice invoice INVOICE", "invoice"},
		{"Re: PO#4711", "PO#"},
		{"po box 7", ""},
		{"pro forma", "pro-forma"},
		{"ＩＢＡＮ", "iban"},                                        // full width
		{"in\u200bvoice", "invoice"},                            // zero-width space inside
		{"Bankueberweisung BANKÜBERWEISUNG", "Bankuberweisung"}, // diacritics
		{"virement\u00a0bancaire", "virement bancaire"},
		{"FACTURA", "factura"},
		{"会社の請求書です", "請求書"},
		{"송금을 부탁", "송금"},
		{"", ""},
	} {
		var texts []string
		for _, term := range Default().SearchTerms(test.text) {
			texts = append(texts, term.Text)
			if term.Weight < 1 || term.Category == "" || term.Language == "" || term.Source == "" {
				t.Errorf("%q: term %+v lacks a fact", test.text, term)
			}
		}
		if got := strings.Join(texts, ", "); got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
	if got := Default().SuppressTerms("Were you hacked? Your security info was changed"); len(got) != 2 || got[1].Text != "security info" {
		t.Errorf("suppress terms %v", got)
	}
}

func TestExaminersTerms(t *testing.T) {
	terms := NewTerms([]Term{{Text: "Ahorn"}, {Text: "Projekt Ahorn"}, {Text: "  "}, {Text: "AHORN"}})
	got := terms.Find("ahorn und Projekt-Ahorn")
	if len(got) != 2 || got[0].Text != "Ahorn" || got[1].Text != "Projekt Ahorn" {
		t.Errorf("got %v", got)
	}
}

func TestHideFolder(t *testing.T) {
	for folder, want := range map[string]string{
		"RSS Feeds": "rss", `\Inbox\rss feeds`: "rss", "RssSubscription": "rss", "RSS-syötteet": "rss", "RSS フィード": "rss",
		`user@example.com:\Conversation History\`: "conversation-history", "ConversationHistory": "conversation-history",
		"Aufgezeichnete Unterhaltungen": "conversation-history", "Courrier indesirable": "junk", "Junk-E-Mail": "junk",
		"Archive": "archive", "Éléments supprimés": "deleted", "Notizen": "notes",
		"Inbox": "", "Invoices 2026": "", "": "", `\`: "",
	} {
		kind, ok := Default().HideFolder(folder)
		if kind != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", folder, kind, ok, want)
		}
	}
}

func TestUserAgent(t *testing.T) {
	for ua, want := range map[string]string{
		"axios/1.7.2": "axios", "node": "Node.js fetch", "undici": "undici", "NodeJS": "", "python-requests/2.28 BAV2ROPC": "python-requests",
		"BAV2ROPC": "basic authentication turned into ROPC", "azurehound/v2.1.8": "AzureHound",
		"Python/3.11 aiohttp/3.9.1": "aiohttp (ROADtools)",
		"Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041":                                                                          "Windows PowerShell",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/1.3.00.30866 Chrome/80.0.3987.165 Electron/8.5.1 Safari/537.36": "TeamFiltration",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36":                                       "",
		"Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14326; Pro)":                                                                            "",
		"": "",
	} {
		agent, ok := Default().UserAgent(ua)
		if agent.Tool != want || ok != (want != "") {
			t.Errorf("%q: %+v, want %q", ua, agent, want)
		}
	}
}

func TestApps(t *testing.T) {
	for id, want := range map[string]App{
		"00000002-0000-0FF1-CE00-000000000000": {Name: "Office 365 Exchange Online", FirstParty: true, WatchClass: "landing", Watch: "mailbox access by browser or client; common, context only"},
		"d3590ed6-52b3-4102-aeff-aad2292ab01c": {Name: "Microsoft Office", FirstParty: true, FOCI: true},
		"ff8d92dc-3d82-41d6-bcbd-b9174d163620": {Name: "PerfectData Software", Abused: "bec;mailbox exfiltration;backup;exfiltration"},
	} {
		if got, ok := Default().App(id); got != want || !ok {
			t.Errorf("%s: %+v %v, want %+v", id, got, ok, want)
		}
	}
	if app, ok := Default().App("11111111-2222-3333-4444-555555555555"); ok {
		t.Errorf("unknown application is %+v", app)
	}
	for scope, want := range map[string]string{
		"Mail.Read": "mail", "https://graph.microsoft.com/mail.readwrite": "mail", "full_access_as_app": "mailbox",
		"MailboxSettings.ReadWrite": "rules", "offline_access": "persistence", "User.Read": "sign-in", "openid": "sign-in", "Reports.Read": "",
	} {
		if got, ok := Default().Scope(scope); got != want || ok != (want != "") {
			t.Errorf("scope %s: %q, want %q", scope, got, want)
		}
	}
}

func TestOperations(t *testing.T) {
	for value, want := range map[string]string{
		"50": "ExchangeItemAggregated", "exchangeItemAggregated": "ExchangeItemAggregated", " 15": "AzureActiveDirectoryStsLogon",
		"-1": "-1", "Unheard Of ": "Unheard Of", "": "",
	} {
		if got := Default().RecordType(value); got != want {
			t.Errorf("record type %q: %q, want %q", value, got, want)
		}
	}
	for operation, want := range map[string]string{
		"set-InboxRule": "rule", "MailItemsAccessed": "access", "SearchQueryPerformed": "search", "SearchResult": "search",
		"Update application – Certificates and secrets management ": "application", "Consent to application.": "consent",
		"ServerLogon": "logon", "ReadingPaneDisplayStart": "read", "MessageDelivered": "delivery", "Frobnicate": "",
	} {
		if got := Default().OperationClass(operation); got != want {
			t.Errorf("operation %q: %q, want %q", operation, got, want)
		}
	}
	if got := Default().Technique("New-InboxRule"); got != "T1564.008" {
		t.Errorf("technique %q", got)
	}
}

func TestMail(t *testing.T) {
	for extension, want := range map[string]struct {
		class  string
		weight int
	}{
		".HTA": {"executable", 3}, "pdf": {"lure", 0}, "docx": {"document", 0}, "docm": {"macro", 2}, "svg": {"html-smuggling", 2},
		"iso": {"disk-image", 3}, "txt": {"", 0}, "": {"", 0},
	} {
		if class, weight := Default().RiskyExtension(extension); class != want.class || weight != want.weight {
			t.Errorf("%q: %q %d, want %+v", extension, class, weight, want)
		}
	}
	for domain, want := range map[string][2]bool{
		"gmail.com": {true, false}, "Someone <someone@GMail.com>": {true, false}, "proton.me.": {true, false},
		"mailinator.com": {true, true}, "example.com": {false, false}, "contoso.com": {false, false}, "": {false, false},
	} {
		if free, disposable := Default().FreeMail(domain), Default().Disposable(domain); free != want[0] || disposable != want[1] {
			t.Errorf("%q: free %v disposable %v, want %v", domain, free, disposable, want)
		}
	}
}

// Any text whatever gets an answer, and the same one twice.
func FuzzLookups(f *testing.F) {
	for _, text := range []string{
		"wire transfer", "Client=REST;Client=RESTSystem;;", "50053 blocked", "AADSTS", `\Inbox\RSS Feeds`,
		"İ\u0307\u200b", "\xff\xfe", "0\xe0\xca\"\xf3ī", "@.", "請求書#", "0", "-", "None", "//",
	} {
		f.Add(text)
	}
	s := Default()
	f.Fuzz(func(t *testing.T, text string) {
		if Fold(Fold(text)) != Fold(text) {
			t.Errorf("Fold(%q) = %q folds further to %q", text, Fold(text), Fold(Fold(text)))
		}
		if strings.ContainsAny(strings.Join(words(text), ""), " .,;:@") {
			t.Errorf("words %q", words(text))
		}
		if s.ErrorOutcome(text, text) == OutcomeSuccess && !NoError(text) {
			t.Errorf("%q is success", text)
		}
		s.ClientClass(text)
		s.UserAgent(text)
		s.HideFolder(text)
		s.FreeMail(text)
		s.RiskyExtension(text)
		s.Scope(text)
		s.App(text)
		s.SearchTerms(text)
	})
}

func BenchmarkSearchTerms(b *testing.B) {
	for b.Loop() {
		Default().SearchTerms("RE: Invoice 4471 - updated bank details for the wire transfer of Monday")
	}
}

func BenchmarkUserAgent(b *testing.B) {
	for b.Loop() {
		Default().UserAgent("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36")
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		files := map[string][]byte{FreeMail + ".csv": Default().Table(FreeMail).data}
		if _, err := Overlay(files); err != nil {
			b.Fatal(err)
		}
	}
}

func TestRightWeight(t *testing.T) {
	for rights, want := range map[string]int{
		"": RightNone, "None": RightNone, "Visible": RightNone, "AvailabilityOnly": RightFreeBusy, "Visible, FreeBusySimple": RightFreeBusy,
		"Reviewer": RightRead, "ReadAny, Visible": RightRead, "editor": RightChange, "[\"FullAccess\"]": RightFull, "ReadPermission, fullaccess": RightFull,
	} {
		if got := Default().RightWeight(rights); got != want {
			t.Errorf("rights %q weigh %d, want %d", rights, got, want)
		}
	}
}
