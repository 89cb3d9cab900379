package trade

// applyListing takes the events of a listing, and hands on those of an auction.
func (s *State) applyListing(e Entry) {
	switch ev := e.Event.(type) {
	case ReviewRequested:
		s.Phase = InReview
	case DraftReturned:
		s.Phase, s.Note = InDraft, ev.Reasons
	case ListingPublished:
		s.Offer, s.Terms, s.Rules = ev.Offer, ev.Terms, ev.By
		s.Phase, s.PublishedAt, s.Round, s.Note = Listed, e.At, 1, ""
		s.set(ev.Ends)
	case ListingChanged:
		s.Offer, s.Terms, s.Cycle = ev.Offer, ev.Terms, 0
		s.Round++
		if ev.Decision != nil {
			s.Decision = ev.Decision
		}
		s.set(ev.Ends)
		s.reopenDeposits()
	case ApplicationsClosed:
		s.Phase = Qualifying
		s.drop(ListingEnd, "")
		s.set(ev.Qualify)
	case ListingClosed:
		s.closeRegistration()
		s.Phase = ClosedN
		switch len(ev.Qualified) {
		case 0:
			s.Phase = Closed0
		case 1:
			s.Phase = Closed1
		}
		if ev.Confirm != nil {
			s.set(*ev.Confirm)
		}
	case ListingExtended:
		s.Phase, s.Cycle = Listed, ev.Cycle
		s.set(ev.Ends)
	case ListingEnded:
		s.finish(Ended)
	case BiddingOpened:
		s.Phase = Bidding
	case Awarded:
		s.award(Award{Registration: ev.Registration, Buyer: ev.Buyer, PriceFen: ev.PriceFen})
		s.Phase, s.Notice = InAward, NoticeRuns
		s.set(ev.Notice)
	case ResultNoticeCompleted:
		s.Notice = NoticeElapsed
		s.drop(ResultNoticeEnd, "")
		s.set(ev.Sign)
	case Suspended:
		s.During, s.Phase, s.Cause, s.Note = s.Phase, Halted, ev.Cause, ev.Note
		for _, c := range ev.Clocks {
			s.set(c)
		}
	case Resumed:
		s.Phase, s.During, s.Cause, s.Note = s.During, NoPhase, "", ""
		for _, c := range ev.Clocks {
			s.set(c)
		}
	case Terminated:
		s.Cause, s.Note = ev.Cause, ev.Note
		s.finish(Terminal)
	case Relisted:
		s.finish(Relisting)
	default:
		s.applyAuction(e)
	}
}

func (s *State) applyAuction(e Entry) {
	switch ev := e.Event.(type) {
	case CommissionSigned:
		s.Commission, s.Procedure, s.Licence, s.Phase = &ev.Commission, ev.Procedure, ev.Licence, Commissioned
	case SaleAnnounced:
		s.Offer, s.Announcement, s.Rules, s.Round = ev.Offer, ev.Announcement, ev.By, ev.Round
		s.Phase, s.PublishedAt = Announced, e.At
		s.drop(ReauctionEnd, "")
		s.set(ev.Register)
	case RegistrationClosed:
		s.closeRegistration()
	case PreviewHeld:
		s.Phase = Ready
	case SaleOpened:
		s.Phase = Open
	case SoleBidder:
		s.Phase = Closed1
		s.set(ev.Confirm)
	case SalePaused:
		s.Phase, s.Cause, s.Note = PausedSale, ev.Cause, ev.Note
	case SaleResumed:
		s.Phase, s.Cause, s.Note = Open, "", ""
	case Sold:
		s.award(Award{Registration: ev.Registration, Buyer: ev.Buyer, PriceFen: ev.PriceFen})
		s.Phase = SoldSale
		s.set(ev.Sign)
	case SalePassed:
		s.drop(ConfirmationEnd, "")
		s.Phase = PassedSale
		s.set(ev.Reauction)
	case ConfirmationSigned:
		s.Phase = Confirmed
	case ReauctionDecided:
		s.nextRound()
		s.Offer.PriceFen, s.Phase, s.Note = ev.PriceFen, Reauctioned, ""
		s.Decision = &ev.Decision
	case SaleEnded:
		s.finish(Ended)
	case Annulled:
		s.Cause, s.Note = ev.Cause, ev.Note
		s.finish(AnnulledSale)
	}
}
