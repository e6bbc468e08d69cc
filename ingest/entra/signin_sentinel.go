package entra

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
)

// signInSentinel is the tables of Log Analytics.
var signInSentinel = &ingest.Layout{
	Name:     "Sentinel",
	Doc:      "SigninLogs, AADNonInteractiveUserSignInLogs and their like from Log Analytics, CSV or JSON: parts are JSON in texts, dates of CSV are in the browser's culture, UTC.",
	TimeDesc: signInTime,
	Fields: column.Fields{
		Time:          column.At("TimeGenerated", "CreatedDateTime.*"),
		Created:       column.At("CreatedDateTime.*"),
		ID:            column.At("Id.*"),
		User:          column.At("UserPrincipalName"),
		Principal:     column.At("ServicePrincipalName", "ServicePrincipalId"),
		IP:            column.At("IPAddress"),
		Country:       column.At("LocationDetails.countryOrRegion", "LocationDetails_dynamic.countryOrRegion", "LocationDetails_string.countryOrRegion", "Location"),
		Code:          column.At("ResultType"),
		Reason:        column.At("ResultDescription.*"),
		App:           column.At("AppDisplayName"),
		AppID:         column.At("AppId"),
		Client:        column.At("ClientAppUsed"),
		UserAgent:     column.At("UserAgent"),
		Session:       column.At("SessionId"),
		Token:         column.At("UniqueTokenIdentifier"),
		DeviceID:      column.At("DeviceDetail.deviceId", "DeviceDetail_dynamic.deviceId", "DeviceDetail_string.deviceId"),
		DeviceName:    column.At("DeviceDetail.displayName", "DeviceDetail_dynamic.displayName", "DeviceDetail_string.displayName"),
		Resource:      column.At("ResourceDisplayName"),
		Interactive:   column.At("IsInteractive.*"),
		Category:      column.At("Category.*", "Type.*"),
		Protocol:      column.At("AuthenticationProtocol.*"),
		Transfer:      column.At("OriginalTransferMethod.*"),
		RiskLevel:     column.At("RiskLevelDuringSignIn.*"),
		RiskAggregate: column.At("RiskLevelAggregated.*"),
		RiskState:     column.At("RiskState.*"),
		RiskTypes:     column.At("RiskEventTypes_V2.*", "RiskEventTypes.*"),
	},
	Marks: column.Marks{{Time}, {Code}, {IP}, {App, AppID}, {User, Principal}},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o, ingest.PortalCaps...)
		return d.decoder(d.signIn), nil
	},
}
