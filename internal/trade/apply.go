package trade

// Apply adds an entry to the state. It cannot fail: what Decide made, Apply takes.
func (s *State) Apply(e Entry) {
	s.Seq = e.Seq
	s.LastAt = max(s.LastAt, e.At)
	switch ev := e.Event.(type) {
	case Drafted:
		s.Way, s.Offer, s.Parent, s.Regime, s.Phase = ev.Way, ev.Offer, ev.Parent, ev.Regime, InDraft
	case OfferRevised:
		s.Offer, s.Phase = ev.Offer, InDraft
		if !ev.DecisionStands {
			s.Decision = nil
		} else if s.Way == ByAgreement {
			s.Phase = Decided
		}
	case DecisionRecorded:
		s.Decision = &ev.File
		if s.Way == ByAgreement {
			s.Phase = Decided
		}
	case Withdrawn:
		s.Note = ev.Note
		s.finish(Withdrew)
	case DeadlineMissed:
		s.drop(ev.Clock.Kind, ev.Clock.Of)
		s.Missed = append(s.Missed, ev.Clock)
	case ObjectionLodged, ObjectionRejected, ObjectionUpheld, NoticeOpened, OfferRaised, NoticeVoided, NoticeCompleted:
		s.applyNotice(e)
	case ContractSigned, PaymentReceived, Settled, PaymentReminded, Defaulted, ContractRegistered:
		s.applyContract(e)
	case RegistrationReceived, DocumentsAccepted, DocumentsRejected, DepositReceived, DepositReturned, RegistrationWithdrawn:
		s.applyRegistration(e)
	default:
		s.applyListing(e)
	}
}

// finish ends the project: nothing is due any more.
func (s *State) finish(p Phase) {
	s.Phase, s.During = p, NoPhase
	s.Clocks, s.Missed = nil, nil
}

func (s *State) applyNotice(e Entry) {
	switch ev := e.Event.(type) {
	case NoticeOpened:
		s.Offer, s.Content, s.Rules, s.Round = ev.Offer, ev.Content, ev.By, ev.Round
		s.Phase, s.Notice, s.PublishedAt, s.NoticeDays = NoticeOpen, NoticeRuns, e.At, ev.Ends.Period.N
		s.set(ev.Ends)
	case OfferRaised:
		s.Offer.PriceFen = ev.PriceFen
	case ObjectionLodged:
		s.Objections = append(s.Objections, Objection{
			ID: ev.Objection, By: ev.By, Text: ev.Text, Round: s.Round, Status: ObjectionPending, Papers: ev.Papers,
		})
		s.set(ev.Decide)
		if ev.Stopped != nil {
			s.set(*ev.Stopped)
		}
		s.Notice = NoticeStands
		if s.Way == ByAgreement {
			s.Phase = ObjectionReview
		}
	case ObjectionRejected:
		s.resolve(ev.Objection, ObjectionDenied, ev.Reasons, ev.Papers)
		if ev.Resumed == nil {
			return
		}
		s.set(*ev.Resumed)
		s.Notice = NoticeRuns
		if s.Way == ByAgreement {
			s.Phase = NoticeOpen
		}
	case ObjectionUpheld:
		s.resolve(ev.Objection, ObjectionGranted, ev.Reasons, ev.Papers)
	case NoticeVoided:
		for i := range s.Objections {
			if s.Objections[i].Status == ObjectionPending {
				s.Objections[i].Status = ObjectionOverrun
			}
		}
		s.dropAll(NoticeEnd, ObjectionDecision)
		s.Phase, s.Notice, s.Decision, s.Offer = Void, NoNotice, nil, ev.Offer
	case NoticeCompleted:
		s.drop(NoticeEnd, "")
		s.Phase, s.Notice = NoticeDone, NoticeElapsed
	}
}

func (s *State) resolve(id ObjectionID, status ObjectionStatus, reasons string, answer []Paper) {
	if i := s.pending(id); i >= 0 {
		s.Objections[i].Status, s.Objections[i].Reasons, s.Objections[i].Answer = status, reasons, answer
	}
	s.drop(ObjectionDecision, string(id))
}

func (s *State) applyContract(e Entry) {
	switch ev := e.Event.(type) {
	case ContractSigned:
		s.Phase = Contracted
		s.Contract = &Contract{Buyer: ev.Buyer, PriceFen: ev.PriceFen, Document: ev.Document}
		s.drop(SigningDue, "")
		s.set(ev.Pay)
	case PaymentReceived:
		if s.Contract != nil {
			c := *s.Contract
			c.PaidFen = ev.PaidFen
			s.Contract = &c
		}
	case Settled:
		s.Phase = Paid
		s.drop(PaymentDue, "")
	case PaymentReminded:
		s.Reminded = true
		s.drop(PaymentDue, "")
		s.set(ev.Pay)
	case Defaulted:
		s.Note = ev.Note
		s.Barred = append(s.Barred, ev.By)
		s.finish(InDefault)
		if ev.Reauction != nil {
			s.set(*ev.Reauction)
		}
	case ContractRegistered:
		s.finish(Closed)
	}
}

func (s *State) applyRegistration(e Entry) {
	at := func(id RegistrationID, change func(*Registration)) {
		s.drop(DocumentReview, string(id))
		if i := s.registration(id); i >= 0 {
			change(&s.Registrations[i])
		}
	}
	switch ev := e.Event.(type) {
	case RegistrationReceived:
		s.Registrations = append(s.Registrations, Registration{
			ID: ev.Registration, Party: ev.Party, Controller: ev.Controller, Status: Applied,
		})
		s.set(ev.Review)
	case DocumentsAccepted:
		at(ev.Registration, func(r *Registration) { r.Status, r.DepositBy = Accepted, ev.DepositBy })
	case DocumentsRejected:
		at(ev.Registration, func(r *Registration) { r.Status = Rejected })
	case DepositReceived:
		at(ev.Registration, func(r *Registration) {
			r.HeldFen = ev.HeldFen
			if ev.Qualified {
				r.Status = Qualified
			}
		})
	case RegistrationWithdrawn:
		at(ev.Registration, func(r *Registration) { r.Status = TakenBack })
	}
}

// closeRegistration leaves only those qualified who are.
func (s *State) closeRegistration() {
	for i := range s.Registrations {
		if r := &s.Registrations[i]; r.Status == Applied || r.Status == Accepted {
			r.Status = Unqualified
		}
	}
	s.dropAll(DocumentReview, ListingEnd, QualificationEnd, RegistrationEnd)
}

// reopenDeposits asks those for the rest whose deposit no longer covers what a changed listing demands. R2.8
func (s *State) reopenDeposits() {
	for i := range s.Registrations {
		r := &s.Registrations[i]
		if !r.live() || r.Status == Applied {
			continue
		}
		r.Status, r.DepositBy = Accepted, ListingEnd
		if r.HeldFen >= s.Terms.Entrance.DepositFen {
			r.Status = Qualified
		}
	}
}

func (s *State) award(a Award) {
	s.Award = &a
	s.drop(ConfirmationEnd, "")
}

// nextRound forgets who bid and who won; the defaulter stays barred. R2.17
func (s *State) nextRound() {
	s.Registrations = nil
	s.Award, s.Contract, s.Reminded = nil, nil, false
}
