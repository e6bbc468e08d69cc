package entra

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
)

// signInSentinel is the tables of Log Analytics.
var signInSentinel = &ingest.Layout{
	Name: "Sentinel",
	Doc: "SigninLogs, AADNonInteractiveUserSignInLogs and their like from Log Analytics, CSV or JSON, and their rows in an event hub or storage account: " +
		"parts are JSON in texts, dates of CSV are in the browser's culture, UTC. CreatedDateTime is the time; TimeGenerated is when the record was made.",
	TimeDesc: signInTime,
	Fields: column.Fields{
		Time:          column.At("CreatedDateTime"),
		Processed:     column.At("TimeGenerated.*", "time.*"),
		Correlation:   column.At("CorrelationId"),
		ID:            column.At("Id.*"),
		User:          column.At("UserPrincipalName"),
		UserID:        column.At("UserId.*"),
		Principal:     column.At("ServicePrincipalName", "ServicePrincipalId"),
		IP:            column.At("IPAddress"),
		Country:       column.At("LocationDetails.countryOrRegion", "LocationDetails_dynamic.countryOrRegion", "LocationDetails_string.countryOrRegion", "Location"),
		City:          column.At("LocationDetails.city", "LocationDetails_dynamic.city", "LocationDetails_string.city"),
		Network:       column.At("AutonomousSystemNumber"),
		Code:          column.At("ResultType", "Status.errorCode", "Status_dynamic.errorCode", "Status_string.errorCode"),
		Status:        column.At("ResultSignature.*"),
		Reason:        column.At("ResultDescription.*"),
		App:           column.At("AppDisplayName"),
		AppID:         column.At("AppId"),
		Client:        column.At("ClientAppUsed"),
		UserAgent:     column.At("UserAgent"),
		Session:       column.At("SessionId"),
		Token:         column.At("UniqueTokenIdentifier"),
		DeviceID:      column.At("DeviceDetail.deviceId", "DeviceDetail_dynamic.deviceId", "DeviceDetail_string.deviceId"),
		DeviceName:    column.At("DeviceDetail.displayName", "DeviceDetail_dynamic.displayName", "DeviceDetail_string.displayName"),
		Managed:       column.At("DeviceDetail.isManaged", "DeviceDetail_dynamic.isManaged", "DeviceDetail_string.isManaged"),
		Compliant:     column.At("DeviceDetail.isCompliant", "DeviceDetail_dynamic.isCompliant", "DeviceDetail_string.isCompliant"),
		Trust:         column.At("DeviceDetail.trustType", "DeviceDetail_dynamic.trustType", "DeviceDetail_string.trustType"),
		Resource:      column.At("ResourceDisplayName"),
		ResourceID:    column.At("ResourceIdentity.*", "ResourceId.*"),
		Interactive:   column.At("IsInteractive.*"),
		Category:      column.At("Category.*", "Type.*"),
		Protocol:      column.At("AuthenticationProtocol"),
		TokenType:     column.At("IncomingTokenType"),
		Requirement:   column.At("AuthenticationRequirement"),
		Factors:       column.At("AuthenticationDetails.*"),
		FactorResult:  column.At("Status.additionalDetails.*", "Status_dynamic.additionalDetails.*", "Status_string.additionalDetails.*"),
		FactorMethod:  column.At("MfaDetail.authMethod.*", "MfaDetail_dynamic.authMethod.*"),
		Access:        column.At("ConditionalAccessStatus"),
		Policies:      column.At("ConditionalAccessPolicies.*", "ConditionalAccessPolicies_dynamic.*", "ConditionalAccessPolicies_string.*"),
		Transfer:      column.At("OriginalTransferMethod.*"),
		RiskLevel:     column.At("RiskLevelDuringSignIn.*"),
		RiskAggregate: column.At("RiskLevelAggregated.*"),
		RiskState:     column.At("RiskState.*"),
		RiskTypes:     column.At("RiskEventTypes_V2.*", "RiskEventTypes.*"),
	},
	Marks: column.Marks{{Time, Processed}, {Code, Status}, {IP, ID}, {App, AppID}, {User, UserID, Principal}},
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		if h.HasAny(tableColumns...) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o, ingest.PortalCaps...)
		return d.decoder(d.signIn), nil
	},
}

// tableColumns are columns of Log Analytics of which Graph's signIn, and what
// scripts make of it, has none.
var tableColumns = []string{"ResultType", "ResultSignature", "TimeGenerated", "TimeGenerated [UTC]"}
