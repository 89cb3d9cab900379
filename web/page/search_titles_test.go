package page

import (
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/web/locale"
)

// A title that stands only in the other language says in which it is.
func TestATitleInTheOtherLanguageSaysSo(t *testing.T) {
	zh, en := []Piece{{Text: "石墨烯"}}, []Piece{{Text: "Graphene"}}
	for _, c := range []struct {
		lang locale.Lang
		hit  SearchHit
		want string
	}{
		{locale.EN, SearchHit{TitleZH: zh, TitleEN: en}, "<h3><a"},
		{locale.EN, SearchHit{TitleZH: zh}, `<h3 lang="zh-CN"><a`},
		{locale.ZH, SearchHit{TitleZH: zh, TitleEN: en}, "<h3><a"},
		{locale.ZH, SearchHit{TitleEN: en}, `<h3 lang="en"><a`},
	} {
		c.hit.Listing = &ent.Listing{ID: 1, Number: "A", Trl: 5}
		var b strings.Builder
		if err := result(c.hit).Render(locale.With(t.Context(), c.lang), &b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), c.want) {
			t.Errorf("%s: no %s in %s", c.lang, c.want, b.String())
		}
	}
}
