package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/objectionpaper"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/trade"
)

// What may lie with one objection or one decision on it, and with all those of a project.
const (
	AttachedMost = 5
	FileMost     = 10 << 20 // bytes of a file
	filesMost    = 200 << 20
)

// objectionsMost is how many objections of one party may be undecided: each stops the clock (R2.4), and the next can follow a
// decision without a day being lost.
const objectionsMost = 3

// patient refuses a party that has as many objections undecided as it may.
func patient(s *trade.State, by trade.Party) error {
	n := 0
	for _, o := range s.Objections {
		if o.By == by && o.Status == trade.ObjectionPending {
			n++
		}
	}
	if n >= objectionsMost {
		return fault.New(fault.Conflict, "OBJECTIONS_UNDECIDED", "")
	}
	return nil
}

// Attachment is a file that was taken in and belongs to nothing yet.
type Attachment struct {
	stored depot.Stored
	name   string
}

// filing is what is stored in the transaction of a command's entry: what lies with an objection or with the decision on it, or
// that a second person has confirmed a price.
type filing struct {
	price  int             // the pending price; 0: none
	second identity.Viewer // who confirms it

	objection trade.ObjectionID
	answer    bool
	files     []Attachment
}

// with names the files in the command: the log knows them by number and hash.
func (f *filing) with(c trade.Command) trade.Command {
	var papers []trade.Paper
	for i, a := range f.files {
		papers = append(papers, trade.Paper{Document: int64(i + 1), SHA256: a.stored.SHA256})
	}
	switch c := c.(type) {
	case trade.LodgeObjection:
		f.objection, f.answer, c.Papers = c.Objection, false, papers
		return c
	case trade.RejectObjection:
		f.objection, f.answer, c.Papers = c.Objection, true, papers
		return c
	case trade.UpholdObjection:
		f.objection, f.answer, c.Papers = c.Objection, true, papers
		return c
	}
	return c
}

// MayAttach says whether a viewer may give one of the commands that bring files, before anything is read of them.
func (s *Service) MayAttach(ctx context.Context, by identity.Viewer, id int, command string) error {
	if !by.SignedIn() {
		return fault.New(fault.SignIn, "", "")
	}
	if !slices.Contains([]string{"LodgeObjection", "RejectObjection", "UpholdObjection"}, command) {
		return fault.New(fault.Conflict, problemOf(trade.InvalidCommand), "")
	}
	v, err := s.view(ctx, s.db.Ent(), id)
	if err != nil {
		return err
	}
	if err := may(by, v, command); err != nil {
		return err
	}
	if !slices.Contains(v.State.Hears(), command) {
		return fault.New(fault.Conflict, problemOf(trade.WrongPhase), "")
	}
	return nil
}

// Attach takes a file in, for whom MayAttach lets. DoWith files it, or it is forgotten.
func (s *Service) Attach(ctx context.Context, name string, from io.Reader) (Attachment, error) {
	if s.depot == nil {
		return Attachment{}, fault.New(fault.Unavailable, "", "no place for files")
	}
	stored, err := s.depot.Take(ctx, from, depot.Terms{
		Most: FileMost, Types: depot.Papers, Field: "file", Words: map[fault.Problem]fault.Problem{"FILE_TYPE": "PAPER_TYPE", "FILE_TOO_LARGE": "ATTACHMENT_TOO_LARGE"},
	})
	return Attachment{stored, depot.Name(name)}, err
}

// DoWith carries out a command on an objection with the files that came with it. What is not filed is not kept.
func (s *Service) DoWith(ctx context.Context, by identity.Viewer, id int, c trade.Command, files []Attachment) error {
	err := error(nil)
	if len(files) > AttachedMost {
		err = fault.OfFields([]fault.Field{{Name: "file", Problem: "ATTACHMENTS_TOO_MANY"}})
	}
	if err == nil {
		err = s.do(ctx, by, id, c, &filing{files: files})
	}
	if err != nil {
		err = errors.Join(err, s.Forget(ctx, err, files))
	}
	return err
}

// Forget removes files that nothing names. Where it is not known whether what they came with was stored, that is looked up.
func (s *Service) Forget(ctx context.Context, why error, files []Attachment) (failed error) {
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	for _, f := range files {
		if fault.Of(why) == fault.Internal {
			if known, err := s.db.Ent().ObjectionPaper.Query().Where(objectionpaper.Key(f.stored.Key)).Exist(ending); known || err != nil {
				continue
			}
		}
		failed = errors.Join(failed, s.depot.Remove(ending, f.stored.Key))
	}
	return failed
}

// keepFiles files what came with an entry.
func (s *Service) keepFiles(ctx context.Context, client *ent.Client, id int, by actor) error {
	if by.files == nil || len(by.files.files) == 0 {
		return nil
	}
	all, err := client.ObjectionPaper.Query().Where(objectionpaper.ProjectID(id)).All(ctx)
	if err != nil {
		return fmt.Errorf("count the files of project %d: %w", id, err)
	}
	sum := int64(0)
	for _, one := range all {
		sum += one.Size
	}
	rows := make([]*ent.ObjectionPaperCreate, 0, len(by.files.files))
	for i, f := range by.files.files {
		sum += f.stored.Size
		rows = append(rows, client.ObjectionPaper.Create().SetProjectID(id).SetObjection(string(by.files.objection)).SetAnswer(by.files.answer).
			SetNumber(i+1).SetKey(f.stored.Key).SetName(f.name).SetType(f.stored.Type).SetSize(f.stored.Size).SetSha256(f.stored.SHA256).
			SetPersonID(by.person).SetOrganisationID(by.organisation).SetAt(s.now()))
	}
	if sum > filesMost {
		return fault.OfFields([]fault.Field{{Name: "file", Problem: "ATTACHMENTS_FULL"}})
	}
	if err := client.ObjectionPaper.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("file what lies with an objection to project %d: %w", id, err)
	}
	return nil
}

// Filed is a file that lies with an objection, or with the decision on it.
type Filed struct {
	ID                 int
	Objection          trade.ObjectionID
	Answer             bool
	Name, Type, SHA256 string // Name is made here
	Title              string // as its sender called it
	Size               int64
	At                 time.Time
	key                string
}

// Objected says whether a viewer lodged an objection, for himself or for his organisation.
func Objected(by identity.Viewer, o trade.Objection) bool {
	if !by.SignedIn() {
		return false
	}
	if by.OrganisationID() != 0 && o.By == PartyOf(by.OrganisationID()) {
		return true
	}
	return o.By == trade.Party("person:"+strconv.Itoa(by.PersonID()))
}

// Attached lists the files with the objections of a project that the viewer may read: all of them for insiders, his own and
// the answers to it for who objected, none for others. R2.4
func (s *Service) Attached(ctx context.Context, by identity.Viewer, v *View) (all []Filed, err error) {
	var of []string
	for _, o := range v.State.Objections {
		if insider(by, v) || Objected(by, o) {
			of = append(of, string(o.ID))
		}
	}
	if len(of) == 0 {
		return nil, nil
	}
	rows, err := s.db.Ent().ObjectionPaper.Query().Where(objectionpaper.ProjectID(v.Row.ID), objectionpaper.ObjectionIn(of...)).
		Order(ent.Asc(objectionpaper.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the files of project %d: %w", v.Row.ID, err)
	}
	for _, r := range rows {
		name := fmt.Sprintf("%s-%d", r.Objection, r.Number)
		if r.Answer {
			name = fmt.Sprintf("%s-decision-%d", r.Objection, r.Number)
		}
		all = append(all, Filed{
			ID: r.ID, Objection: trade.ObjectionID(r.Objection), Answer: r.Answer, Name: name + depot.Ending(r.Type), Type: r.Type, SHA256: r.Sha256,
			Title: r.Name, Size: r.Size, At: r.At, key: r.Key,
		})
	}
	return all, nil
}

// OpenAttached opens one of them. It fails with fault.NotFound for who may not know of it.
func (s *Service) OpenAttached(ctx context.Context, by identity.Viewer, id, paper int) (Filed, io.ReadCloser, error) {
	v, err := s.View(ctx, by, id)
	if err != nil {
		return Filed{}, nil, err
	}
	all, err := s.Attached(ctx, by, v)
	if err != nil {
		return Filed{}, nil, err
	}
	i := slices.IndexFunc(all, func(f Filed) bool { return f.ID == paper })
	if i < 0 || s.depot == nil {
		return Filed{}, nil, fault.New(fault.NotFound, "", "no such file")
	}
	body, err := s.depot.Read(ctx, all[i].key)
	return all[i], body, err
}

// attachedPieces are the files with the objections, for the archive of a project.
func (s *Service) attachedPieces(ctx context.Context, by identity.Viewer, v *View) (pieces []Piece, err error) {
	all, err := s.Attached(ctx, by, v)
	if err != nil || s.depot == nil {
		return nil, err
	}
	for _, f := range all {
		body, err := s.depot.Read(ctx, f.key)
		if err != nil {
			return nil, err
		}
		whole, err := io.ReadAll(io.LimitReader(body, FileMost+1))
		if failed := body.Close(); err == nil {
			err = failed
		}
		if err != nil {
			return nil, fmt.Errorf("read file %d of project %d: %w", f.ID, v.Row.ID, err)
		}
		pieces = append(pieces, Piece{"objections/" + f.Name, whole})
	}
	return pieces, nil
}
