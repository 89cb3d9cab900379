package market

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/listingversion"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/internal/trade"
)

// SubmitListing hands a draft to the operator. A gate that blocks keeps it with the seller.
func (s *Service) SubmitListing(ctx context.Context, by identity.Viewer, id, version int) error {
	if err := mayList(by); err != nil {
		return err
	}
	return s.pass(ctx, by, id, version, listingversion.WhatSUBMITTED, writable, func(client *ent.Client, l *ent.Listing) error {
		if l.Edges.Seller.ID != by.OrganisationID() {
			return fault.New(fault.NotFound, "", "the listing is of another seller")
		}
		if err := identity.Mandated(ctx, client, by, identity.ToList, s.now(), s.now()); err != nil { // §1.1: drafts are anybody's, an offer is the organisation's
			return err
		}
		return s.fit(ctx, client, l)
	})
}

// fit refuses what may not be published today. R4.4, R2.2
func (s *Service) fit(ctx context.Context, client *ent.Client, l *ent.Listing) error {
	if err := identity.Good(ctx, client, l.Edges.Seller.ID, s.now()); err != nil { // §1.1
		return err
	}
	sheet := SheetOf(l)
	if err := fault.OfFields(Missing(&sheet, ofState(l))); err != nil {
		return err
	}
	found, err := s.gatesOf(ctx, client, l, &sheet.Dossier)
	if err != nil {
		return err
	}
	if subject.Blocked(found) {
		return fault.New(fault.Conflict, "GATES_BLOCK", "")
	}
	return othersPatents(ctx, client, l)
}

// ofState says whether a seller is a state-established university or institute: by its verified file, else by its kind. R2.1
func ofState(l *ent.Listing) bool {
	o := l.Edges.Seller
	return o != nil && (o.Kind == "UNIVERSITY" || o.Kind == "INSTITUTE") && (o.VerifiedAt == nil || o.StateEstablished || o.Soe)
}

// OfState says whether a listing's seller is a body of the state, whose decisions are filed (R2.2).
func OfState(l *ent.Listing) bool { return ofState(l) }

// pass moves a listing from one hand to the other and keeps what it said when it did.
func (s *Service) pass(ctx context.Context, by identity.Viewer, id, version int, what listingversion.What, from []listing.Status, allow func(*ent.Client, *ent.Listing) error) error {
	return s.db.InTx(ctx, func(client *ent.Client) error {
		if err := lockListing(ctx, client, id); err != nil {
			return err
		}
		l, err := oneListing(ctx, client, id)
		if err != nil {
			return err
		}
		if err := allow(client, l); err != nil {
			return err
		}
		if !slices.Contains(from, l.Status) {
			return fault.New(fault.Conflict, "LISTING_ELSEWHERE", "the listing is "+string(l.Status))
		}
		if l.Version != version {
			return stale()
		}
		u := client.Listing.UpdateOneID(id).SetStatus(listing.Status(what)).AddVersion(1)
		if what == listingversion.WhatPUBLISHED {
			u.SetPublishedAt(s.now())
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("pass listing %d on: %w", id, err)
		}
		number, err := s.keepVersion(ctx, client, by, l, what)
		if err != nil {
			return err
		}
		return s.record(ctx, client, by, "listing_"+strings.ToLower(string(what)), listingSubject(id), fmt.Sprintf("%s #%d", l.Number, number))
	})
}

func (s *Service) keepVersion(ctx context.Context, client *ent.Client, by identity.Viewer, l *ent.Listing, what listingversion.What) (int, error) {
	n, err := l.QueryVersions().Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count versions of listing %d: %w", l.ID, err)
	}
	err = client.ListingVersion.Create().SetListing(l).SetNumber(n + 1).SetWhat(what).SetSheet(SheetOf(l)).
		SetPersonID(by.PersonID()).SetAt(s.now()).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("keep version %d of listing %d: %w", n+1, l.ID, err)
	}
	return n + 1, nil
}

// Comment is what a reviewer says of a field; of the whole if Field is empty.
type Comment struct{ Field, Text string }

// ReturnListing gives a listing back to its seller, with what is to be mended.
func (s *Service) ReturnListing(ctx context.Context, by identity.Viewer, id, version int, comments []Comment) error {
	if err := reviews(by); err != nil {
		return err
	}
	comments = slices.DeleteFunc(slices.Clone(comments), func(c Comment) bool { return strings.TrimSpace(c.Text) == "" })
	var faults []fault.Field
	if len(comments) == 0 {
		faults = append(faults, fault.Field{Name: "comment", Problem: "REQUIRED"})
	}
	for _, c := range comments {
		switch {
		case !decent(c.Text) || !decent(c.Field):
			faults = append(faults, fault.Field{Name: "comment", Problem: "BAD_CHARACTERS"})
		case len(c.Text) > lineMost || len(c.Field) > 200:
			faults = append(faults, fault.Field{Name: "comment", Problem: "TOO_LONG"})
		}
	}
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	return s.pass(ctx, by, id, version, listingversion.WhatRETURNED, []listing.Status{listing.StatusSUBMITTED}, func(client *ent.Client, l *ent.Listing) error {
		n, err := l.QueryVersions().Count(ctx)
		if err != nil {
			return fmt.Errorf("count versions of listing %d: %w", id, err)
		}
		for _, c := range comments {
			err := client.ListingComment.Create().SetListing(l).SetPersonID(by.PersonID()).SetField(c.Field).SetText(strings.TrimSpace(c.Text)).
				SetNumber(n + 1).SetAt(s.now()).Exec(ctx)
			if err != nil {
				return fmt.Errorf("comment on listing %d: %w", id, err)
			}
		}
		return nil
	})
}

// PublishListing puts a reviewed listing on offer. The gates are asked again: days have passed since it was submitted.
func (s *Service) PublishListing(ctx context.Context, by identity.Viewer, id, version int) error {
	if err := reviews(by); err != nil {
		return err
	}
	return s.pass(ctx, by, id, version, listingversion.WhatPUBLISHED, []listing.Status{listing.StatusSUBMITTED}, func(client *ent.Client, l *ent.Listing) error {
		if err := s.fit(ctx, client, l); err != nil {
			return err
		}
		return s.keepPatents(ctx, client, l)
	})
}

// WithdrawListing takes a listing back, while no lot of it is under way or sold.
func (s *Service) WithdrawListing(ctx context.Context, by identity.Viewer, id, version int) error {
	if err := mayList(by); err != nil {
		return err
	}
	from := append([]listing.Status{listing.StatusSUBMITTED, listing.StatusPUBLISHED}, writable...)
	return s.pass(ctx, by, id, version, listingversion.WhatWITHDRAWN, from, func(client *ent.Client, l *ent.Listing) error {
		if l.Edges.Seller.ID != by.OrganisationID() {
			return fault.New(fault.NotFound, "", "the listing is of another seller")
		}
		if !slices.Contains(writable, l.Status) { // §1.1: the organisation has offered it, and takes it back
			if err := identity.Mandated(ctx, client, by, identity.ToList, s.now(), s.now()); err != nil {
				return err
			}
		}
		taken, err := l.QueryLots().Where(lot.Or(lot.PhaseNEQ(string(auction.Closed)), lot.Outcome(string(auction.Sold)))).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for lots of listing %d: %w", id, err)
		}
		if taken {
			return fault.New(fault.Conflict, "LISTING_IN_LOT", "")
		}
		if taken, err = client.Project.Query().Where(project.HasListingWith(listing.ID(id)), project.PhaseNotIn(trade.Names(trade.OverPhases)...)).Exist(ctx); err != nil {
			return fmt.Errorf("look for projects of listing %d: %w", id, err)
		}
		if taken {
			return fault.New(fault.Conflict, "LISTING_OFFERED", "")
		}
		return nil
	})
}

// ReopenListing makes a draft again of what was withdrawn.
func (s *Service) ReopenListing(ctx context.Context, by identity.Viewer, id int) error {
	if err := mayList(by); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(client *ent.Client) error {
		if _, err := ownListing(ctx, client, by, id); err != nil {
			return err
		}
		n, err := client.Listing.Update().Where(listing.ID(id), listing.StatusEQ(listing.StatusWITHDRAWN)).
			SetStatus(listing.StatusDRAFT).ClearPublishedAt().AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("reopen listing %d: %w", id, err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "LISTING_ELSEWHERE", "")
		}
		return s.record(ctx, client, by, "listing_reopen", listingSubject(id), "")
	})
}

func reviews(by identity.Viewer) error {
	switch {
	case !by.SignedIn():
		return fault.New(fault.SignIn, "", "")
	case !by.Operates():
		return fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	return nil
}

// Submitted are the listings that wait for a reviewer, the oldest first.
func (s *Service) Submitted(ctx context.Context, by identity.Viewer) ([]*ent.Listing, error) {
	if err := reviews(by); err != nil {
		return nil, err
	}
	all, err := s.db.Ent().Listing.Query().Where(listing.StatusEQ(listing.StatusSUBMITTED)).WithSeller().Order(ent.Asc(listing.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list submitted listings: %w", err)
	}
	return all, nil
}

// Reviewed is a listing as a reviewer sees it: in any state but those in which its seller is still writing.
func (s *Service) Reviewed(ctx context.Context, by identity.Viewer, id int) (*ent.Listing, error) {
	if err := reviews(by); err != nil {
		return nil, err
	}
	l, err := oneListing(ctx, s.db.Ent(), id)
	if err != nil {
		return nil, err
	}
	if slices.Contains(writable, l.Status) {
		return nil, fault.New(fault.NotFound, "", "the seller is writing it")
	}
	return l, nil
}

// Versions are what a listing said when it passed on, the newest first. The seller and the reviewers may read them.
func (s *Service) Versions(ctx context.Context, by identity.Viewer, l *ent.Listing) ([]*ent.ListingVersion, error) {
	if !by.Operates() && (l.Edges.Seller == nil || !by.Sells() || l.Edges.Seller.ID != by.OrganisationID()) {
		return nil, fault.New(fault.NotFound, "", "the listing is of another seller")
	}
	all, err := l.QueryVersions().WithPerson().Order(ent.Desc(listingversion.FieldNumber)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list versions of listing %d: %w", l.ID, err)
	}
	return all, nil
}
