package page_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// goldenRecord serves the public record that package proof keeps for ever.
func goldenRecord(t *testing.T) http.Handler {
	t.Helper()
	text, err := os.ReadFile("../../internal/proof/testdata/record-1-public.json")
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/lots/12/record.json" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text)
	})
}

func filmOf(now time.Time) page.FilmPage {
	r := closed(now)
	return page.FilmPage{Lot: r.Lot, Number: r.Number, Title: r.Title, Seller: r.Seller, Terms: r.Terms, Frame: r.Frame}
}

func TestFilmShots(t *testing.T) {
	if *shots == "" || *only != "" && *only != "film" {
		return
	}
	open := browser(t)
	for _, look := range []struct {
		lang          locale.Lang
		theme         string
		width, height int
	}{{locale.ZH, "light", 1440, 900}, {locale.EN, "dark", 1440, 900}, {locale.EN, "light", 390, 844}} {
		ctx := open(look.width, look.height, true)
		run(t, ctx, chromedp.Navigate(serve(t, &shown{page: page.Film(filmOf(time.Now())), lang: look.lang, theme: look.theme, extra: goldenRecord(t)})))
		until(t, ctx, `!document.querySelector('[data-f="film-bar"]').hidden`)
		for range 16 {
			run(t, ctx, do(`document.body.dispatchEvent(new KeyboardEvent('keydown',{key:'ArrowRight',bubbles:true}))`))
		}
		var png []byte
		run(t, ctx, chromedp.Sleep(700*time.Millisecond), chromedp.CaptureScreenshot(&png))
		write(t, fmt.Sprintf("film-%s-%s-%d.png", look.lang, look.theme, look.width), png)
		noViolations(t, ctx)
		_ = chromedp.Cancel(ctx)
	}
}
