// Package change knows what was altered in mailboxes and in the tenant: the
// properties of a record of change, inbox rules with their history, forwarding,
// permissions, consents to applications and the changes that the reference
// tables watch. It doesn't know who made a change nor whether that is usual for
// them: those questions belong to rooms above.
package change
