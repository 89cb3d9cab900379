package site

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

func (s *Site) signUp(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, page.SignUp(page.SignUpPage{}))
}

// sendSignUp answers the same for an address that is known as for one that is not.
func (s *Site) sendSignUp(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	p := page.SignUpPage{Email: f.Get("email")}
	err = s.o.People.BeginSignUp(r.Context(), p.Email, s.Address(r), languageOf(r, visitor(r).viewer))
	if fault.Of(err) == fault.TooMany {
		retryAfter(w, err)
		p.Faults = form.Faults{"email": locale.T(r.Context(), "recover_wait")}
		return s.show(w, r, http.StatusTooManyRequests, page.SignUp(p))
	}
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		p.Faults = faults
		return s.show(w, r, http.StatusUnprocessableEntity, page.SignUp(p))
	}
	p.Sent = true
	return s.show(w, r, http.StatusOK, page.SignUp(p))
}

func (s *Site) signUpForm(w http.ResponseWriter, r *http.Request) error {
	return s.showSignUpForm(w, r, http.StatusOK, url.Values{"kind": {"COMPANY"}, "city": {string(ident.Cities[0].Code)}}, nil)
}

func (s *Site) showSignUpForm(w http.ResponseWriter, r *http.Request, status int, v url.Values, faults form.Faults) error {
	ticket := chi.URLParam(r, "ticket")
	email, err := s.o.People.SigningUp(r.Context(), ticket)
	if err != nil {
		return err
	}
	p := page.SignUpFormPage{Link: ticket, Email: email, Values: v, Faults: faults}
	for _, k := range identity.SignUpKinds {
		p.Kinds = append(p.Kinds, string(k))
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.show(w, r, status, page.SignUpForm(p))
}

func (s *Site) enterOrganisation(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.o.People.SigningUp(r.Context(), chi.URLParam(r, "ticket")); err != nil { // before a byte of it is read
		return err
	}
	h, err := readPaper(w, r)
	if err != nil {
		return err
	}
	n := identity.SignUp{
		NameZH: h.Get("name"), NameEN: h.Get("name_latin"), Password: h.Get("password"), Kind: organisation.Kind(h.Get("kind")), USCC: h.Get("uscc"),
		Profile: profileOf(h.Values), Override: h.Get("override") != "", ProofName: h.name, Proof: h.reader(),
	}
	for i := range page.OwnerLines {
		share, _ := percent(h.Get(fmt.Sprintf("owner_share_%d", i))) // what is no share is out of range
		n.Owners = append(n.Owners, identity.Owner{
			Name: h.Get(fmt.Sprintf("owner_name_%d", i)), Code: h.Get(fmt.Sprintf("owner_code_%d", i)), ShareBP: share,
		})
	}
	proof, err := s.o.People.SignUp(r.Context(), chi.URLParam(r, "ticket"), n)
	if err != nil {
		if faults, ok := faultsOf(r.Context(), err); ok {
			return s.showSignUpForm(w, r, status(fault.Of(err)), h.Values, faults)
		}
		return err
	}
	s.flash(w, "flash_su_done")
	return s.welcome(w, r, proof, identity.ByPassword, "/organisation")
}

func profileOf(f url.Values) identity.Profile {
	p := identity.Profile{
		NameZH: f.Get("name_zh"), NameEN: f.Get("name_en"), City: f.Get("city"), CrossBorder: f.Get("cross_border") != "",
		StateEstablished: f.Get("state_established") != "", SOE: f.Get("soe") != "",
		Private: identity.Private{
			Representative: f.Get("representative"), Address: f.Get("address"), Phone: f.Get("phone"), Bank: f.Get("bank"),
			AccountName: f.Get("account_name"), Account: f.Get("account"),
		},
	}
	if p.City == string(ident.External) {
		p.City = strings.TrimSpace(f.Get("region"))
	}
	return p
}

// percent reads a share such as 60 or 33.34 as basis points.
func percent(text string) (bp int64, err error) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	whole, part, _ := strings.Cut(text, ".")
	if len(part) > 2 || len(whole) > 3 {
		return 0, strconv.ErrRange
	}
	n, err := strconv.ParseUint(whole+(part + "00")[:2], 10, 32)
	return int64(n), err
}
