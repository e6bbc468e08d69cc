package main

import (
	"becforensics/ingest"
	"becforensics/ingest/activities"
	"becforensics/ingest/auditlog"
	"becforensics/ingest/context"
	"becforensics/ingest/defender"
	"becforensics/ingest/entra"
	"becforensics/ingest/graphactivity"
	"becforensics/ingest/inboxrule"
	"becforensics/ingest/mailboxaudit"
	"becforensics/ingest/message"
	"becforensics/ingest/messagetrace"
)

// sources are the kinds of exports that are recognised, in the order in which
// they are listed and tried.
var sources = []*ingest.Source{
	activities.Source,
	auditlog.Source,
	entra.SignIns,
	entra.Audits,
	graphactivity.Source,
	messagetrace.Source,
	inboxrule.Source,
	mailboxaudit.Source,
	message.Source,
	defender.Source,
	context.Source,
}
