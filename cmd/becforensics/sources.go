package main

import (
	"becforensics/ingest"
	"becforensics/ingest/activities"
	"becforensics/ingest/auditlog"
	"becforensics/ingest/message"
)

// sources are the kinds of exports that are recognised, in the order in which
// they are listed and tried.
var sources = []*ingest.Source{
	activities.Source,
	auditlog.Source,
	message.Source,
}
