// Package site serves the pages and forms (chi). It reads what people send, asks the services, and lets package web show
// the answer. Every route stands in one table with those who may use it (table.go); what is not in the table does not
// exist.
//
// It may import the services, the rules and web. It makes no query of its own and holds no secret.
package site
