package subject

import (
	"fmt"
	"slices"
)

const wholeBP = 10000

// owners is G2. Their agreement governs; without one each may license non-exclusively alone and shares the fee, and
// everything else needs them all.
func (c *check) owners(s *Subject, at string) {
	if len(s.Owners) == 0 {
		c.add(OwnerMissing, at+".owners", Facts{Subject: s.ID})
		return
	}
	others, shares, given := 0, int64(0), 0
	for _, o := range s.Owners {
		if !o.Seller {
			others++
		}
		if o.ShareBP != 0 {
			given++
		}
		shares += o.ShareBP
	}
	if others == len(s.Owners) {
		c.add(SellerNotOwner, at+".owners", Facts{Subject: s.ID})
	}
	if given > 0 && (shares != wholeBP || given < len(s.Owners)) {
		c.add(SharesWrong, at+".owners", Facts{Subject: s.ID, Number: int(shares)})
	}
	if others == 0 {
		return
	}
	if s.Agreement != nil && blank(s.Agreement.Document) {
		c.addOn(s.Kind.ownersBasis(), AgreementUnproved, at+".agreement.document", Facts{Subject: s.ID})
	}
	c.offers(func(o *Offer, _ string) {
		if s.mayAlone(o.Mode) {
			if s.Agreement == nil {
				c.addOn(s.Kind.ownersBasis(), FeeShared, at+".owners", Facts{Subject: s.ID, Mode: o.Mode, Number: others})
			}
			return
		}
		for i, owner := range s.Owners {
			if !owner.Seller && !anyCovers(owner.Consents, o.Mode) {
				c.addOn(s.Kind.ownersBasis(), CoOwnerConsent, fmt.Sprintf("%s.owners[%d].consents", at, i), Facts{Subject: s.ID, Mode: o.Mode, Party: owner.Party})
			}
		}
	})
}

// mayAlone reports whether a co-owner may use a mode without the others.
func (s *Subject) mayAlone(m Mode) bool {
	if s.Agreement != nil {
		return slices.Contains(s.Agreement.Alone, m)
	}
	return m == NonExclusive
}

// pledges is G3.
func (c *check) pledges(s *Subject, at string) {
	for i, p := range s.Pledges {
		if p.Until.Valid() && p.Until <= c.today {
			continue
		}
		at := fmt.Sprintf("%s.pledges[%d]", at, i)
		c.add(Pledged, at, Facts{Subject: s.ID, Party: p.Pledgee})
		if p.Proceeds != PrepayDebt && p.Proceeds != IntoEscrow {
			c.add(ProceedsUnset, at+".proceeds", Facts{Subject: s.ID, Party: p.Pledgee})
		}
		c.offers(func(o *Offer, _ string) {
			if anyCovers(p.Consents, o.Mode) {
				return
			}
			c.add(PledgeeConsent, at+".consents", Facts{Subject: s.ID, Mode: o.Mode, Party: p.Pledgee})
			if o.Mode == Open {
				c.add(OpenWhilePledged, at+".consents", Facts{Subject: s.ID, Mode: o.Mode, Party: p.Pledgee})
			}
		})
	}
}

// licences is G4 and G5.
func (c *check) licences(s *Subject, at string) {
	for i, l := range s.Licences {
		if !l.runs(c.today) {
			continue
		}
		at := fmt.Sprintf("%s.licences[%d]", at, i)
		mode := l.Mode.orDefault()
		facts := func(o *Offer) Facts { return Facts{Subject: s.ID, Mode: o.Mode, Party: l.Licensee, Text: string(mode)} }
		if !l.Disclosed {
			c.add(LicenceHidden, at+".disclosed", Facts{Subject: s.ID, Party: l.Licensee, Text: string(mode)})
		}
		c.offers(func(o *Offer, offer string) {
			overlap := o.Mode.Licence() && o.Scope.Overlaps(l.Scope, c.today)
			switch {
			case !o.Mode.Licence():
				c.add(LicenceSurvives, at, facts(o))
			case mode == Open && o.Mode.Alone(): // art 51 asks for no overlap
				c.add(ExclusiveWhileOpen, offer+".mode", facts(o))
			case mode.Alone() && o.Mode == Open:
				c.add(OpenWhileExclusive, offer+".mode", facts(o))
			}
			switch {
			case overlap && mode.Alone():
				c.add(TakenByLicence, offer+".scope", facts(o))
			case overlap && o.Mode.Alone() && mode != Open:
				c.add(NotAlone, offer+".scope", facts(o))
			}
		})
	}
}

// disputes is G8.
func (c *check) disputes(s *Subject, at string) {
	for i, d := range s.Disputes {
		if d.Until.Valid() && d.Until <= c.today {
			continue
		}
		at := fmt.Sprintf("%s.disputes[%d]", at, i)
		facts := Facts{Subject: s.ID, Party: d.Case, Text: string(d.Kind)}
		if d.Kind == Seizure {
			c.add(Seized, at, facts)
		}
		if blank(d.Disclosed) {
			c.add(DisputeHidden, at+".disclosed", facts)
		}
		c.add(DisputePending, at, facts)
	}
	switch s.Status.Status {
	case Preserved:
		c.add(PreservedByCourt, at+".status", Facts{Subject: s.ID})
	case Suspended:
		c.offers(func(o *Offer, _ string) {
			if !o.Mode.Licence() {
				c.add(TransferSuspended, at+".status", Facts{Subject: s.ID, Mode: o.Mode})
			}
		})
	}
}
