package entra

import (
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// signInPortal is the download of the Entra portal as CSV.
var signInPortal = &ingest.Layout{
	Name:     "portal CSV",
	Doc:      "InteractiveSignIns, NonInteractiveSignIns, ApplicationSignIns and MSISignIns: headers with stray spaces, one of them twice, in the language of the portal; columns came over the years. Only the file's name says that its sign-ins are not interactive.",
	TimeDesc: signInTime,
	Fields: column.Fields{
		Time:         column.At("Date (UTC)"),
		ID:           column.At("Request ID.*"),
		Correlation:  column.At("Correlation ID"),
		User:         column.At("Username", "User"),
		UserID:       column.At("User ID.*"),
		Principal:    column.At("Service principal name", "Managed Identity name", "Service principal ID", "Managed Identity ID"),
		IP:           column.At("IP address"),
		Country:      column.At("Location.*"),
		Network:      column.At("Autonomous system number"),
		Code:         column.At("Sign-in error code"),
		Status:       column.At("Status.*"),
		Reason:       column.At("Failure reason.*"),
		App:          column.At("Application"),
		AppID:        column.At("Application ID"),
		Client:       column.At("Client app"),
		UserAgent:    column.At("User agent"),
		Session:      column.At("Session ID"),
		Token:        column.At("Unique token identifier"),
		DeviceID:     column.At("Device ID"),
		Managed:      column.At("Managed"),
		Compliant:    column.At("Compliant"),
		Trust:        column.At("Join Type"),
		Resource:     column.At("Resource"),
		ResourceID:   column.At("Resource ID.*"),
		TokenType:    column.At("Incoming token type"),
		Requirement:  column.At("Authentication requirement"),
		FactorResult: column.At("Multifactor authentication result"),
		FactorMethod: column.At("Multifactor authentication auth method"),
		Access:       column.At("Conditional Access"),
		Protocol:     column.At("Authentication Protocol"),
		Transfer:     column.At("Original transfer method.*"),
	},
	Marks:      column.Marks{{Time}, {IP, Principal}, {Status}, {ID, User}, {ID, App}},
	Only:       rows.CSV,
	Translated: true,
	Open: func(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o)
		name := strings.ToLower(h.Name[strings.LastIndexByte(h.Name, '/')+1:])
		if strings.Contains(name, "noninteractive") {
			d.flags |= timeline.NonInteractive
		}
		return d.decoder(d.signIn), nil
	},
}
