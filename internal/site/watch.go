package site

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/fault"
	guard "github.com/g60-corridor/corridor/internal/watch"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/page"
)

// watchTable holds what people watch, the feeds of searches, and questions about listings.
func (s *Site) watchTable() []route {
	return []route{
		{"GET", "/search/feed.atom", anyone, s.searchAtom},
		{"GET", "/search/calendar.ics", anyone, s.searchCalendar},
		{"GET", watchingPath, people, s.watching},
		{"POST", watchingPath, people, s.saveSearch},
		{"GET", "/me/watching/{watch}", people, s.watchNews}, // his own only
		{"POST", "/me/watching/{watch}", people, s.changeWatch},
		{"POST", "/me/watching/{watch}/remove", people, s.removeWatch},
		{"POST", "/listings/{id}/watch", people, s.watchIt(watch.KindLISTING, "/listings/")},
		{"POST", "/lots/{id}/watch", people, s.watchIt(watch.KindLOT, "/lots/")},
		{"POST", "/projects/{id}/watch", people, s.watchIt(watch.KindPROJECT, "/projects/")},
		{"POST", "/organisations/{id}/watch", people, s.watchIt(watch.KindORGANISATION, "/organisations/")},

		{"POST", "/listings/{id}/questions", people, s.askQuestion},
		{"POST", "/questions/{question}/answer", editors, s.answer},
		{"POST", "/questions/{question}/hide", operators, s.hide},
	}
}

const watchingPath = "/me/watching"

// watchPanel is the button of a thing that everybody may see.
func (s *Site) watchPanel(r *http.Request, kind watch.Kind, id int) (page.WatchPanel, error) {
	on, err := s.o.Watch.Watches(r.Context(), visitor(r).viewer, kind, id)
	return page.WatchPanel{Kind: string(kind), ID: id, On: on}, err
}

// watchIt begins or ends a watch of a thing.
func (s *Site) watchIt(kind watch.Kind, path string) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := number(r, chi.URLParam(r, "id"))
		if err != nil {
			return err
		}
		f, err := readForm(r)
		if err != nil {
			return err
		}
		v := visitor(r).viewer
		switch f.Get("on") {
		case "begin":
			err = s.o.Watch.Begin(r.Context(), v, kind, id)
			s.flashIf(w, err, "flash_watch_begun")
		case "end":
			err = s.o.Watch.End(r.Context(), v, kind, id)
			s.flashIf(w, err, "flash_watch_ended")
		default:
			err = fault.OfFields([]fault.Field{{Name: "on", Problem: "UNKNOWN_VALUE"}})
		}
		if err != nil {
			return err
		}
		see(w, r, path+strconv.Itoa(id))
		return nil
	}
}

func (s *Site) flashIf(w http.ResponseWriter, err error, key string) {
	if err == nil {
		s.flash(w, key)
	}
}

func (s *Site) watching(w http.ResponseWriter, r *http.Request) error {
	return s.showWatching(w, r, http.StatusOK, page.WatchingPage{})
}

// showWatching shows what somebody watches; p holds a form that came back, if any did.
func (s *Site) showWatching(w http.ResponseWriter, r *http.Request, status int, p page.WatchingPage) error {
	saved, things, err := s.o.Watch.Own(r.Context(), visitor(r).viewer)
	if err != nil {
		return err
	}
	for _, one := range saved {
		p.Searches = append(p.Searches, page.Watching{Watch: one.Watch, Name: one.Watch.Name, Path: one.Path(), New: one.New, Last: one.Last})
	}
	for _, t := range things {
		p.Things = append(p.Things, shownThing(r.Context(), t))
	}
	return s.show(w, r, status, page.WatchingList(p))
}

func shownThing(ctx context.Context, t guard.Thing) page.Watching {
	return page.Watching{Watch: t.Watch, Number: t.Number, Name: component.Pick(ctx, t.TitleZH, t.TitleEN), Path: t.Path, New: t.New}
}

// saveSearch saves a search of /search or /lots.
func (s *Site) saveSearch(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	back := page.SaveForm{Kind: f.Get("kind"), Asked: f.Get("query"), Name: f.Get("name"), How: f.Get("how")}
	_, err = s.o.Watch.Save(r.Context(), visitor(r).viewer, watch.Kind(back.Kind), back.Asked, back.Name, watch.How(back.How))
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if e := fault.In(err); e.Code == fault.Unavailable {
			faults, ok = map[string]string{"": component.Problem(r.Context(), e.Problem)}, true
		}
		if !ok || faults["kind"] != "" {
			return err
		}
		back.Faults = faults
		return s.show(w, r, status(fault.Of(err)), page.SaveSearch(back))
	}
	s.flash(w, "flash_search_saved")
	see(w, r, watchingPath)
	return nil
}

func watchNumber(r *http.Request) (int, error) { return number(r, chi.URLParam(r, "watch")) }

func (s *Site) watchNews(w http.ResponseWriter, r *http.Request) error {
	id, err := watchNumber(r)
	if err != nil {
		return err
	}
	n, err := s.o.Watch.News(r.Context(), visitor(r).viewer, id)
	if err != nil {
		return err
	}
	p := page.WatchNewsPage{Watching: page.Watching{Watch: n.Watch, Name: component.Pick(r.Context(), n.TitleZH, n.TitleEN), Path: n.Path}, Total: n.Total, Listings: n.Listings, Lots: n.Lots}
	return s.show(w, r, http.StatusOK, page.WatchNews(p))
}

func (s *Site) changeWatch(w http.ResponseWriter, r *http.Request) error {
	id, err := watchNumber(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.o.Watch.Change(r.Context(), visitor(r).viewer, id, f.Get("name"), watch.How(f.Get("how")))
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showWatching(w, r, status(fault.Of(err)), page.WatchingPage{Typed: id, Name: f.Get("name"), How: f.Get("how"), Faults: faults})
	}
	s.flash(w, "flash_watch_changed")
	see(w, r, watchingPath+"#watch-"+strconv.Itoa(id))
	return nil
}

func (s *Site) removeWatch(w http.ResponseWriter, r *http.Request) error {
	id, err := watchNumber(r)
	if err != nil {
		return err
	}
	if err := s.o.Watch.Remove(r.Context(), visitor(r).viewer, id); err != nil {
		return err
	}
	s.flash(w, "flash_watch_removed")
	see(w, r, watchingPath)
	return nil
}
