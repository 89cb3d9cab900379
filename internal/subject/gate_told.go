package subject

import (
	"fmt"
	"regexp"
)

var contentHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// secrecy is G9. A state secret is never listed; know-how is told in two tiers: an abstract for everybody, the rest in
// a room with a promise and a log.
func (c *check) secrecy(s *Subject, at string) {
	facts := Facts{Subject: s.ID}
	switch s.Secrecy {
	case NoSecret:
	case StateSecret:
		c.add(IsStateSecret, at+".secrecy", facts)
	default:
		c.add(SecrecyUnchecked, at+".secrecy", facts)
	}
	if s.Kind == KnowHow {
		if !c.d.Disclosure.DataRoom {
			c.add(RoomMissing, "disclosure.data_room", facts)
		}
		if !contentHash.MatchString(s.ContentHash) {
			c.add(HashMissing, at+".content_hash", facts)
		}
	}
	if s.Kind.Pending() && s.Status.Status == Pending && !c.d.Disclosure.DataRoom {
		c.add(Unpublished, "disclosure.data_room", facts)
	}
}

// fundingAndExport is G10.
func (c *check) fundingAndExport(s *Subject, at string) {
	for i, f := range s.Funding {
		at := fmt.Sprintf("%s.funding[%d]", at, i)
		facts := Facts{Subject: s.ID, Text: f.Programme}
		c.add(PubliclyFunded, at, facts)
		if blank(f.Obligations) {
			c.add(ObligationsMissing, at+".obligations", facts)
		}
	}
	facts := Facts{Subject: s.ID}
	switch s.Export {
	case ExportFree:
	case ExportRestricted:
		c.add(ExportLimited, at+".export", facts)
		if c.d.CrossBorder && blank(s.ExportLicence) {
			c.add(ExportLicenceMissing, at+".export_licence", facts)
		}
	case ExportProhibited:
		c.add(ExportLimited, at+".export", facts)
		if c.d.CrossBorder {
			c.add(ExportForbidden, at+".export", facts)
		}
	default:
		c.add(ExportUnknown, at+".export", facts)
	}
}

// disclosure is G11, and the declarations on which other gates rest.
func (c *check) disclosure() {
	d := c.d.Disclosure
	for _, told := range []struct {
		ok     bool
		reason Reason
		field  string
	}{
		{d.AllLicences, LicencesUndeclared, "all_licences"},
		{d.AllDisputes, DisputesUndeclared, "all_disputes"},
		{!blank(d.Abstract), AbstractMissing, "abstract"},
		{d.AllFunding, FundingUndeclared, "all_funding"},
		{!blank(d.Ownership), OwnershipUntold, "ownership"},
		{!blank(d.Defects), DefectsUntold, "defects"},
		{d.Maturity.Known(), MaturityMissing, "maturity"},
		{!blank(d.InventorsConsent), InventorsUnasked, "inventors_consent"},
	} {
		if !told.ok {
			c.add(told.reason, "disclosure."+told.field, Facts{})
		}
	}
	if d.Maturity.Early() {
		c.add(EarlyStage, "disclosure.maturity", Facts{Number: int(d.Maturity)})
	}
}
