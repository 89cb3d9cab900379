package site

import (
	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/web/page"
)

func filmPage(p page.FilmPage) templ.Component { return page.Film(p) }
