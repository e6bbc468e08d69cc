// Package mail knows what the evidence says of mail: messages, whichever record
// names them, their headers and authentication results, who writes to whom,
// domains and names and what resembles them, folders, attachments and the words
// of payments. It knows nothing of logons or of changes to an account, and
// makes no finding: the analyses weigh what it states.
package mail
