package site

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

// objectionTable holds objections to notices and results, with what is attached to them. R2.4, R2.13
func (s *Site) objectionTable() []route {
	return []route{
		{"POST", "/projects/{id}/objections", people, s.object},            // who may give which command is the room's to say
		{"GET", "/projects/{id}/papers/{paper}", people, s.objectionPaper}, // the insiders and who objected
	}
}

// objectionsMost is the most that a form with attachments holds.
const objectionsMost = project.AttachedMost*project.FileMost + 256<<10

func takesObjections(p string) bool {
	ok, _ := path.Match("/projects/*/objections", p)
	return ok
}

// object lodges an objection, or decides one, with the files that were attached.
func (s *Site) object(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	viewer, v := visitor(r).viewer, url.Values{}
	var files []project.Attachment
	allowed := false
	err = readParts(w, r, v, func(name string, body io.Reader) error {
		if !allowed { // before a byte of it is read
			if err := s.o.Projects.MayAttach(r.Context(), viewer, id, v.Get("command")); err != nil {
				return err
			}
			allowed = true
		}
		if len(files) == project.AttachedMost {
			return fault.OfFields([]fault.Field{{Name: "file", Problem: "ATTACHMENTS_TOO_MANY"}})
		}
		file, err := s.o.Projects.Attach(r.Context(), name, body)
		if err == nil {
			files = append(files, file)
		}
		return err
	})
	if err != nil {
		err = errors.Join(err, s.o.Projects.Forget(r.Context(), fault.New(fault.Invalid, "", ""), files))
	} else {
		err = s.objectWith(r, id, v, files)
	}
	if err != nil {
		sentences, ok := faultsOf(r.Context(), err)
		if !ok || v.Get("command") == "" {
			return err
		}
		return s.showProject(w, r, status(fault.Of(err)), id, page.CommandForm{Name: v.Get("command"), Values: v, Faults: sentences})
	}
	s.flash(w, "flash_project_done")
	see(w, r, "/projects/"+strconv.Itoa(id))
	return nil
}

// objectWith carries out what the form asks for; files that are not filed are forgotten.
func (s *Site) objectWith(r *http.Request, id int, v url.Values, files []project.Attachment) error {
	ctx, viewer, name := r.Context(), visitor(r).viewer, v.Get("command")
	seen, err := s.o.Projects.View(ctx, viewer, id)
	if err == nil {
		err = s.o.Projects.MayAttach(ctx, viewer, id, name)
	}
	if err == nil {
		c, faults := form.Command(name, seen.State.Regime, v)
		if err = fault.OfFields(faults); err == nil {
			return s.o.Projects.DoWith(ctx, viewer, id, c, files)
		}
	}
	return errors.Join(err, s.o.Projects.Forget(ctx, err, files))
}

// objectionPaper sends a file that lies with an objection: to keep, not to show. No browser makes a page of ours of it.
func (s *Site) objectionPaper(w http.ResponseWriter, r *http.Request) error {
	id, paper, err := twoNumbers(r, "paper")
	if err != nil {
		return err
	}
	f, body, err := s.o.Projects.OpenAttached(r.Context(), visitor(r).viewer, id, paper)
	if err != nil {
		return err
	}
	defer body.Close()
	sendPaper(w, f.Type, f.Size, fmt.Sprintf(`attachment; filename="project-%d-%s"`, id, f.Name), body)
	return nil
}
