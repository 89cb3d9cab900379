package subject

import (
	"fmt"
	"slices"
)

// Papers are how many papers lie with an offer, by what they are for.
type Papers struct {
	Confidential int // that are read after a promise
	Evidence     int // of legal status
	Decision     int // of the seller's decision, R2.2
}

// CheckPapers finds what the papers of an offer lack. ofState: the seller is a body of the state.
func CheckPapers(d *Dossier, p Papers, ofState bool) []Finding {
	c := &check{d: d}
	if ofState && p.Decision == 0 { // R2.2: what the sheet names lies with it
		c.add(DecisionLoose, "decision_file", Facts{})
	}
	proved := func(s Subject) bool { return s.Kind.Registered() && !blank(s.Status.Evidence) }
	if i := slices.IndexFunc(d.Subjects, proved); i >= 0 && p.Evidence == 0 {
		c.add(EvidenceLoose, fmt.Sprintf("subjects[%d].status.evidence", i), Facts{Subject: d.Subjects[i].ID})
	}
	if i := slices.IndexFunc(d.Subjects, func(s Subject) bool { return s.Kind == KnowHow }); i >= 0 && d.Disclosure.DataRoom && p.Confidential == 0 { // G9
		c.add(RoomEmpty, "disclosure.data_room", Facts{Subject: d.Subjects[i].ID})
	}
	return c.found
}
