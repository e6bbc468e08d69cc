package timeline

import "fmt"

// A Col is a column of strings that every event may fill. Columns are
// dictionary-coded: equal strings share a code, code 0 is absent.
type Col uint8

// The columns, in the order of the exports.
const (
	ColRecordType Col = iota
	ColOperation
	ColUser
	ColMailbox
	ColError
	ColIP
	ColIPChain
	ColClient
	ColClientRaw
	ColUserAgent
	ColAppID
	ColApp
	ColSession
	ColToken
	ColDevice
	ColItemID
	ColMessageID
	ColConversation
	ColSubject
	ColSender
	ColRecipients
	ColFolder
	ColTargetFolder
	ColAttachments
	ColQuery
	ColRule
	ColTarget
	ColRequest
	ColStatus
	ColBytes
	ColResource
	ColLogCountry
	ColLogCity
	ColLogNetwork
	ColDeviceTrust
	ColCorrelation
	ColProtocol
	ColTokenType
	ColMFA
	ColConditionalAccess
	ColTLS
	ColReportID
	ColSignIn // a SignIn, in no export
	NumCols
)

// A Field documents one column of the exports.
type Field struct {
	Name string
	Type string // "time", "text", "number", "size", "list" or "words"
	Doc  string
	Col  Col  // the column it is taken from, where Code is set
	Code bool // whether Col holds it
	Wide bool // whether a record makes its cells as long as it likes: the exports alone hold it
}

// Numeric reports whether the column's cells are numbers.
func (f Field) Numeric() bool { return f.Type == "number" || f.Type == "size" }

// Schema lists the columns of every export, in order. It is the one place
// where they are documented.
var Schema = []Field{
	{Name: "datetime", Type: "time", Doc: "When it happened, UTC, RFC 3339 with up to nine digits; empty if the record states no usable time."},
	{Name: "message", Type: "text", Doc: "The event in one readable line."},
	{Name: "timestamp_desc", Type: "text", Doc: "What the time is, as Timesketch and plaso use the word."},
	{Name: "origin", Type: "text", Doc: "Evidence id and 1-based record number, E001:1204."},
	{Name: "source", Type: "text", Doc: "The kind of export the record was read from."},
	{Name: "record_type", Type: "text", Doc: "Audit log record type by name; by number where it is not known.", Col: ColRecordType, Code: true},
	{Name: "operation", Type: "text", Doc: "The source's own word for what was done.", Col: ColOperation, Code: true},
	{Name: "user", Type: "text", Doc: "Who did it, as written.", Col: ColUser, Code: true},
	{Name: "mailbox", Type: "text", Doc: "Whose mailbox it was done to.", Col: ColMailbox, Code: true},
	{Name: "outcome", Type: "text", Doc: "success, failure, interrupted, password_proved or unknown. Absent is unknown, never success."},
	{Name: "error", Type: "text", Doc: "Error code or text as the record gives it.", Col: ColError, Code: true},
	{Name: "ip", Type: "text", Doc: "Address in canonical form; of a forwarded chain the first public hop, which the client claims.", Col: ColIP, Code: true},
	{Name: "ip_chain", Type: "text", Doc: "The whole forwarded chain, as written, where there is more than one hop.", Col: ColIPChain, Code: true},
	{Name: "country", Type: "text", Doc: "ISO 3166 code the geolocation database gives for the address."},
	{Name: "city", Type: "text", Doc: "City, where an examiner's database gives one."},
	{Name: "asn", Type: "number", Doc: "Autonomous system number of the address."},
	{Name: "network", Type: "text", Doc: "Name of that network."},
	{Name: "network_kind", Type: "text", Doc: "hosting, hosting-by-name (judged by the registered name alone), vpn, relay, tor, microsoft-service, microsoft-cloud, mobile, private …; empty if not known."},
	{Name: "client", Type: "text", Doc: "Client type in one vocabulary for all sources.", Col: ColClient, Code: true},
	{Name: "client_raw", Type: "text", Doc: "Client type as written: AppIdType, ClientInfoString or client app.", Col: ColClientRaw, Code: true},
	{Name: "user_agent", Type: "text", Doc: "User agent as written.", Col: ColUserAgent, Code: true},
	{Name: "app_id", Type: "text", Doc: "Application id.", Col: ColAppID, Code: true},
	{Name: "app", Type: "text", Doc: "Application name, from the record or the reference tables.", Col: ColApp, Code: true},
	{Name: "session", Type: "text", Doc: "Session id, wherever the source keeps it.", Col: ColSession, Code: true},
	{Name: "token", Type: "text", Doc: "Unique token identifier.", Col: ColToken, Code: true},
	{Name: "device", Type: "text", Doc: "Device id or name.", Col: ColDevice, Code: true},
	{Name: "item_id", Type: "text", Doc: "Id of the mailbox item or file.", Col: ColItemID, Code: true},
	{Name: "message_id", Type: "text", Doc: "Internet message id.", Col: ColMessageID, Code: true},
	{Name: "conversation", Type: "text", Doc: "Conversation id.", Col: ColConversation, Code: true},
	{Name: "subject", Type: "text", Doc: "Subject of the message.", Col: ColSubject, Code: true},
	{Name: "sender", Type: "text", Doc: "Sender's address.", Col: ColSender, Code: true},
	{Name: "recipients", Type: "text", Doc: "Recipients, separated by semicolons.", Col: ColRecipients, Code: true},
	{Name: "folder", Type: "text", Doc: "Folder the item was in.", Col: ColFolder, Code: true},
	{Name: "target_folder", Type: "text", Doc: "Folder it was moved to.", Col: ColTargetFolder, Code: true},
	{Name: "attachments", Type: "text", Doc: "Attachments as the record names them.", Col: ColAttachments, Code: true},
	{Name: "query", Type: "text", Doc: "What was searched for.", Col: ColQuery, Code: true},
	{Name: "rule", Type: "text", Doc: "Inbox or transport rule, or what another cmdlet was given: JSON object of the parameters.", Col: ColRule, Code: true},
	{Name: "target", Type: "text", Doc: "What the operation acted on: object id, file address, account, application.", Col: ColTarget, Code: true},
	{Name: "request", Type: "text", Doc: "Request to an API: method and path, as the record gives them.", Col: ColRequest, Code: true},
	{Name: "status", Type: "text", Doc: "Status code with which the server answered the request.", Col: ColStatus, Code: true},
	{Name: "bytes", Type: "size", Doc: "Size in bytes: of what the server answered, of an attached file.", Col: ColBytes, Code: true},
	{Name: "resource", Type: "text", Doc: "Service or API that the access was to, by name, or by id where the record has no name.", Col: ColResource, Code: true},
	{Name: "log_country", Type: "text", Doc: "Country the log itself gives for the address, as an ISO 3166 code.", Col: ColLogCountry, Code: true},
	{Name: "log_city", Type: "text", Doc: "City the log itself gives for the address.", Col: ColLogCity, Code: true},
	{Name: "log_network", Type: "text", Doc: "Network or provider the log itself gives for the address: its name, or its number where it has no name.", Col: ColLogNetwork, Code: true},
	{Name: "device_trust", Type: "text", Doc: "How the directory knows the device: trust type, and whether it is managed and compliant.", Col: ColDeviceTrust, Code: true},
	{Name: "correlation", Type: "text", Doc: "Correlation id: shared by the records of one attempt to sign in.", Col: ColCorrelation, Code: true},
	{Name: "protocol", Type: "text", Doc: "Authentication protocol of a sign-in: deviceCode, ropc, oAuth2 …", Col: ColProtocol, Code: true},
	{Name: "token_type", Type: "text", Doc: "Type of the token that the client brought to a sign-in: primaryRefreshToken, refreshToken …", Col: ColTokenType, Code: true},
	{Name: "mfa", Type: "text", Doc: "Whether a sign-in required one factor or several, and how each was met.", Col: ColMFA, Code: true},
	{Name: "conditional_access", Type: "text", Doc: "Result of conditional access, and the policies that applied with theirs.", Col: ColConditionalAccess, Code: true},
	{Name: "tls", Type: "text", Doc: "JA4 fingerprint of the client's TLS handshake.", Col: ColTLS, Code: true},
	{Name: "report_id", Type: "text", Doc: "Id by which Defender refers to the record.", Col: ColReportID, Code: true},
	{Name: "messages", Type: "list", Doc: "Messages that one record lists: message id, item id, folder, subject, size in bytes.", Wide: true},
	{Name: "details", Type: "text", Doc: "JSON text of what no column holds.", Wide: true},
	{Name: "same_as", Type: "text", Doc: "Origin of the first record that tells of the same act; empty on that one. Whoever counts acts counts rows without it."},
	{Name: "inferred", Type: "words", Doc: "Columns of this row that were filled from another record."},
	{Name: "flags", Type: "words", Doc: "What to know of the record before relying on it."},
}

// FieldFor returns the schema's entry of a name.
func FieldFor(name string) (Field, bool) {
	for _, f := range Schema {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// String is the column's name in the exports, and of the one that is in none.
func (c Col) String() string {
	for _, f := range Schema {
		if f.Code && f.Col == c {
			return f.Name
		}
	}
	if c == ColSignIn {
		return "sign_in"
	}
	return fmt.Sprintf("Col(%d)", uint8(c))
}

// An Outcome is how an operation ended.
type Outcome uint8

// Outcomes. PasswordProved is a sign-in that was stopped after the right
// password was given.
const (
	Unknown Outcome = iota
	Success
	Failure
	Interrupted
	PasswordProved
)

var outcomeNames = [...]string{"unknown", "success", "failure", "interrupted", "password_proved"}

func (o Outcome) String() string { return outcomeNames[o] }

// Flags say what to know of a record before relying on it.
type Flags uint32

// The flags.
const (
	Partial         Flags = 1 << iota // the record was cut or lacks its main part
	IDConflict                        // another record has the same id and other content
	TimeAssumed                       // the time's zone or order of day and month was assumed
	NoTime                            // the record states no usable time
	KeyCase                           // a key was found only in another case
	DuplicateKey                      // a key occurs twice in the record
	BadEncoding                       // bytes that do not fit the file's encoding
	LongNumber                        // a number that does not fit 64 bits is kept as text
	Ragged                            // a row with more or fewer cells than the header
	Service                           // done by Microsoft's own service
	Delegate                          // done by a delegate
	Admin                             // done by an administrator
	AppOnly                           // done by an application without a user
	NonInteractive                    // a sign-in without the user's presence
	Bind                              // mail access to single messages
	Sync                              // mail access by synchronising a folder
	Throttled                         // mail access auditing was throttled
	RecipientsCut                     // the list of recipients stands at its cap
	SourceCut                         // the source says it cut the record's properties
	DataLost                          // content was lost when the export was made
	AddressConflict                   // hops of the forwarded chain lie in different countries
	Resync                            // a client repeating state, not a person's act
	ForwardedIP                       // the address is a forwarded one and can be forged
	UserByID                          // the record names its user by the id of the account only
	WitnessDiffers                    // records of the same act state its outcome, address, session or application differently
	numFlags        = iota
)

var flagNames = [numFlags]string{
	"partial", "id_conflict", "time_assumed", "no_time", "key_case", "duplicate_key", "bad_encoding", "long_number", "ragged",
	"service", "delegate", "admin", "app_only", "non_interactive", "bind", "sync", "throttled", "recipients_cut", "source_cut",
	"data_lost", "address_conflict", "resync", "forwarded_ip", "user_by_id", "witness_differs",
}

// Names lists the flags that are set, in the order of their declaration.
func (f Flags) Names() []string {
	var names []string
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}
