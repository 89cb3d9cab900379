// Package market keeps the catalogue: listings, lots, who may bid in them. What the engine must know of its decisions goes
// to the lot's log as a command, through an outbox written in the transaction of the decision; what the log has made of a
// lot comes back as a projection for lists. The log is the truth for the sale.
//
// It may import the rules, ent and identity, never net/http and never the saleroom or the store themselves.
package market
