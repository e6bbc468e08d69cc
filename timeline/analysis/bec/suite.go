// Package bec holds the analyses of business email compromise, one file each,
// and Suite, which lists them in the order of the sheets. What several analyses
// share is in the rooms below: cite, mail, change, logon and actor.
//
// An analysis judges events; it reads no evidence, knows no export's layout,
// and keeps no facts: those are rows of the reference tables. It never says
// that somebody read something, nor who somebody is: findings are consistent
// with what they name, and each tells what innocent activity looks the same.
package bec

import (
	"embed"
	"fmt"

	"becforensics/timeline/analysis"
)

// texts are what the analyses say of themselves to an examiner and to a court.
//
//go:embed doc/*.md
var texts embed.FS

// explain reads the text of an analysis. A text that can't be read is a
// programmer's error.
func explain(name string) analysis.Doc {
	markdown, err := texts.ReadFile("doc/" + name + ".md")
	if err != nil {
		panic(err)
	}
	doc, err := analysis.ParseDoc(string(markdown))
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return doc
}

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
	knownKit,
	consentRelay,
	teamsLure,
	riskSignal,
	suspiciousSearch,
	messageViews,
	mailAccess,
	graphAccess,
	copilotUse,
	massDownload,
	externalSharing,
	shareBurst,
	hidingRule,
	externalForwarding,
	coverUp,
	sentByActor,
	fraudMail,
	replyChain,
	bankDetails,
	directSend,
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
	containment,
	standingAccess,
	indicatorMatch,
	sigmaRules,
	stacks,
	coverage,
}

// leftOut are analyzers that are declared but not in Suite, by name, each with
// the reason. The list is empty at present.
var leftOut = map[string]string{}
