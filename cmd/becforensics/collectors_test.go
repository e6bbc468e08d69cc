package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An output is a file that a collector can write, by the pattern of its name:
// one as small as there can be, and how it is read: the source, and how the
// layout begins; or, for one that holds nothing of mailboxes and accounts, what
// it is named for.
type output struct {
	pattern, text string
	source        string // empty if it is only named
	layout        string
}

// extractorOutputs are the files of the Microsoft-Extractor-Suite 4.1.0.
var extractorOutputs = []output{
	{"UAL-<start>-<end>.csv", `"RecordType","CreationDate","UserIds","Operations","AuditData","ResultIndex","ResultCount","Identity","IsValid","ObjectState"` + "\n" +
		`"ExchangeItem","5/4/2026 8:10:00 AM","ann@example.com","Send","{""CreationTime"":""2026-05-04T08:10:00"",""Id"":""1"",""Operation"":""Send"",""RecordType"":2,""UserId"":""ann@example.com""}","1","1","1","True","Unchanged"`, "auditlog", "Search-UnifiedAuditLog CSV"},
	{"UAL-<start>-<end>.json", `{"RecordType":"ExchangeItem","CreationDate":"2026-05-04T08:10:00","UserIds":"ann@example.com","Operations":"Send","AuditData":{"CreationTime":"2026-05-04T08:10:00","Id":"1","Operation":"Send","RecordType":2,"UserId":"ann@example.com"}}`, "auditlog", "Search-UnifiedAuditLog JSON"},
	{"UAL-<start>-<end>.jsonl", `{"RecordType":"ExchangeItem","CreationDate":"2026-05-04T08:10:00","UserIds":"ann@example.com","Operations":"Send","AuditData":"{\"CreationTime\":\"2026-05-04T08:10:00\",\"Id\":\"1\",\"Operation\":\"Send\"}","ResultIndex":1}`, "auditlog", "Search-UnifiedAuditLog JSON"},
	{"UAL-<start>-<end>.json (AuditDataOnly, SOF-ELK)", `{"CreationTime":"2026-05-04T08:10:00","Id":"1","Operation":"Send","RecordType":2,"UserId":"ann@example.com"}`, "auditlog", "AuditData objects"},
	{"UAL-<start>-<end>.csv (AuditDataOnly)", `"CreationTime","Id","Operation","OrganizationId","RecordType","UserId"` + "\n" + `"2026-05-04T08:10:00","1","Send","o","2","ann@example.com"`, "auditlog", "AuditData as columns"},
	{"<stamp>-<search>-UnifiedAuditLog.json", `[{"id":"1","createdDateTime":"2026-05-04T08:10:00Z","auditLogRecordType":"exchangeItem","operation":"Send","userId":"ann@example.com","auditData":{"CreationTime":"2026-05-04T08:10:00","Id":"1","Operation":"Send"}}]`, "auditlog", "Graph audit log query"},
	{"<stamp>-<search>-UnifiedAuditLog.csv", "id,createdDateTime,auditLogRecordType,operation,organizationId,userType,userId,service,objectId,userPrincipalName,clientIp,administrativeUnits,auditData\n" +
		`1,5/4/2026 8:10:00 AM,exchangeItem,Send,o,regular,ann@example.com,Exchange,,ann@example.com,192.0.2.10,,"{""CreationTime"":""2026-05-04T08:10:00"",""Operation"":""Send""}"`, "auditlog", "Graph audit log CSV"},
	{"AdminAuditLog and Mailbox Audit Log\\UAL-….csv", `"RecordType","CreationDate","UserIds","Operations","AuditData","ResultIndex","ResultCount","Identity"` + "\n" +
		`"ExchangeAdmin","5/4/2026 8:10:00 AM","ann@example.com","Set-Mailbox","{""CreationTime"":""2026-05-04T08:10:00"",""Operation"":""Set-Mailbox"",""RecordType"":1}","1","1","1"`, "auditlog", "Search-UnifiedAuditLog CSV"},
	{"<stamp>-mailboxAuditLog-<upn>.csv", `"Operation","OperationResult","LogonType","MailboxOwnerUPN","LastAccessed","Identity"` + "\n" + `"MoveToDeletedItems","Succeeded","Owner","ann@example.com","5/4/2026 8:10:00 AM","1"`, "mailboxaudit", "Search-MailboxAuditLog table"},
	{"<stamp>-<type>-SignInLogs.json", `[{"id":"1","createdDateTime":"2026-05-04T08:00:11Z","userPrincipalName":"ann@example.com","appDisplayName":"OfficeHome","ipAddress":"192.0.2.10","status":{"errorCode":0}}]`, "signin", "Graph sign"},
	{"<stamp>-AuditLogs.json", `[{"id":"1","activityDateTime":"2026-05-04T08:03:40Z","activityDisplayName":"Update user","result":"success","initiatedBy":{"user":{"userPrincipalName":"ann@example.com"}},"targetResources":[]}]`, "directoryaudit", "Graph directoryAudit"},
	{"<upn>-MTL.csv", "MessageId,MessageTraceId,Received,SenderAddress,RecipientAddress,Subject,Status,ToIP,FromIP,Size\n<a@b>,t,5/4/2026 8:11:02 AM,ann@example.com,ap@example.org,Hi,Delivered,,192.0.2.10,4", "messagetrace", "Get-MessageTrace"},
	{"<stamp>-MailboxRules.csv", `"UserName","RuleName","Enabled","Priority","RuleIdentity","StopProcessingRules","CopyToFolder","MoveToFolder","RedirectTo","ForwardTo","ForwardAsAttachmentTo","ApplyCategory","MarkImportance","MarkAsRead","DeleteMessage","SoftDeleteMessage","From","SubjectContainsWords","SubjectOrBodyContainsWords","BodyContainsWords","HasAttachment","Description","InError","ErrorType"` + "\n" +
		`"ann@example.com",".","True","1","1","True","","RSS Feeds","","","","","","True","False","False","","invoice","","","False","","False",""`, "inboxrule", "Extractor-Suite MailboxRules"},
	{"<stamp>-MailboxRulesGraph.csv", `"UserPrincipalName","RuleName","Sequence","Enabled","ForwardTo","RedirectTo","ForwardAsAttachment","Delete","PermanentDelete","MoveToFolder","StopProcessingRules","MarkAsRead","From","SubjectContains","BodyContains","HasAttachments","IsImportant","RuleId"` + "\n" +
		`"ann@example.com",".","1","True","","","","False","False","FolderID: A","True","True","","invoice","","False","False","1"`, "inboxrule", "Extractor-Suite MailboxRulesGraph"},
	{"<stamp>-TransportRules.csv", `"Name","Description","CreatedBy","WhenChanged","State","Priority","Mode"` + "\n" + `"r","d","ann","5/4/2026 8:00:00 AM","Enabled","0","Enforce"`, "inboxrule", "transport rules"},
	{"Sessions-<ip>.csv", `"TimeStamp","User","Action","SessionId","ClientIP","MailAccessType","IsThrottled","OperationCount"` + "\n" + `"2026-05-04T08:00:00","ann@example.com","MailItemsAccessed","s","192.0.2.10","Bind","False","3"`, "context", "mail access session"},
	{"MessageIDs-<stamp>.csv", `"Timestamp","User","IPaddress","SessionID","MailAccessType","FolderPath","InternetMessageId","SizeInBytes"` + "\n" + `"2026-05-04T08:00:00","ann@example.com","192.0.2.10","s","Bind","\Inbox","<a@b>","4"`, "context", "mail access message"},
	{"EmailExport\\<n>-<stamp>-<subject>.eml and .txt", "From: ann@example.com\nTo: ap@example.org\nSubject: Hi\nDate: Mon, 4 May 2026 08:00:00 +0000\nMessage-ID: <a@example.com>\n\nHi\n", "message", "mail (.eml)"},
	{"<stamp>-RiskyUsers.csv", `"Id","IsDeleted","IsProcessing","RiskDetail","RiskLastUpdatedDateTime","RiskLevel","RiskState","UserDisplayName","UserPrincipalName","AdditionalProperties"` + "\n" + `"1","False","False","none","5/4/2026 8:00:00 AM","high","atRisk","Ann","ann@example.com",""`, "signin", "risky users"},
	{"<stamp>-RiskyDetections.csv", `"Activity","ActivityDateTime","AdditionalInfo","CorrelationId","DetectedDateTime","IPAddress","Id","LastUpdatedDateTime","City","CountryOrRegion","State","RequestId","RiskDetail","RiskEventType","RiskLevel","RiskState","UserDisplayName","UserId","UserPrincipalName"` + "\n" +
		`"signin","5/4/2026 8:00:00 AM","[]","c","5/4/2026 8:00:00 AM","192.0.2.10","1","","","NG","","r","none","anonymizedIPAddress","high","atRisk","Ann","u","ann@example.com"`, "signin", "risk detections"},
	{"<stamp>-OAuthPermissions.csv", `"PermissionType","AppId","ClientObjectId","AppDisplayName","ResourceObjectId","ResourceDisplayName","Permission","ConsentType","PrincipalObjectId","PrincipalDisplayName"` + "\n" + `"Delegated","a","c","App","r","Graph","Mail.Read","Principal","p","Ann"`, "context", "application grant"},
	{"<stamp>-MailboxPermissions.csv", `"UserPrincipalName","DisplayName","RecipientTypeDetails","FullAccessUsers","FullAccessPermissions","SendAsUsers","SendAsPermissions","SendOnBehalfUsers"` + "\n" + `"ann@example.com","Ann","UserMailbox","bob@example.com","FullAccess","","",""`, "context", "mailbox permission"},
	{"<stamp>-MailboxAuditStatus.csv", `"UserPrincipalName","DisplayName","AuditEnabled","AuditBypassEnabled","DefaultAuditSet"` + "\n" + `"ann@example.com","Ann","True","False","Owner"`, "context", "mailbox audit status"},
	{"<stamp>-MFA-AuthenticationMethods.csv", `"user","MFAstatus","email","fido2","app","password","phone","softwareoath","hellobusiness","temporaryAccessPass"` + "\n" + `"ann@example.com","Enabled","-","-","True","True","-","-","-","-"`, "context", "MFA method"},
	{"<stamp>-MFA-UserRegistrationDetails.csv", `"id","userPrincipalName","userDisplayName","userType","isAdmin","isSsprRegistered","isMfaRegistered","isMfaCapable","methodsRegistered"` + "\n" + `"u","ann@example.com","Ann","member","False","False","True","True","microsoftAuthenticatorPush"`, "context", "MFA registration"},
	{"<stamp>-Users.csv", `"UserPrincipalName","DisplayName","Id","Department","JobTitle","AccountEnabled","CreatedDateTime","LastPasswordChangeDateTime","UserType"` + "\n" + `"ann@example.com","Ann","u","","","True","5/4/2020 8:00:00 AM","5/4/2026 8:00:00 AM","Member"`, "context", "user"},
	{"<stamp>-<role>.csv, <stamp>-All-Administrators.csv", `"UserName","UserId","Role"` + "\n" + `"ann@example.com","u","Global Administrator"`, "context", "admin role"},
	{"<stamp>-All-Roles.csv", `"Role","UserName","UserId","DisplayName","Department","JobTitle","AccountEnabled","CreatedDateTime","LastInteractiveSignIn","LastNonInteractiveSignIn","DaysSinceLastSignIn"` + "\n" + `"Global Administrator","ann@example.com","u","Ann","","","True","","","","1"`, "context", "admin role"},
	{"<stamp>-PIM-Assignments.csv", `"RoleName","UserPrincipalName","DisplayName","AssignmentType","SourceType","SourceName","OnPremisesSynced","AssignmentStatus","StartDateTime","EndDateTime","DirectoryScopeId"` + "\n" + `"Global Administrator","ann@example.com","Ann","PIM Eligible","Direct","N/A","False","Eligible","","Permanent","/"`, "context", "admin role (PIM)"},
	{"<stamp>-Devices.csv", `"CreatedDateTime","DeviceId","ObjectId","AccountEnabled","DeviceOwnership","DisplayName","IsCompliant","IsManaged","OperatingSystem","OperatingSystemVersion","LastSignInDateTime","TrustType","RegisteredOwners","RegisteredUsers"` + "\n" + `"","d","o","True","","PC","False","False","Windows","10","","Workplace","ann@example.com","ann@example.com"`, "context", "device"},
	{"<stamp>-Devices.json", `[{"CreatedDateTime":"2026-05-04 08:00:00","DeviceId":"d","ObjectId":"o","AccountEnabled":true,"DisplayName":"PC","OperatingSystem":"Windows","TrustType":"Workplace","RegisteredOwners":"ann@example.com"}]`, "context", "device"},
	{"<stamp>-UserDevices.csv", `"UserName","UserId","DeviceName","OperatingSystem","OperatingSystemVersion","AccountEnabled","ApproximateLastSignInDate","CreatedDateTime"` + "\n" + `"Ann","u","PC","Windows","10","True","",""`, "context", "device (by user)"},
	{"<stamp>-Groups.csv", `"GroupId","DisplayName","Description","Mail","MailEnabled","MailNickname","SecurityEnabled","GroupTypes","CreatedDateTime","MembershipRule"` + "\n" + `"g","Finance","","","False","","True","","",""`, "context", "group"},
	{"<stamp>-GroupMembers.csv", `"GroupName","GroupId","MemberId","DisplayName","Email","UserPrincipalName","GroupCreated"` + "\n" + `"Finance","g","u","Ann","ann@example.com","ann@example.com",""`, "context", "group member"},
	{"<stamp>-DynamicGroups.csv", `"GroupId","DisplayName","Description","MailEnabled","SecurityEnabled","GroupTypes","MembershipRule","MembershipRuleProcessingState"` + "\n" + `"g","All","","False","True","DynamicMembership","(user.x -eq 1)","On"`, "context", "group"},
	{"<stamp>-ConditionalAccessPolicies.csv", `"DisplayName","Id","State","CreatedDateTime","ModifiedDateTime","Description","IncludeUsers","ExcludeUsers","ClientAppTypes","UserRiskLevels","SignInRiskLevels","BuiltInControls","GrantOperator"` + "\n" + `"MFA","p","enabled","","","","All","","all","","","mfa","OR"`, "context", "conditional access policy"},
	{"<stamp>-TenantLicenses.csv", `"Sku","Status","Scope","Units","Retention","E3","E5","P1","P2","DefenderID","Defender365P1","Defender365P2","ServicePlans"` + "\n" + `"SPE_E5","Enabled","User","4","365 days","No","Yes","Yes","Yes","No","No","No","EXCHANGE_S_ENTERPRISE"`, "context", "licence"},
	{"<stamp>-UserLicenses.csv", `"DisplayName","UserPrincipalName","SkuPartNumber"` + "\n" + `"Ann","ann@example.com","SPE_E5"`, "context", "licence (by user)"},
	{"<stamp>-LicenseCompatibility.csv", `"Feature","Required","Status"` + "\n" + `"Get-Sessions","E5","Available"`, "context", "licence (compatibility)"},
	{"<stamp>-EntraSecurityDefaults.csv", `"SecurityDefaultsEnabled","HasPremiumLicense","RecommendedState","AlignedWithRecommendations","CheckDate"` + "\n" + `"No","Yes","Disabled","Yes","2026-05-04 08:00:00"`, "context", "security defaults"},
	{"<stamp>-Applications.csv", `"DisplayName","Id","AppId","CreatedDateTime","OwnerIds","OwnerDisplayNames"` + "\n" + `"App","o","a","5/4/2026 8:00:00 AM","u","Ann"`, "context", "application"},
	{"<stamp>-UserApplications.csv", `"AssociationType","AssociatedUser","ApplicationName","ApplicationId","ObjectId","PublisherName","ApplicationType","CreatedDateTime"` + "\n" + `"Owner","ann@example.com","App","a","o","","Internal Application",""`, "context", "application (by user)"},
	{"<stamp>-SecureScore.csv", `"Category","Title","Service","Status","CurrentScore","MaxScore","ScoreGap","State"` + "\n" + `"Identity","MFA","AzureAD","At risk","0","10","10","Default"`, "context", "secure score"},
	{"<stamp>-SecurityAlerts.csv", `"Id","Title","Category","Severity","Status","CreatedDateTime","EventDateTime","AffectedUser"` + "\n" + `"1","Rule","","high","newAlert","5/4/2026 8:00:00 AM","5/4/2026 7:00:00 AM","ann@example.com/192.0.2.10"`, "defender", "Extractor-Suite SecurityAlerts"},
	{"<stamp>-Amount_Of_Audit_Logs.csv", "RecordType,Amount,Percentage\nExchangeItem,4,100", "", "counts of the audit log"},
	{"<stamp>-ActivityLog.json", `[{"authorization":{},"caller":"ann@example.com","claims":{},"eventTimestamp":"2026-05-04T08:00:00Z","operationName":{"value":"x"}}]`, "", "an Azure activity log"},
	{"<stamp>-DirectoryActivityLogs.csv", `"caller","eventTimestamp","operationName","resourceId"` + "\n" + `"ann@example.com","5/4/2026 8:00:00 AM","x","/r"`, "", "an Azure activity log"},
	{"EmailExport\\Attachments\\<stamp>-<subject>-<name>", "%PDF-1.7\n\x00\x01\x02\x03", "", "a PDF document"},
	{"LogFile.txt", "2026-05-04 08:00:00 - [INFO] Running Get-UAL\n", "", "no source claims it: it is text"},
}

// dfirOutputs are the files of DFIR-O365RC that hold state; its logs are the
// audit log's, the sign-ins' and the directory's own.
var dfirOutputs = []output{
	{"AADApps_<tenant>.json", `[{"id":"1","activityDateTime":"2026-05-04T08:03:40Z","activityDisplayName":"Consent to application","result":"success","initiatedBy":{"user":{"userPrincipalName":"ann@example.com"}},"targetResources":[{"id":"o","displayName":"App"}],"servicePrincipal_appId":"a","servicePrincipal_displayName":"App","servicePrincipal_servicePrincipalType":"Application","servicePrincipal_delegatedConsentAutorisations":"Mail.Read"}]`, "directoryaudit", "Graph directoryAudit"},
	{"AADApps_<tenant>_service_principals_raw.json", `[{"id":"o","accountEnabled":true,"appId":"a","appDisplayName":"App","displayName":"App","servicePrincipalType":"Application","appRoles":[],"passwordCredentials":[]}]`, "context", "service principal"},
	{"AADApps_<tenant>_deleted_service_principals_raw.json", `[{"id":"o","deletedDateTime":"2026-05-04T08:00:00Z","appId":"a","displayName":"App","servicePrincipalType":"Application"}]`, "context", "service principal"},
	{"AADApps_<tenant>_existing_applications_raw.json", `[{"id":"o","appId":"a","displayName":"App","signInAudience":"AzureADMyOrg","requiredResourceAccess":[]}]`, "context", "application (Graph)"},
	{"AADApps_<tenant>_deleted_applications_raw.json", `[{"id":"o","deletedDateTime":"2026-05-04T08:00:00Z","appId":"a","displayName":"App","signInAudience":"AzureADMyOrg","keyCredentials":[]}]`, "context", "application (Graph)"},
	{"AADDevices_<tenant>.json", `[{"id":"1","activityDateTime":"2026-05-04T08:03:40Z","activityDisplayName":"Add device","result":"success","initiatedBy":{"user":{"userPrincipalName":"ann@example.com"}},"targetResources":[{"id":"d"}],"deviceowners":"ann@example.com","displayName":"PC","operatingSystem":"Windows","trustType":"Workplace","accountEnabled":true}]`, "directoryaudit", "Graph directoryAudit"},
	{"AADUsers_<tenant>.json, AADUsers_<tenant>_users_raw.json", `[{"id":"u","businessPhones":[],"displayName":"Ann","givenName":"Ann","jobTitle":null,"mail":"ann@example.com","surname":"A","userPrincipalName":"ann@example.com","userAuthenticationSettings":{"isMfaRegistered":true}}]`, "context", "user (Graph)"},
	{"AADUsers_<tenant>_users_settings_raw.json", `[{"id":"u","userPrincipalName":"ann@example.com","isMfaRegistered":true,"isMfaCapable":true,"methodsRegistered":["microsoftAuthenticatorPush"]}]`, "context", "MFA registration"},
	{"AADTenant_<tenant>.json", `{"id":"t","displayName":"Example","createdDateTime":"2019-01-01T00:00:00Z","tenantType":"AAD","directorySizeQuota":{"used":100,"total":300000},"verifiedDomains":[{"name":"example.com"}],"assignedPlans":[]}`, "context", "organisation"},
}

// TestCollectorsOutputs holds that whatever a collector writes is read, or
// named for what it is.
func TestCollectorsOutputs(t *testing.T) {
	for _, o := range slices.Concat(extractorOutputs, dfirOutputs) {
		t.Run(strings.ReplaceAll(o.pattern, `\`, " "), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "evidence")
			write(t, path, o.text)
			f := inspect(t, path)[0]
			switch {
			case o.source == "" && (f.Status != "unrecognised" || !strings.HasPrefix(f.Reason, o.layout)):
				t.Errorf("not named: %+v", f)
			case o.source != "" && (f.Status != "read" || f.Source != o.source || !strings.HasPrefix(f.Layout, o.layout) || f.Events+f.Context != 1):
				t.Errorf("not read as %s, %s: %+v", o.source, o.layout, f)
			}
		})
	}
}
