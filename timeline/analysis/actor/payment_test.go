package actor_test

import (
	"fmt"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/actor"
)

func paymentsOf(t *testing.T, events string) (lines []string) {
	t.Helper()
	probe(t, []analysis.Need{actor.Payments}, events, func(p *analysis.Pass) {
		for _, one := range actor.Payments.Of(p) {
			lines = append(lines, fmt.Sprintf("%s from %s to %v: %v, accounts %v to %v, seen %q", one.Message, one.Sender, one.Recipients, one.Amounts, one.From, one.To, one.Seen))
		}
	})
	return lines
}

// A message of the actor's about payments says what the texts on file show: the
// account that the supplier gave before, and the one that is to replace it.
func TestPaymentsSayWhatTheTextsShow(t *testing.T) {
	got := paymentsOf(t, mailLog+`2018-05-15T13:58:00Z Send message_id=<m1@example.com> subject="RE: Invoice 7 - new bank details"
2018-05-15T13:59:00Z Send message_id=<m2@example.com> subject="Lunch on Friday"
file messagetrace trace.csv
2018-05-15T13:58:05Z MessageTrace outcome=success message_id=<m1@example.com> sender=willem@example.com recipients=ann@y.example subject="RE: Invoice 7 - new bank details"
file message mail.json layout="Mail API JSON"
context message key=1 message_id=<s1@y.example> subject="Invoice 7 - new bank details" received=2018-05-10T08:00:00Z body="Please pay 12,400.50 EUR to DE89 3704 0044 0532 0130 00."
file message sent.eml
2018-05-15T13:58:05Z Message message_id=<m1@example.com> subject="RE: Invoice 7 - new bank details" details="{\"text\":\"<p>Pay € 12.400,50 to GB82WEST12345698765432 instead, not to DE00 3704 0044 0532 0130 00.</p>\"}"
`)
	expect(t, "payments", got, []string{
		`<m1@example.com> from willem@example.com to [ann@y.example]: [{EUR 12.400,50}], accounts [{IBAN DE89370400440532013000}] to [{IBAN GB82WEST12345698765432}], seen ["subject" "body of the mail"]`,
	})
}

// The owner's own requests, and a subject without a word of money, do not count.
func TestTheOwnersInvoicesAreNoPayments(t *testing.T) {
	got := paymentsOf(t, mailLog+`2018-05-15T13:58:00Z Send message_id=<m2@example.com> subject="Lunch on Friday"
2018-05-14T09:00:00Z Send message_id=<own@example.com> subject="New bank details" ip=81.2.69.160 session=own
`)
	expect(t, "payments", got, nil)
}
