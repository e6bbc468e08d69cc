package auditlog_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"
)

// A tenant makes up the log of an estate: 1,200 users, 3,000 addresses, the
// operations in the shares that large tenants show. The same seed gives the
// same log.
type tenant struct {
	rnd     *rand.Rand
	at      time.Time
	session int // of the record that is being made up
}

func newTenant(seed uint64) *tenant {
	return &tenant{rnd: rand.New(rand.NewPCG(seed, 1)), at: time.Date(2025, 3, 1, 6, 0, 0, 0, time.UTC)}
}

// writeSearchCSV writes n records as Search-UnifiedAuditLog and Export-Csv do.
func (t *tenant) writeSearchCSV(w io.Writer, n int) error {
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintf(b, "\"RecordType\",\"CreationDate\",\"UserIds\",\"Operations\",\"AuditData\",\"ResultIndex\",\"ResultCount\",\"Identity\",\"IsValid\",\"ObjectState\"\r\n")
	for i := range n {
		r := t.record()
		fmt.Fprintf(b, "\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",\"%d\",\"%d\",\"%s\",\"True\",\"Unchanged\"\r\n",
			r.recordType, r.at.Format("1/2/2006 3:04:05 PM"), r.user, r.operation, strings.ReplaceAll(r.data, `"`, `""`), i+1, n, r.id)
	}
	return b.Flush()
}

type record struct {
	at                                    time.Time
	id, recordType, operation, user, data string
}

func (t *tenant) record() record {
	t.at = t.at.Add(time.Duration(t.rnd.IntN(2000)) * time.Millisecond)
	user := t.rnd.IntN(1200)
	t.session = user*sessions + t.rnd.IntN(sessions)
	r := record{at: t.at, id: t.guid(), user: fmt.Sprintf("user%d@example.com", user)}
	var number int
	var rest string
	switch p := t.rnd.IntN(100); {
	case p < 42:
		number, r.recordType, r.operation, rest = 50, "ExchangeItemAggregated", "MailItemsAccessed", t.accessed(r.user)
	case p < 62:
		number, r.recordType, r.operation, rest = 15, "AzureActiveDirectoryStsLogon", "UserLoggedIn", t.logon(p == 61)
		if p == 61 {
			r.operation = "UserLoginFailed"
		}
	case p < 72:
		number, r.recordType, r.operation, rest = 2, "ExchangeItem", "Send", t.send(r.user)
	case p < 75:
		number, r.recordType, r.operation, rest = 1, "ExchangeAdmin", "New-InboxRule", t.rule()
	case p < 95:
		number, r.recordType, r.operation, rest = 6, "SharePointFileOperation", "FileAccessed", t.file()
	default:
		number, r.recordType, r.operation, rest = 8, "AzureActiveDirectory", "Update user.", t.directory(r.user)
	}
	r.data = fmt.Sprintf(`{"CreationTime":"%s","Id":"%s","Operation":"%s","OrganizationId":"679126f3-02de-4513-a336-0eac1294b120","RecordType":%d,"UserKey":"10032001%08x","UserType":0,"Version":1,"UserId":"%s",%s}`,
		r.at.Format("2006-01-02T15:04:05"), r.id, r.operation, number, len(r.user)*7919, r.user, rest)
	return r
}

func (t *tenant) guid() string {
	a, b := t.rnd.Uint64(), t.rnd.Uint64()
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}

// known is the n-th id of a kind of thing that the log names again and again:
// a session, a device, a file.
func known(kind, n int) string {
	a := uint64(n+1)*0x9e3779b97f4a7c15 + uint64(kind)*0xd1342543de82ef95
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, a>>8&0xfff, a*31&0xffffffffffff)
}

// Kinds of known ids.
const (
	kindSession = iota
	kindDevice
	kindMailbox
	kindFile
)

// sessions is how many sessions a user has in the log.
const sessions = 80

func (t *tenant) token(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var b strings.Builder
	for range n {
		b.WriteByte(letters[t.rnd.IntN(len(letters))])
	}
	return b.String()
}

func (t *tenant) ip() string {
	n := t.rnd.IntN(3000)
	return fmt.Sprintf("198.18.%d.%d", n/250, n%250)
}

var agents = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
}

func (t *tenant) agent() string { return agents[t.rnd.IntN(len(agents))] }

func (t *tenant) mailbox(user string) string {
	ip := t.ip()
	return fmt.Sprintf(`"AppAccessContext":{"AADSessionId":"%s","ClientAppId":"27922004-5251-4030-b22d-91ecd9a37ea4","UniqueTokenId":"%s"},"ResultStatus":"Succeeded","Workload":"Exchange","ClientIP":"%s","AppId":"00000003-0000-0000-c000-000000000000","ClientAppId":"27922004-5251-4030-b22d-91ecd9a37ea4","ClientIPAddress":"%s","ClientInfoString":"Client=OWA;%s;","ExternalAccess":false,"InternalLogonType":0,"LogonType":0,"LogonUserSid":"S-1-5-21-1757981266-484763869-839522115-1107","MailboxGuid":"%s","MailboxOwnerSid":"S-1-5-21-1757981266-484763869-839522115-1107","MailboxOwnerUPN":"%s","OrganizationName":"example.onmicrosoft.com","OriginatingServer":"AM0PR01MB1234 (15.20.7544.029)\r\n","SessionId":"%s"`,
		known(kindSession, t.session), known(kindSession, t.session)[:22], ip, ip, t.agent(), known(kindMailbox, t.session/sessions), user, known(kindSession, t.session))
}

func (t *tenant) accessed(user string) string {
	var items strings.Builder
	n := 1 + t.rnd.IntN(6)
	for i := range n {
		if i > 0 {
			items.WriteByte(',')
		}
		fmt.Fprintf(&items, `{"Id":"RgAAAAB%s","ImmutableId":"LgAAAAB%s","InternetMessageId":"\u003c%s.%d@mail.example.com\u003e","SizeInBytes":%d}`,
			t.token(56), t.token(56), t.token(24), t.rnd.IntN(1e6), t.rnd.IntN(1e6))
	}
	return t.mailbox(user) + fmt.Sprintf(`,"OperationProperties":[{"Name":"MailAccessType","Value":"Bind"},{"Name":"IsThrottled","Value":"False"}],"Folders":[{"FolderItems":[%s],"Id":"LgAAAAB%s","Path":"\\Inbox"}],"OperationCount":%d`,
		items.String(), t.token(50), n)
}

func (t *tenant) send(user string) string {
	return t.mailbox(user) + fmt.Sprintf(`,"Item":{"Attachments":"offer %d.pdf (8192b); terms.docx (1293b)","Id":"RgAAAAB%s","InternetMessageId":"\u003c%s@AM0PR01MB1234.example.com\u003e","ParentFolder":{"Id":"LgAAAAB%s","Path":"\\Drafts"},"SizeInBytes":%d,"Subject":"Re: offer \"%d\""},"SaveToSentItems":true`,
		t.rnd.IntN(500), t.token(56), t.token(30), t.token(50), t.rnd.IntN(1e6), t.rnd.IntN(5000))
}

func (t *tenant) logon(failed bool) string {
	ip, number := t.ip(), `"ErrorNumber":"0"`
	if failed {
		number = `"ErrorNumber":"50126","LogonError":"InvalidUserNameOrPassword"`
	}
	return fmt.Sprintf(`"ResultStatus":"Success","Workload":"AzureActiveDirectory","ClientIP":"%s","ObjectId":"00000002-0000-0ff1-ce00-000000000000","AzureActiveDirectoryEventType":1,"ExtendedProperties":[{"Name":"ResultStatusDetail","Value":"Success"},{"Name":"UserAgent","Value":"%s"},{"Name":"UserAuthenticationMethod","Value":"1"},{"Name":"RequestType","Value":"OAuth2:Authorize"}],"ModifiedProperties":[],"Actor":[{"ID":"%s","Type":0},{"ID":"user@example.com","Type":5}],"ActorContextId":"679126f3-02de-4513-a336-0eac1294b120","ActorIpAddress":"%s","InterSystemsId":"%s","IntraSystemId":"%s","SupportTicketId":"","Target":[{"ID":"00000002-0000-0ff1-ce00-000000000000","Type":0}],"TargetContextId":"679126f3-02de-4513-a336-0eac1294b120","ApplicationId":"d3590ed6-52b3-4102-aeff-aad2292ab01c","DeviceProperties":[{"Name":"Id","Value":"%s"},{"Name":"DisplayName","Value":"LT-%d"},{"Name":"OS","Value":"Windows 10"},{"Name":"BrowserType","Value":"Edge"},{"Name":"IsCompliantAndManaged","Value":"False"},{"Name":"SessionId","Value":"%s"}],%s`,
		ip, t.agent(), t.guid(), ip, t.guid(), t.guid(), known(kindDevice, t.session/40), t.session/40, known(kindSession, t.session), number)
}

func (t *tenant) rule() string {
	return fmt.Sprintf(`"ResultStatus":"True","Workload":"Exchange","ClientIP":"%s:%d","ObjectId":"EURPR04A009.PROD.OUTLOOK.COM\/Microsoft Exchange Hosted Organizations\/example.onmicrosoft.com\/user\\rule %d","AppId":"00000002-0000-0ff1-ce00-000000000000","ClientAppId":"","ExternalAccess":false,"OrganizationName":"example.onmicrosoft.com","OriginatingServer":"AM0PR01MB1234 (15.20.7544.029)","Parameters":[{"Name":"AlwaysDeleteOutlookRulesBlob","Value":"False"},{"Name":"Force","Value":"False"},{"Name":"Name","Value":"rule %d"},{"Name":"From","Value":"news@example.com"},{"Name":"MoveToFolder","Value":"Newsletters"},{"Name":"StopProcessingRules","Value":"True"}],"SessionId":"%s"`,
		t.ip(), 1024+t.rnd.IntN(60000), t.rnd.IntN(90), t.rnd.IntN(90), known(kindSession, t.session))
}

func (t *tenant) file() string {
	n := t.rnd.IntN(20000)
	return fmt.Sprintf(`"Workload":"SharePoint","ClientIP":"%s","ObjectId":"https://example.sharepoint.com/sites/Sales/Shared Documents/Offer %d.docx","ApplicationId":"4345a7b9-9a63-4910-a426-35363201d503","CorrelationId":"%s","EventSource":"SharePoint","ItemType":"File","ListId":"%s","ListItemUniqueId":"%s","Site":"%s","UserAgent":"%s","WebId":"%s","HighPriorityMediaProcessing":false,"SourceFileExtension":"docx","SiteUrl":"https://example.sharepoint.com/sites/Sales/","SourceFileName":"Offer %d.docx","SourceRelativeUrl":"Shared Documents"`,
		t.ip(), n, t.guid(), t.guid(), known(kindFile, n), t.guid(), t.agent(), t.guid(), n)
}

func (t *tenant) directory(user string) string {
	return fmt.Sprintf(`"ResultStatus":"Success","Workload":"AzureActiveDirectory","ObjectId":"%s","AzureActiveDirectoryEventType":1,"ExtendedProperties":[{"Name":"additionalDetails","Value":"{\"UserType\":\"Member\",\"User-Agent\":\"Directory Sync\"}"},{"Name":"extendedAuditEventCategory","Value":"User"}],"ModifiedProperties":[{"Name":"StrongAuthenticationMethod","NewValue":"[\r\n  {\r\n    \"MethodType\": %d,\r\n    \"Default\": true\r\n  }\r\n]","OldValue":"[]"}],"Actor":[{"ID":"%s","Type":5},{"ID":"User_%s","Type":2}],"ActorContextId":"679126f3-02de-4513-a336-0eac1294b120","InterSystemsId":"%s","IntraSystemId":"%s","SupportTicketId":"","Target":[{"ID":"User_%s","Type":2},{"ID":"%s","Type":5}],"TargetContextId":"679126f3-02de-4513-a336-0eac1294b120"`,
		user, t.rnd.IntN(8), user, t.guid(), t.guid(), t.guid(), t.guid(), user)
}
