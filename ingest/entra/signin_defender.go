package entra

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
)

// signInDefender is the sign-in table of advanced hunting.
var signInDefender = &ingest.Layout{
	Name:     "Defender CSV",
	Doc:      "AADSignInEventsBeta and EntraIdSignInEvents of advanced hunting, and their tables of applications. LogonType marks interactive sign-ins; exports stop at a cap of rows.",
	TimeDesc: signInTime,
	Fields: column.Fields{
		Time:          column.At("Timestamp"),
		ID:            column.At("RequestId.*"),
		User:          column.At("AccountUpn"),
		Principal:     column.At("ServicePrincipalName", "ServicePrincipalId"),
		IP:            column.At("IPAddress"),
		Country:       column.At("Country"),
		Code:          column.At("ErrorCode"),
		App:           column.At("Application"),
		AppID:         column.At("ApplicationId"),
		Client:        column.At("ClientAppUsed"),
		UserAgent:     column.At("UserAgent"),
		Session:       column.At("SessionId"),
		Token:         column.At("UniqueTokenId"),
		DeviceID:      column.At("EntraIdDeviceId", "AadDeviceId"),
		DeviceName:    column.At("DeviceName"),
		Resource:      column.At("ResourceDisplayName"),
		EventTypes:    column.At("LogonType.*"),
		RiskLevel:     column.At("RiskLevelDuringSignIn.*"),
		RiskAggregate: column.At("RiskLevelAggregated.*"),
		RiskState:     column.At("RiskState.*"),
		RiskTypes:     column.At("RiskEventTypes.*"),
	},
	Marks: column.Marks{{Time}, {ID}, {Code}, {App}, {User, Principal}},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o, ingest.PortalCaps...)
		return d.decoder(d.signIn), nil
	},
}
