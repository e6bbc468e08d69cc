package auditlog

import "strings"

// A key is a property of an AuditData object that is put in a column. All
// others are kept in the details.
type key uint8

const (
	noKey key = iota
	kID
	kCreationTime
	kOperation
	kRecordType
	kWorkload
	kResultStatus
	kUserID
	kUserType
	kObjectID
	kClientIP
	kClientIPAddress
	kActorIPAddress
	kActorIP
	kSessionID
	kAppAccessContext
	kAppID
	kClientAppID
	kApplicationID
	kApplicationName
	kAppName
	kMailboxOwner
	kLogonType
	kClientInfo
	kActorInfo
	kUserAgent
	kDeviceProperties
	kDeviceID
	kDeviceName
	kMachineID
	kExtendedProperties
	kErrorNumber
	kLogonError
	kLoginStatus
	kTarget
	kOperationProperties
	kParameters
	kFolders
	kMessages
	kItem
	kAffectedItems
	kFolder
	kDestFolder
	kSendAs
	kSendOnBehalf
	kRecipientList
	kRecipients
	kListItem
	kSourceRelative
	kSourceFile
	kDestRelative
	kSharedWith
	kQueryText
	kSearchQueryText
	kSearchQuery
	kQuery
	kSubject
	kInternetMessageID
	kP1Sender
	kP2Sender
	numKeys
)

// keyNames are the properties as Microsoft writes them.
var keyNames = [numKeys]string{
	kID: "Id", kCreationTime: "CreationTime", kOperation: "Operation", kRecordType: "RecordType", kWorkload: "Workload",
	kResultStatus: "ResultStatus", kUserID: "UserId", kUserType: "UserType", kObjectID: "ObjectId",
	kClientIP: "ClientIP", kClientIPAddress: "ClientIPAddress", kActorIPAddress: "ActorIpAddress", kActorIP: "ActorIP",
	kSessionID: "SessionId", kAppAccessContext: "AppAccessContext", kAppID: "AppId", kClientAppID: "ClientAppId",
	kApplicationID: "ApplicationId", kApplicationName: "ApplicationDisplayName", kAppName: "AppName",
	kMailboxOwner: "MailboxOwnerUPN", kLogonType: "LogonType", kClientInfo: "ClientInfoString", kActorInfo: "ActorInfoString",
	kUserAgent: "UserAgent", kDeviceProperties: "DeviceProperties", kDeviceID: "DeviceId", kDeviceName: "DeviceDisplayName",
	kMachineID: "MachineId", kExtendedProperties: "ExtendedProperties", kErrorNumber: "ErrorNumber", kLogonError: "LogonError",
	kLoginStatus: "LoginStatus", kTarget: "Target", kOperationProperties: "OperationProperties", kParameters: "Parameters",
	kFolders: "Folders", kMessages: "Messages", kItem: "Item", kAffectedItems: "AffectedItems", kFolder: "Folder",
	kDestFolder: "DestFolder", kSendAs: "SendAsUserSmtp", kSendOnBehalf: "SendOnBehalfOfUserSmtp",
	kRecipientList: "RecipientList", kRecipients: "Recipients", kListItem: "ListItemUniqueId",
	kSourceRelative: "SourceRelativeUrl", kSourceFile: "SourceFileName", kDestRelative: "DestinationRelativeUrl",
	kSharedWith: "TargetUserOrGroupName", kQueryText: "QueryText", kSearchQueryText: "SearchQueryText",
	kSearchQuery: "SearchQuery", kQuery: "Query", kSubject: "Subject", kInternetMessageID: "InternetMessageId",
	kP1Sender: "P1Sender", kP2Sender: "P2Sender",
}

// numSlots is a power of two that leaves most slots free.
const numSlots = 512

// slots finds a key by its name, in open addressing.
var slots = func() (t [numSlots]key) {
	for k := noKey + 1; k < numKeys; k++ {
		i := slot(keyNames[k])
		for t[i] != noKey {
			i = (i + 1) % numSlots
		}
		t[i] = k
	}
	return t
}()

// slot is where the search for a name begins, whatever its case.
func slot(name string) int {
	n := len(name)
	return (n*61 + int(name[0]|0x20)*17 + int(name[n-1]|0x20)*5 + int(name[n/2]|0x20)*131) % numSlots
}

// keyOf finds the key of a name; exact is false if only its case differs.
func keyOf(name string) (k key, exact bool) {
	if name == "" {
		return noKey, false
	}
	for i := slot(name); slots[i] != noKey; i = (i + 1) % numSlots {
		k := slots[i]
		if len(keyNames[k]) != len(name) {
			continue
		}
		if keyNames[k] == name {
			return k, true
		}
		if strings.EqualFold(keyNames[k], name) {
			return k, false
		}
	}
	return noKey, false
}
