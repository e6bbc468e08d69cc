// Package bec holds the analyses of business email compromise, one file each,
// and Suite, which lists them in the order of the sheets. The files that are
// no analysis are what several share: the logons, what is usual for a user,
// and which acts are an intruder's.
//
// An analysis judges events; it reads no evidence, knows no export's layout,
// and keeps no facts: those are rows of the reference tables. It never says
// that somebody read something, nor who somebody is: findings are consistent
// with what they name, and each tells what innocent activity looks the same.
package bec

import (
	"becforensics/timeline/analysis"
)

// Suite lists the analyses in the order of their sheets.
var Suite = []*analysis.Analyzer{
	foreignLogon,
	hostingLogon,
	impossibleTravel,
	sessionReuse,
	toolUserAgent,
	rareClient,
	legacyLogon,
	mailboxSync,
	passwordAttack,
	mfaFatigue,
	deviceCode,
	firstPartyPhish,
	riskSignal,
	suspiciousSearch,
	messageViews,
	mailAccess,
	massDownload,
	externalSharing,
	hidingRule,
	externalForwarding,
	coverUp,
	sentByActor,
	fraudMail,
	replyChain,
	bankDetails,
	namesImpersonated,
	lookalikeDomain,
	outboundBurst,
	authenticationFailure,
	riskyAttachment,
	patientZero,
	campaign,
	appConsent,
	appAccess,
	mailboxDelegation,
	identityChange,
	transportChange,
	auditTampering,
	indicatorMatch,
	sigmaRules,
	stacks,
	coverage,
}
