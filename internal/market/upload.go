package market

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/ent/upload"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/intake"
)

const (
	uploadKept  = 24 * time.Hour // how long a file waits for its next step
	uploadsMost = 10             // of one person for one organisation; the oldest go first
	nameMost    = 120
)

// Reading is how an uploaded file is to be read, and which of its rows are left out.
type Reading struct {
	Sheet      string           `json:"sheet,omitempty"`
	Delimiter  rune             `json:"delimiter,omitempty"`
	HeaderLine int              `json:"header_line,omitempty"`
	Dates      intake.DateOrder `json:"dates,omitempty"`
	Mapping    intake.Mapping   `json:"mapping,omitempty"`
	Without    []int            `json:"without,omitempty"` // lines
}

// Uploaded is a file on its way to become drafts.
type Uploaded struct {
	Token, Name string
	State       upload.State
	At, Until   time.Time
	Reading     Reading
	Report      *ImportReport // once it is done
	Done, Total int           // rows, while it is under way and on this node
	data        []byte
}

// Table reads the file with what was chosen, and what it holds; the mapping is a guess where nothing was chosen or the
// table is another than it was chosen for.
func (u *Uploaded) Table() (*intake.Table, intake.Mapping, error) {
	t, err := intake.Read(u.data, intake.Options{Sheet: u.Reading.Sheet, Delimiter: u.Reading.Delimiter, HeaderLine: u.Reading.HeaderLine})
	if err != nil {
		return nil, nil, err
	}
	m := u.Reading.Mapping
	if len(m) != len(t.Header) {
		m = intake.Guess(t)
	}
	return t, m, nil
}

func (u *Uploaded) records() ([]*intake.Record, error) {
	t, m, err := u.Table()
	if err != nil {
		return nil, err
	}
	return intake.Records(t, m, intake.Choices{Dates: u.Reading.Dates}), nil
}

func (u *Uploaded) chosen(line int) bool { return !slices.Contains(u.Reading.Without, line) }

// Upload keeps a file for the steps of an import and returns its token. What it is called is for people to read only.
func (s *Service) Upload(ctx context.Context, by identity.Viewer, name string, data []byte) (string, error) {
	if err := s.mayImport(by); err != nil {
		return "", err
	}
	if _, err := intake.Read(data, intake.Options{}); err != nil && fault.In(err).Fields[0].Problem != intake.NoHeader {
		return "", err
	}
	token := rand.Text()
	err := s.db.InTx(ctx, func(client *ent.Client) error {
		old, err := client.Upload.Query().Where(ofViewer(by)).Order(upload.ByID(descending())).Offset(uploadsMost - 1).IDs(ctx)
		if err != nil {
			return fmt.Errorf("look for uploads: %w", err)
		}
		if _, err := client.Upload.Delete().Where(upload.Or(upload.IDIn(old...), upload.ExpiresAtLT(s.now()))).Exec(ctx); err != nil {
			return fmt.Errorf("clear uploads: %w", err)
		}
		err = client.Upload.Create().SetToken(token).SetPersonID(by.PersonID()).SetOrganisationID(by.OrganisationID()).
			SetName(readable(name)).SetData(data).SetCreatedAt(s.now()).SetExpiresAt(s.now().Add(uploadKept)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("keep an upload: %w", err)
		}
		return nil
	})
	return token, err
}

func (s *Service) mayImport(by identity.Viewer) error {
	if !by.SignedIn() {
		return fault.New(fault.SignIn, "", "")
	}
	if !by.MayList() {
		return fault.New(fault.Forbidden, "SELLERS_ONLY", "")
	}
	return nil
}

func ofViewer(by identity.Viewer) predicate.Upload {
	return upload.And(upload.PersonID(by.PersonID()), upload.OrganisationID(by.OrganisationID()))
}

// readable is the last part of a file's name without what cannot be seen.
func readable(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name))
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	if utf8.RuneCountInString(name) > nameMost {
		name = string([]rune(name)[:nameMost]) + "…"
	}
	return name
}

// Uploads are the viewer's files that are still kept, the newest first.
func (s *Service) Uploads(ctx context.Context, by identity.Viewer) ([]*Uploaded, error) {
	if err := s.mayImport(by); err != nil {
		return nil, err
	}
	rows, err := s.db.Ent().Upload.Query().Where(ofViewer(by), upload.ExpiresAtGT(s.now())).Order(upload.ByID(descending())).
		Select(upload.FieldID, upload.FieldToken, upload.FieldName, upload.FieldState, upload.FieldCreatedAt, upload.FieldExpiresAt).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list uploads: %w", err)
	}
	all := make([]*Uploaded, len(rows))
	for i, r := range rows {
		all[i] = &Uploaded{Token: r.Token, Name: r.Name, State: r.State, At: r.CreatedAt, Until: r.ExpiresAt}
	}
	return all, nil
}

// Uploaded returns a file of the viewer. It fails with fault.NotFound for those of others and those that have expired.
func (s *Service) Uploaded(ctx context.Context, by identity.Viewer, token string) (*Uploaded, error) {
	if err := s.mayImport(by); err != nil {
		return nil, err
	}
	r, err := s.db.Ent().Upload.Query().Where(ofViewer(by), upload.Token(token), upload.ExpiresAtGT(s.now())).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such upload")
	}
	if err != nil {
		return nil, fmt.Errorf("read an upload: %w", err)
	}
	u := &Uploaded{Token: r.Token, Name: r.Name, State: r.State, At: r.CreatedAt, Until: r.ExpiresAt, data: r.Data}
	if r.Choices != "" {
		if err := json.Unmarshal([]byte(r.Choices), &u.Reading); err != nil {
			return nil, fmt.Errorf("read the choices of an upload: %w", err)
		}
	}
	if r.Report != "" {
		u.Report = &ImportReport{}
		if err := json.Unmarshal([]byte(r.Report), u.Report); err != nil {
			return nil, fmt.Errorf("read the report of an upload: %w", err)
		}
	}
	u.Done, u.Total = s.importing.progress(token)
	return u, nil
}

// SetReading keeps how a file is to be read. It fails with fault.Conflict once the file is being taken.
func (s *Service) SetReading(ctx context.Context, by identity.Viewer, token string, r Reading) error {
	if err := s.mayImport(by); err != nil {
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keep the choices of an upload: %w", err)
	}
	n, err := s.db.Ent().Upload.Update().Where(ofViewer(by), upload.Token(token), upload.StateIn(upload.StateNEW, upload.StateFAILED)).
		SetChoices(string(text)).Save(ctx)
	if err != nil {
		return fmt.Errorf("keep the choices of an upload: %w", err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, "IMPORT_BEGUN", "")
	}
	return nil
}

// Discard forgets a file.
func (s *Service) Discard(ctx context.Context, by identity.Viewer, token string) error {
	if err := s.mayImport(by); err != nil {
		return err
	}
	if _, err := s.db.Ent().Upload.Delete().Where(ofViewer(by), upload.Token(token)).Exec(ctx); err != nil {
		return fmt.Errorf("forget an upload: %w", err)
	}
	return nil
}

// Foresee says what taking a file would do.
func (s *Service) Foresee(ctx context.Context, by identity.Viewer, u *Uploaded) (ImportReport, error) {
	records, err := u.records()
	if err != nil {
		return ImportReport{}, err
	}
	return s.Import(ctx, by, Import{Records: records, Chosen: u.chosen, Dry: true})
}
