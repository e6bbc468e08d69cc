package entra

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// signInGraph is the signIn resource, however it was saved.
var signInGraph = &ingest.Layout{
	Name:     "Graph signIn",
	Doc:      "JSON of Graph, of the portal's download, of Microsoft-Extractor-Suite (arrays joined end to end) and PascalCase dumps of PowerShell.",
	TimeDesc: signInTime,
	Fields:   signInFields,
	Marks:    column.Marks{{Time}, {IP}, {App, AppID}},
	Only:     rows.JSON,
	Lacks:    []string{"TimeGenerated"},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o)
		return d.decoder(d.signIn), nil
	},
}

// signInFields are those of Graph's signIn.
var signInFields = column.Fields{
	Time:          column.At("createdDateTime"),
	Created:       column.At("createdDateTime.*"),
	ID:            column.At("id.*"),
	User:          column.At("userPrincipalName"),
	Principal:     column.At("servicePrincipalName", "servicePrincipalId"),
	IP:            column.At("ipAddress"),
	Country:       column.At("location.countryOrRegion"),
	Code:          column.At("status.errorCode"),
	Reason:        column.At("status.failureReason.*"),
	App:           column.At("appDisplayName"),
	AppID:         column.At("appId"),
	Client:        column.At("clientAppUsed"),
	UserAgent:     column.At("userAgent"),
	Session:       column.At("sessionId"),
	Token:         column.At("uniqueTokenIdentifier"),
	DeviceID:      column.At("deviceDetail.deviceId"),
	DeviceName:    column.At("deviceDetail.displayName"),
	Resource:      column.At("resourceDisplayName"),
	Interactive:   column.At("isInteractive.*"),
	EventTypes:    column.At("signInEventTypes.*"),
	Protocol:      column.At("authenticationProtocol.*"),
	Transfer:      column.At("originalTransferMethod.*"),
	RiskLevel:     column.At("riskLevelDuringSignIn.*"),
	RiskAggregate: column.At("riskLevelAggregated.*"),
	RiskState:     column.At("riskState.*"),
	RiskTypes:     column.At("riskEventTypes_v2.*", "riskEventTypes.*"),
}
