package auditlog

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
)

// Properties of an AuditData object that are put in columns or judged. All
// others are kept in the details.
const (
	kID = iota
	kCreationTime
	kOperation
	kRecordType
	kWorkload
	kResultStatus
	kUserID
	kUserKey
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
	kSender
	kReceivers
	kItemName
	kMessageID
	kMailData
	kEmailInfo
	kCountry
	kCity
	kProvider
	kSenderIP
	numKeys

	noKey = -1 // of any other property
)

// auditFields are the properties as Microsoft writes them.
var auditFields = column.Fields{
	kID:                  column.At("Id"),
	kCreationTime:        column.At("CreationTime"),
	kOperation:           column.At("Operation"),
	kRecordType:          column.At("RecordType"),
	kWorkload:            column.Mark("Workload"),
	kResultStatus:        column.At("ResultStatus"),
	kUserID:              column.At("UserId"),
	kUserKey:             column.At("UserKey"),
	kUserType:            column.At("UserType"),
	kObjectID:            column.At("ObjectId"),
	kClientIP:            column.At("ClientIP"),
	kClientIPAddress:     column.At("ClientIPAddress"),
	kActorIPAddress:      column.At("ActorIpAddress"),
	kActorIP:             column.At("ActorIP"),
	kSessionID:           column.At("SessionId"),
	kAppAccessContext:    column.At("AppAccessContext"),
	kAppID:               column.At("AppId"),
	kClientAppID:         column.At("ClientAppId"),
	kApplicationID:       column.At("ApplicationId"),
	kApplicationName:     column.At("ApplicationDisplayName"),
	kAppName:             column.At("AppName"),
	kMailboxOwner:        column.At("MailboxOwnerUPN"),
	kLogonType:           column.At("LogonType"),
	kClientInfo:          column.At("ClientInfoString"),
	kActorInfo:           column.At("ActorInfoString"),
	kUserAgent:           column.At("UserAgent"),
	kDeviceProperties:    column.At("DeviceProperties"),
	kDeviceID:            column.At("DeviceId"),
	kDeviceName:          column.At("DeviceDisplayName"),
	kMachineID:           column.At("MachineId"),
	kExtendedProperties:  column.At("ExtendedProperties"),
	kErrorNumber:         column.At("ErrorNumber"),
	kLogonError:          column.At("LogonError"),
	kLoginStatus:         column.At("LoginStatus"),
	kTarget:              column.At("Target"),
	kOperationProperties: column.At("OperationProperties"),
	kParameters:          column.At("Parameters"),
	kFolders:             column.At("Folders"),
	kMessages:            column.At("Messages"),
	kItem:                column.At("Item"),
	kAffectedItems:       column.At("AffectedItems"),
	kFolder:              column.At("Folder"),
	kDestFolder:          column.At("DestFolder"),
	kSendAs:              column.At("SendAsUserSmtp"),
	kSendOnBehalf:        column.At("SendOnBehalfOfUserSmtp"),
	kRecipientList:       column.At("RecipientList"),
	kRecipients:          column.At("Recipients"),
	kListItem:            column.At("ListItemUniqueId"),
	kSourceRelative:      column.At("SourceRelativeUrl"),
	kSourceFile:          column.At("SourceFileName"),
	kDestRelative:        column.At("DestinationRelativeUrl"),
	kSharedWith:          column.At("TargetUserOrGroupName"),
	kQueryText:           column.At("QueryText"),
	kSearchQueryText:     column.At("SearchQueryText"),
	kSearchQuery:         column.At("SearchQuery"),
	kQuery:               column.At("Query"),
	kSubject:             column.At("Subject"),
	kInternetMessageID:   column.At("InternetMessageId"),
	kP1Sender:            column.At("P1Sender"),
	kP2Sender:            column.At("P2Sender"),
	kSender:              column.At("Sender"),
	kReceivers:           column.At("Receivers"),
	kItemName:            column.At("ItemName"),
	kMessageID:           column.At("MessageId"),
	kMailData:            column.At("ExchangeMetaData"),
	kEmailInfo:           column.At("EmailInfo"),
	kCountry:             column.At("CountryCode"),
	kCity:                column.At("City"),
	kProvider:            column.At("ISP"),
	kSenderIP:            column.At("SenderIp"),
}

// auditPart is AuditData, wherever a layout has it.
var auditPart = []ingest.Part{{Of: "AuditData", Fields: auditFields}}
