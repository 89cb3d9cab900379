// Package needs keeps what companies look for: needs written, published, answered by universities and closed, and the
// results that fit them, both ways, with the reasons.
//
// Who sees what: a PUBLIC need everybody, with the company's name; an ANONYMOUS one everybody, its name nobody but the
// company, the operator, and a university whose answer was accepted; an INVITED one nobody but the chosen, with the name, or,
// if none are chosen, those whose results fit well, without it until an answer is accepted. What is Seen holds the name only
// where its reader may know it.
//
// Matches are kept, not made for each page: the agenda weighs a need when it is published or changed, by the candidates that
// the search finds, and follows the catalogue's changes for new results.
//
// It may import the rules, ent, store, agenda, identity, inbox, search and market, never net/http.
package needs
