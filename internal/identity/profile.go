package identity

import (
	"context"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/organisationsecret"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/safe"
	"github.com/g60-corridor/corridor/internal/standing"
)

// Profile is what an organisation says of itself. Its names, its city and its marks are public; the rest is for its
// administrators and the operator. §1.1
type Profile struct {
	NameZH, NameEN, City               string
	CrossBorder, StateEstablished, SOE bool
	Private
}

// Private is the part that is kept sealed.
type Private struct {
	Representative string `json:"representative"` // the legal one
	Address        string `json:"address"`
	Phone          string `json:"phone"`
	Bank           string `json:"bank"`
	AccountName    string `json:"account_name"`
	Account        string `json:"account"`
}

// check names what is wrong, after trimming.
func (p *Profile) check() (faults []fault.Field) {
	for _, f := range []struct {
		name  string
		value *string
		most  int
	}{
		{"name_zh", &p.NameZH, 200}, {"name_en", &p.NameEN, 200}, {"representative", &p.Representative, 100}, {"address", &p.Address, 300},
		{"phone", &p.Phone, 40}, {"bank", &p.Bank, 200}, {"account_name", &p.AccountName, 200}, {"account", &p.Account, 40},
	} {
		*f.value = strings.TrimSpace(*f.value)
		checkLine(&faults, f.name, *f.value, f.most, true)
	}
	if _, err := ident.ParseRegion(p.City); err != nil {
		faults = append(faults, fault.Field{Name: "city", Problem: "UNKNOWN_VALUE"})
	}
	if n := digits(p.Account); p.Account != "" && (len(n) < 8 || len(n) > 34 || strings.Trim(p.Account, "0123456789 -") != "") {
		faults = append(faults, fault.Field{Name: "account", Problem: "NOT_AN_ACCOUNT"})
	}
	if n := digits(p.Phone); p.Phone != "" && (len(n) < 5 || strings.Trim(p.Phone, "0123456789 +-()") != "") {
		faults = append(faults, fault.Field{Name: "phone", Problem: "NOT_A_PHONE"})
	}
	if p.AccountName != "" && !sameName(p.AccountName, p.NameZH) && !sameName(p.AccountName, p.NameEN) {
		faults = append(faults, fault.Field{Name: "account_name", Problem: "ACCOUNT_OF_ANOTHER"}) // §1.1: in the same name
	}
	return faults
}

// checkLine finds what no line of text holds: too much of it, nothing, control characters, or marks that turn its direction.
func checkLine(faults *[]fault.Field, field, value string, most int, needed bool) {
	add := func(p fault.Problem) { *faults = append(*faults, fault.Field{Name: field, Problem: p}) }
	switch n := utf8.RuneCountInString(value); {
	case n == 0 && needed:
		add("REQUIRED")
	case n > most:
		add("TOO_LONG")
	case !utf8.ValidString(value), strings.ContainsFunc(value, hidden):
		add("BAD_CHARACTERS")
	}
}

func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029'
}

func checkReasons(faults *[]fault.Field, field, value string, needed bool) {
	flat := strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(value)
	checkLine(faults, field, strings.TrimSpace(flat), 500, needed)
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// safe seals what is private, bound to its organisation, and makes digests that only this house can make.
type files struct {
	seal cipher.AEAD
	key  []byte
}

func newFiles(secret []byte) (*files, error) {
	if len(secret) == 0 {
		return nil, nil // a house without organisations that enter themselves
	}
	seal, err := safe.New(secret)
	if err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("corridor-trace/1"))
	return &files{seal, m.Sum(nil)}, nil
}

func boundTo(organisation int) []byte {
	return fmt.Appendf(nil, "corridor-organisation/1:%d", organisation)
}

// digest is the same for the same text of a kind; "" for none.
func (s *files) digest(kind, text string) string {
	if text == "" {
		return ""
	}
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte(kind + "\x00" + text))
	return hex.EncodeToString(m.Sum(nil))
}

func (s *Service) needsSafe() error {
	if s.safe == nil {
		return fault.New(fault.Unavailable, "", "no secret to seal private data with")
	}
	return nil
}

// keepProfile writes what an organisation says of itself.
func (s *Service) keepProfile(ctx context.Context, client *ent.Client, o *ent.Organisation, p Profile) error {
	if err := s.needsSafe(); err != nil {
		return err
	}
	err := client.Organisation.UpdateOneID(o.ID).SetNameZh(p.NameZH).SetNameEn(p.NameEN).SetCity(p.City).SetCrossBorder(p.CrossBorder).
		SetStateEstablished(p.StateEstablished).SetSoe(p.SOE).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write organisation %d: %w", o.ID, err)
	}
	plain, err := json.Marshal(p.Private)
	if err != nil {
		return fmt.Errorf("seal the file of organisation %d: %w", o.ID, err)
	}
	sealed := s.safe.seal.Seal(nil, nil, plain, boundTo(o.ID))
	account, phone := s.safe.digest("account", digits(p.Account)), s.safe.digest("phone", lastDigits(p.Phone))
	n, err := client.OrganisationSecret.Update().Where(organisationsecret.OrganisationID(o.ID)).SetSealed(sealed).
		SetAccountDigest(account).SetPhoneDigest(phone).SetChangedAt(s.now()).Save(ctx)
	if err == nil && n == 0 {
		err = client.OrganisationSecret.Create().SetOrganisationID(o.ID).SetSealed(sealed).SetAccountDigest(account).SetPhoneDigest(phone).
			SetChangedAt(s.now()).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("keep the file of organisation %d: %w", o.ID, err)
	}
	return nil
}

// lastDigits are those of a telephone number that it has with and without the country's code.
func lastDigits(phone string) string {
	n := digits(phone)
	return n[max(0, len(n)-10):]
}

// private reads what is sealed; ok is false if nothing was ever said.
func (s *Service) private(ctx context.Context, client *ent.Client, org int) (p Private, ok bool, err error) {
	row, err := client.OrganisationSecret.Query().Where(organisationsecret.OrganisationID(org)).Only(ctx)
	if ent.IsNotFound(err) {
		return p, false, nil
	}
	if err != nil {
		return p, false, fmt.Errorf("read the file of organisation %d: %w", org, err)
	}
	if err := s.needsSafe(); err != nil {
		return p, false, err
	}
	plain, err := s.safe.seal.Open(nil, nil, row.Sealed, boundTo(org))
	if err != nil {
		return p, false, errors.New("identity: the stored file cannot be decrypted with this master key")
	}
	return p, true, json.Unmarshal(plain, &p)
}

// manages says why somebody may not see an organisation's file: its administrators and operators may.
func manages(by Viewer, org int) error {
	switch {
	case !by.SignedIn():
		return fault.New(fault.SignIn, "", "")
	case by.Operates(), by.Administers() && by.OrganisationID() == org:
		return nil
	}
	return fault.New(fault.NotFound, "", "the organisation is another's")
}

// SaveProfile changes what an organisation says of itself, before it is submitted.
func (s *Service) SaveProfile(ctx context.Context, by Viewer, p Profile) error {
	if err := administers(by); err != nil {
		return err
	}
	if err := fault.OfFields(p.check()); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(client *ent.Client) error {
		o, err := holdOrganisation(ctx, client, by.OrganisationID())
		if err != nil {
			return err
		}
		if !standing.MaySubmit(standing.State(o.Standing)) {
			return fault.New(fault.Conflict, fault.Problem(standing.WrongState), "the organisation is "+string(o.Standing))
		}
		if err := s.keepProfile(ctx, client, o, p); err != nil {
			return err
		}
		return s.record(ctx, client, by, "organisation_profile", o.ID, "")
	})
}

func administers(by Viewer) error {
	switch {
	case !by.SignedIn():
		return fault.New(fault.SignIn, "", "")
	case !by.Administers():
		return fault.New(fault.Forbidden, "FILE_ADMINISTRATORS_ONLY", "")
	}
	return nil
}

// holdOrganisation reads an organisation and keeps others from changing it until the transaction ends.
func holdOrganisation(ctx context.Context, client *ent.Client, id int) (*ent.Organisation, error) {
	n, err := client.Organisation.Update().Where(organisation.ID(id)).AddSteps(0).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("hold organisation %d: %w", id, err)
	}
	if n == 0 {
		return nil, fault.New(fault.NotFound, "", "no such organisation")
	}
	o, err := client.Organisation.Get(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read organisation %d: %w", id, err)
	}
	return o, nil
}
