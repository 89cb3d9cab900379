package subject

import (
	"slices"
	"testing"
)

// What the sheet says of papers, the room has to hold: an empty room of know-how and a missing decision block, missing evidence warns.
func TestPapers(t *testing.T) {
	full := Papers{Confidential: 1, Evidence: 1, Decision: 1}
	for name, c := range map[string]struct {
		kind    Kind
		papers  Papers
		ofState bool
		want    []string
	}{
		"all there":                     {KnowHow, full, true, nil},
		"know-how in an empty room":     {KnowHow, Papers{Evidence: 1, Decision: 1}, true, []string{"G9 BLOCKS DATA_ROOM_EMPTY disclosure.data_room"}},
		"a patent needs no room":        {Invention, Papers{Evidence: 1, Decision: 1}, true, nil},
		"no evidence":                   {Invention, Papers{Confidential: 1, Decision: 1}, true, []string{"G1 WARNS STATUS_EVIDENCE_NOT_ATTACHED subjects[0].status.evidence"}},
		"no decision":                   {Invention, Papers{Confidential: 1, Evidence: 1}, true, []string{"FORM BLOCKS DECISION_NOT_ATTACHED decision_file"}},
		"a company files no decision":   {Invention, Papers{Confidential: 1, Evidence: 1}, false, nil},
		"software is in no register":    {Result, Papers{Decision: 1}, true, nil},
		"nothing at all, and no patent": {KnowHow, Papers{}, false, []string{"G9 BLOCKS DATA_ROOM_EMPTY disclosure.data_room"}},
	} {
		d := good(c.kind)
		d.Disclosure.DataRoom = true
		var got []string
		for _, f := range CheckPapers(d, c.papers, c.ofState) {
			got = append(got, short(f))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
