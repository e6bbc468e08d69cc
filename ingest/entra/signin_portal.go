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
		Time:      column.At("Date (UTC)"),
		ID:        column.At("Request ID.*"),
		User:      column.At("Username", "User"),
		Principal: column.At("Service principal name", "Service principal ID"),
		IP:        column.At("IP address"),
		Country:   column.At("Location"),
		Code:      column.At("Sign-in error code"),
		Status:    column.At("Status.*"),
		Reason:    column.At("Failure reason.*"),
		App:       column.At("Application"),
		AppID:     column.At("Application ID"),
		Client:    column.At("Client app"),
		UserAgent: column.At("User agent"),
		Session:   column.At("Session ID"),
		Token:     column.At("Unique token identifier"),
		DeviceID:  column.At("Device ID"),
		Resource:  column.At("Resource"),
		Protocol:  column.At("Authentication Protocol.*"),
		Transfer:  column.At("Original transfer method.*"),
	},
	Marks:      column.Marks{{Time}, {IP}, {Status}, {ID, User}, {ID, App}},
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
