package subject

import (
	"slices"

	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/money"
)

// Gate is one of G1 to G11, or of the two places for what no gate is named after. §4.4
type Gate string

const (
	G1    Gate = "G1"    // the right lives
	G2    Gate = "G2"    // co-owners
	G3    Gate = "G3"    // pledges
	G4    Gate = "G4"    // existing licences
	G5    Gate = "G5"    // exclusive and sole licences in force
	G6    Gate = "G6"    // open licence
	G7    Gate = "G7"    // annual fees
	G8    Gate = "G8"    // litigation, invalidation, seizure
	G9    Gate = "G9"    // secrecy
	G10   Gate = "G10"   // public funding, export
	G11   Gate = "G11"   // disclosure
	Form  Gate = "FORM"  // what the dossier itself lacks, or says wrongly
	Terms Gate = "TERMS" // the rights offered and their clauses, §4.6
)

// Severity is what a finding does to an offer.
type Severity string

const (
	Blocks   Severity = "BLOCKS"   // it cannot be published
	Warns    Severity = "WARNS"    // it can, and had better not like this
	Disclose Severity = "DISCLOSE" // it is shown on the page of the offer
)

// Reason is what was found. Remedy is what would settle it. Both lists are closed.
type (
	Reason string
	Remedy string
)

// Finding is one thing that is wrong with a dossier or has to be told.
type Finding struct {
	Gate     Gate     `json:"gate"`
	Severity Severity `json:"severity"`
	Reason   Reason   `json:"reason"`
	Basis    Basis    `json:"basis"`
	Remedy   Remedy   `json:"remedy"`
	Field    string   `json:"field"` // of the dossier's JSON: subjects[0].owners[1].consents
	Facts
}

// Facts are the particulars of a finding, for its sentence.
type Facts struct {
	Subject   string     `json:"subject,omitempty"` // its ID
	Mode      Mode       `json:"mode,omitempty"`
	Party     string     `json:"party,omitempty"` // owner, pledgee, licensee
	Text      string     `json:"text,omitempty"`  // a status, clause, case, word or fault
	Number    int        `json:"number,omitempty"`
	Days      int        `json:"days,omitempty"`
	Date      ident.Date `json:"date,omitempty"`
	AmountFen money.Fen  `json:"amount_fen,omitempty"`
}

// Blocked reports whether any of the findings keeps the dossier from being published.
func Blocked(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Blocks })
}

// BlockedFor reports whether any of the findings refuses one mode: those about it, and those about no mode. What is
// left after the refused modes are dropped can be published.
func BlockedFor(findings []Finding, m Mode) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Blocks && (f.Mode == m || f.Mode == "") })
}
