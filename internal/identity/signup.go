package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/organisationpaper"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/personsession"
	"github.com/g60-corridor/corridor/ent/ticket"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/standing"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/web/locale"
)

const (
	forSignUp      purpose = "sign_up"
	signUpLife             = 24 * time.Hour
	signUpLetters          = 3 // to one address within an hour
	SignUpPath             = "/sign-up"
	ownersInSignUp         = 10
)

// SignUpKinds are the kinds of organisations that enter themselves. Operators and the joint office do not.
var SignUpKinds = []organisation.Kind{
	organisation.KindCOMPANY, organisation.KindUNIVERSITY, organisation.KindINSTITUTE, organisation.KindBROKERAGE, organisation.KindAUCTION_HOUSE,
}

// BeginSignUp writes a letter with a ticket to an address; to one whose person acts for somebody already, a letter that says so.
// Whoever asks learns nothing of which it was. It fails with *TooSoon after too many letters that a peer has asked for.
func (s *Service) BeginSignUp(ctx context.Context, email, peer string, lang locale.Lang) error {
	address, err := NormalEmail(email)
	if err != nil {
		return err
	}
	if wait := s.asking.begin(peer, s.now()); wait > 0 {
		return &TooSoon{wait}
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		known, err := client.Person.Query().Where(person.Email(address), person.Or(person.Demo(true), person.HasMemberships())).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for a person: %w", err)
		}
		sent, err := client.Ticket.Query().Where(ticket.Email(address), ticket.Purpose(string(forSignUp)),
			ticket.CreatedAtGT(s.now().Add(-time.Hour))).Count(ctx)
		if err != nil {
			return fmt.Errorf("count letters: %w", err)
		}
		if sent >= signUpLetters {
			return nil // nobody's mailbox is filled from here
		}
		secret, err := s.issue(ctx, client, forSignUp, address, 0, signUpLife) // for whoever is known too: the same work, and counted
		if err != nil {
			return err
		}
		m := inbox.Mail{To: address, Lang: lang, Name: "sign_up", Path: SignUpPath + "/" + secret, Key: "sign-up:" + digest(secret)}
		if known {
			m.Name, m.Path = "sign_up_known", "/sign-in"
		}
		return s.herald.Write(ctx, tx, m)
	})
}

// SigningUp returns the address that a ticket proves. It fails with fault.NotFound and TICKET_VOID.
func (s *Service) SigningUp(ctx context.Context, secret string) (email string, err error) {
	t, err := s.look(ctx, s.db.Ent(), forSignUp, secret)
	if err != nil {
		return "", voidLink(err)
	}
	return t.Email, nil
}

func voidLink(err error) error {
	if fault.Of(err) == fault.NotFound {
		return fault.New(fault.NotFound, "SIGN_UP_LINK_VOID", "")
	}
	return err
}

// Owner is somebody who holds a quarter or more of an organisation. §1.1
type Owner struct {
	Name    string
	Code    string // credit code; empty: a person
	ShareBP int64
}

// OwnerLeastBP is from which share on owners are named.
const OwnerLeastBP = 2500

// SignUp is what somebody says of himself and of the organisation that he enters.
type SignUp struct {
	NameZH, NameEN, Password string
	Kind                     organisation.Kind
	USCC                     string
	Profile                  Profile
	Owners                   []Owner
	Override                 bool // the code's check characters are wrong, and a document shows that it is genuine
	ProofName                string
	Proof                    io.Reader // nil: none
}

// SignUp enters a person and his organisation, whose first administrator he is. A code whose check characters are wrong is
// refused with the reason; with a document it waits for the operator's word. §7.1
func (s *Service) SignUp(ctx context.Context, secret string, n SignUp) (p Proof, err error) {
	t, err := s.look(ctx, s.db.Ent(), forSignUp, secret)
	if err != nil {
		return Proof{}, voidLink(err)
	}
	code, fails, faults := s.checkSignUp(&n)
	if err := s.codeFree(ctx, s.db.Ent(), code, &faults); err != nil {
		return Proof{}, err
	}
	if err := fault.OfFields(faults); err != nil {
		return Proof{}, err
	}
	proof, err := s.takeProof(ctx, fails, n)
	if err != nil {
		return Proof{}, err
	}
	hash, err := s.hash(ctx, n.Password)
	if err != nil {
		return Proof{}, err
	}
	var made *ent.Person
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		if _, err := s.redeem(ctx, client, forSignUp, secret); err != nil {
			return voidLink(err)
		}
		o, err := client.Organisation.Create().SetNameZh(n.Profile.NameZH).SetNameEn(n.Profile.NameEN).SetKind(n.Kind).SetUscc(code).
			SetCity(n.Profile.City).SetCodeFails(fails).SetCreatedAt(s.now()).Save(ctx)
		if ent.IsConstraintError(err) {
			return fault.OfFields([]fault.Field{{Name: "uscc", Problem: "ORGANISATION_HERE"}})
		}
		if err != nil {
			return fmt.Errorf("enter an organisation: %w", err)
		}
		if made, err = s.firstPerson(ctx, tx, o, t.Email, hash, n); err != nil {
			return err
		}
		by := Viewer{Person: made, Organisation: o, Membership: membership.RoleADMINISTRATOR}
		if err := s.keepProfile(ctx, client, o, n.Profile); err != nil {
			return err
		}
		for _, owner := range n.Owners {
			tie := Tie{Relation: "OWNS", OtherName: owner.Name, OtherCode: owner.Code, ShareBP: owner.ShareBP}
			if _, err := s.keepTie(ctx, client, by, o.ID, tie, 0); err != nil {
				return err
			}
		}
		if proof.Key != "" {
			if _, err := s.keepPaper(ctx, client, by, o.ID, standing.CodeProof, n.ProofName, proof); err != nil {
				return err
			}
		}
		return s.record(ctx, client, by, "organisation_sign_up", o.ID, code)
	})
	if err != nil {
		s.forgetFile(ctx, proof)
		return Proof{}, err
	}
	if made, err = s.db.Ent().Person.Get(ctx, made.ID); err != nil { // the one from before lives in the transaction
		return Proof{}, fmt.Errorf("read the new person: %w", err)
	}
	return s.prove(ctx, made)
}

// firstPerson is who enters an organisation: somebody new, or somebody who acts for nobody any more. That the address is his, the
// letter has proved; as with a recovery, his password is the new one, his sessions end, and he is told.
func (s *Service) firstPerson(ctx context.Context, tx *store.Tx, o *ent.Organisation, email, hash string, n SignUp) (*ent.Person, error) {
	client := tx.Ent()
	p, err := client.Person.Query().Where(person.Email(email)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		p, err = client.Person.Create().SetEmail(email).SetNameZh(n.NameZH).SetNameEn(n.NameEN).SetCreatedAt(s.now()).Save(ctx)
		if ent.IsConstraintError(err) {
			return nil, fault.New(fault.Conflict, "EMAIL_TAKEN", "somebody has entered with this address")
		}
		if err != nil {
			return nil, fmt.Errorf("enter a person: %w", err)
		}
	case err != nil:
		return nil, fmt.Errorf("look for a person: %w", err)
	default:
		if err := s.returns(ctx, tx, p, n); err != nil {
			return nil, err
		}
	}
	if err := s.keepHash(ctx, client, p.ID, hash); err != nil {
		return nil, err
	}
	err = client.Membership.Create().SetPersonID(p.ID).SetOrganisationID(o.ID).SetRole(membership.RoleADMINISTRATOR).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("make person %d an administrator: %w", p.ID, err)
	}
	return p, nil
}

// returns makes ready for a new entry somebody who is known and acts for nobody.
func (s *Service) returns(ctx context.Context, tx *store.Tx, p *ent.Person, n SignUp) error {
	client := tx.Ent()
	acts, err := client.Membership.Query().Where(membership.HasPersonWith(person.ID(p.ID))).Exist(ctx)
	if err != nil {
		return fmt.Errorf("look for whom person %d acts: %w", p.ID, err)
	}
	if acts || p.Demo {
		return fault.New(fault.Conflict, "EMAIL_TAKEN", "somebody has entered with this address")
	}
	if err := client.Person.UpdateOne(p).SetNameZh(n.NameZH).SetNameEn(n.NameEN).Exec(ctx); err != nil {
		return fmt.Errorf("enter person %d again: %w", p.ID, err)
	}
	if _, err := endSessions(ctx, client, personsession.PersonID(p.ID)); err != nil {
		return err
	}
	return s.warn(ctx, tx, p, "password_changed", nil)
}

// checkSignUp names what is wrong with a sign-up. code is in its normal form if it can be read at all; fails says that its
// check characters are wrong.
func (s *Service) checkSignUp(n *SignUp) (code string, fails bool, faults []fault.Field) {
	n.NameZH, n.NameEN = strings.TrimSpace(n.NameZH), strings.TrimSpace(n.NameEN)
	checkLine(&faults, "name", n.NameZH, 100, true)
	checkLine(&faults, "name_latin", n.NameEN, 100, false)
	if err := CheckPassword(n.Password); err != nil {
		faults = append(faults, fault.In(err).Fields...)
	}
	allowed := false
	for _, k := range SignUpKinds {
		allowed = allowed || k == n.Kind
	}
	if !allowed {
		faults = append(faults, fault.Field{Name: "kind", Problem: "UNKNOWN_VALUE"})
	}
	faults = append(faults, n.Profile.check()...)
	code, problem := ReadCode(n.USCC)
	fails = problem == "USCC_CHECK" || problem == "USCC_CHECK_WITHIN"
	switch {
	case fails && n.Override && n.Proof == nil:
		faults = append(faults, fault.Field{Name: "proof", Problem: "REQUIRED"})
	case problem != "" && !(fails && n.Override):
		faults = append(faults, fault.Field{Name: "uscc", Problem: problem})
	}
	n.Owners = checkOwners(n.Owners, &faults)
	return code, fails, faults
}

// ReadCode reads a credit code; problem says what is wrong with it. One whose check characters alone are wrong is returned.
func ReadCode(text string) (code string, problem fault.Problem) {
	parsed, err := ident.ParseUSCC(text)
	if err == nil {
		return string(parsed), ""
	}
	var e *ident.Error
	if !errors.As(err, &e) {
		return "", "NOT_A_USCC"
	}
	bare := strings.ToUpper(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' || r == '\t' }), ""))
	switch e.Fault {
	case ident.Missing:
		return "", "REQUIRED"
	case ident.WrongLength:
		return "", "USCC_LENGTH"
	case ident.BadCharacter:
		return "", "USCC_CHARACTER"
	case ident.WrongCheck:
		return bare, "USCC_CHECK"
	case ident.WrongInside:
		return bare, "USCC_CHECK_WITHIN"
	}
	return "", "NOT_A_USCC"
}

func checkOwners(all []Owner, faults *[]fault.Field) (kept []Owner) {
	total := int64(0)
	for _, o := range all {
		o.Name, o.Code = strings.TrimSpace(o.Name), strings.TrimSpace(o.Code)
		if o == (Owner{}) {
			continue
		}
		checkLine(faults, "owners", o.Name, 200, true)
		if o.Code != "" {
			code, problem := ReadCode(o.Code)
			if problem != "" {
				*faults = append(*faults, fault.Field{Name: "owners", Problem: problem})
			}
			o.Code = code
		}
		if o.ShareBP < OwnerLeastBP || o.ShareBP > 10_000 {
			*faults = append(*faults, fault.Field{Name: "owners", Problem: "OWNER_SHARE"})
		}
		total += o.ShareBP
		kept = append(kept, o)
	}
	if total > 10_000 || len(kept) > ownersInSignUp {
		*faults = append(*faults, fault.Field{Name: "owners", Problem: "OWNER_SHARE"})
	}
	return kept
}

// codeFree finds an organisation that is here already. It is not told whose it is.
func (s *Service) codeFree(ctx context.Context, client *ent.Client, code string, faults *[]fault.Field) error {
	if code == "" {
		return nil
	}
	taken, err := client.Organisation.Query().Where(organisation.Uscc(code)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("look for the organisation: %w", err)
	}
	if taken {
		*faults = append(*faults, fault.Field{Name: "uscc", Problem: "ORGANISATION_HERE"})
	}
	return nil
}

func (s *Service) takeProof(ctx context.Context, fails bool, n SignUp) (stored file, err error) {
	if !fails || n.Proof == nil {
		return file{}, nil
	}
	return s.takeFile(ctx, n.Proof, "proof")
}

// kindOf is the stored name of a kind of paper.
func kindOf(k standing.Paper) organisationpaper.Kind { return organisationpaper.Kind(k) }
