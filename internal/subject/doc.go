// Package subject is what is for sale: kinds of technology with their numbers and terms, legal status, annual fees,
// maturity, fields by the code lists of the trade, the rights that may be offered, and the gates G1 to G11 that an offer
// passes before it is published (§4 of the rule sheet).
//
// A Dossier is plain data with stable JSON names; Check finds everything that is wrong with one, or has to be told, on
// a given day. It knows no clock, reads nothing, and gives the same findings in the same order for the same dossier.
// Names of code lists are standard terms and stand here; every other text is the pages' to find by its code.
//
// It may import money and ident, and nothing else of the house.
package subject
