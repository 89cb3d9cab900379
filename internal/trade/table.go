package trade

import (
	"maps"
	"slices"
)

// row says in which phases of which way a command is heard.
type row struct {
	way    Way
	phases []Phase
}

func in(w Way, phases ...Phase) row { return row{w, phases} }

func inAll(phases ...Phase) []row {
	return []row{in(ByAgreement, phases...), in(ByListing, phases...), in(ByAuction, phases...)}
}

// permitted is the table of commands. A way that is not in a row has no such command.
var permitted = map[string][]row{
	"Draft":            inAll(NoPhase),
	"Revise":           {in(ByAgreement, InDraft, Decided, Void), in(ByListing, InDraft), in(ByAuction, InDraft)},
	"RecordDecision":   {in(ByAgreement, InDraft, Decided, Void), in(ByListing, InDraft), in(ByAuction, InDraft, Commissioned)},
	"LodgeObjection":   {in(ByAgreement, NoticeOpen, ObjectionReview), in(ByListing, InAward)},
	"RejectObjection":  {in(ByAgreement, ObjectionReview), in(ByListing, InAward)},
	"UpholdObjection":  {in(ByAgreement, ObjectionReview), in(ByListing, InAward)},
	"SignContract":     {in(ByAgreement, Decided, NoticeDone), in(ByListing, InAward), in(ByAuction, Confirmed)},
	"RecordPayment":    inAll(Contracted),
	"RemindPayment":    inAll(Contracted),
	"DeclareDefault":   {in(ByListing, InAward, Contracted), in(ByAuction, SoldSale, Confirmed, Contracted)},
	"RegisterContract": inAll(Paid),
	"Withdraw": {
		in(ByAgreement, InDraft, Decided, NoticeOpen, ObjectionReview, NoticeDone, Void), in(ByListing, InDraft, InReview),
		in(ByAuction, InDraft, Commissioned, Announced, Ready, PassedSale, Reauctioned),
	},

	"OpenNotice":  {in(ByAgreement, Decided)},
	"ChangeOffer": {in(ByAgreement, NoticeOpen, ObjectionReview, NoticeDone)},

	"SubmitForReview": {in(ByListing, InDraft)},
	"ReturnDraft":     {in(ByListing, InReview)},
	"PublishListing":  {in(ByListing, InReview)},
	"ChangeListing":   {in(ByListing, Listed)},
	"Suspend":         {in(ByListing, Listed, Qualifying, Closed1, Bidding, InAward)},
	"Resume":          {in(ByListing, Halted)},
	"Terminate":       {in(ByListing, Listed, Qualifying, Closed1, Bidding, InAward, Halted)},
	"Relist":          {in(ByListing, Ended, InDefault)},

	"Register":             {in(ByListing, Listed), in(ByAuction, Announced, Ready)},
	"AcceptDocuments":      {in(ByListing, Listed, Qualifying), in(ByAuction, Announced, Ready)},
	"RejectDocuments":      {in(ByListing, Listed, Qualifying), in(ByAuction, Announced, Ready)},
	"WithdrawRegistration": {in(ByListing, Listed, Qualifying), in(ByAuction, Announced, Ready)},
	"ReceiveDeposit": { // money that arrives is never unheard
		in(ByListing, Listed, Qualifying, Closed1, Bidding, InAward, Ended, Relisting, Halted, Terminal, Contracted, Paid, Closed, InDefault),
		in(ByAuction, Announced, Ready, Closed1, Open, PausedSale, SoldSale, PassedSale, Confirmed, Contracted, Paid, Closed, InDefault, Ended,
			Withdrew, AnnulledSale),
	},
	"ConfirmPrice": {in(ByListing, Closed1), in(ByAuction, Closed1)},
	"RecordResult": {in(ByListing, Bidding), in(ByAuction, Open)},

	"SignCommission":   {in(ByAuction, InDraft)},
	"Announce":         {in(ByAuction, Commissioned, Reauctioned)},
	"ConfirmPreview":   {in(ByAuction, Announced)},
	"OpenSale":         {in(ByAuction, Ready)},
	"PauseSale":        {in(ByAuction, Open)},
	"ResumeSale":       {in(ByAuction, PausedSale)},
	"SignConfirmation": {in(ByAuction, SoldSale)},
	"Reauction":        {in(ByAuction, PassedSale, InDefault)},
	"Annul":            {in(ByAuction, Open, PausedSale, SoldSale, Confirmed, Contracted)},
}

// Hears returns the commands of this way that the phase allows, sorted; what else they need is for Decide to say.
func (s *State) Hears() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(permitted)) {
		if slices.ContainsFunc(permitted[name], func(r row) bool { return r.way == s.Way && slices.Contains(r.phases, s.Phase) }) {
			names = append(names, name)
		}
	}
	return names
}

// Name is what a command is called in the table of the states.
func Name(c Command) string { return c.command() }

// guard judges a command by way, clocks and phase, and by whatever else is wrong with it.
func (j judge) guard(c Command, valid bool, more ...check) *Refusal {
	checks := append(more, unless(valid, InvalidCommand))
	rows, s := permitted[c.command()], j.s
	i := slices.IndexFunc(rows, func(r row) bool { return r.way == s.Way || s.Way == "" })
	switch {
	case i < 0:
		checks = append(checks, unless(false, WrongWay))
	case slices.Contains(rows[i].phases, s.Phase):
	case s.Phase.Over():
		checks = append(checks, unless(false, ProjectIsOver))
	case s.Phase == Halted:
		checks = append(checks, unless(false, ProjectIsSuspended))
	default:
		checks = append(checks, unless(false, WrongPhase))
	}
	if next := s.Next(); len(next) > 0 && next[0].Due <= j.at {
		checks = append(checks, check{true, Refusal{Reason: DeadlineDue, Clock: &next[0]}})
	}
	return first(checks...)
}
