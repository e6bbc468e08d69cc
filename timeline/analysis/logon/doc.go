// Package logon knows how accounts were entered: each logon with its place,
// network, client and user agent; the habits of every user and of the estate;
// sessions, visits, clients and attempts on passwords. It states what is usual
// and what is not, and what speaks for a user; it doesn't say whose a logon
// was, and looks at no mail.
package logon
