package entra

import (
	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// signInFlat is the table of an older portal and of scripts.
var signInFlat = &ingest.Layout{
	Name:     "flat CSV",
	Doc:      "The few columns of an older portal and of scripts that flatten Graph's signIn; some lack the error code and state the outcome in a word only.",
	TimeDesc: signInTime,
	Fields: signInFields.Or(column.Fields{
		Country:    column.At("Country", "CountryOrRegion", "Location"),
		Code:       column.At("ErrorCode"),
		Status:     column.At("Status.*"),
		Reason:     column.At("FailureReason.*"),
		DeviceName: column.At("Device"),
	}),
	Marks: column.Marks{{Time}, {User}, {App}, {IP}},
	Only:  rows.CSV,
	Lacks: []string{"ResultType"},
	Open: func(_ *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := newDecoder(m, o)
		return d.decoder(d.signIn), nil
	},
}
