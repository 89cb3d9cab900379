package site

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// statusOf is the one table from a code to a status.
var statusOf = map[fault.Code]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.SignIn: http.StatusUnauthorized,
	fault.Credentials: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden, fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.TooMany: http.StatusTooManyRequests,
	fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Unavailable: http.StatusServiceUnavailable,
	fault.UnknownYet: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
	fault.WrongMethod: http.StatusMethodNotAllowed, fault.CrossOrigin: http.StatusForbidden,
	fault.BadMediaType: http.StatusBadRequest,
}

func status(c fault.Code) int {
	if n, ok := statusOf[c]; ok {
		return n
	}
	return http.StatusInternalServerError
}

// show sends a page, once all of it has been made.
func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	// A form that comes back is a page as any other. What answers by leading elsewhere, as bids do, has nothing to count.
	if v := component.Visiting(r.Context()); r.Method != http.MethodGet && v.SignedIn() {
		n, err := s.o.Inbox.Unread(r.Context(), visitor(r).viewer.PersonID())
		if err != nil {
			s.log.ErrorContext(r.Context(), "count notices", "error", err) // no reason to show no page
		}
		v.Unread = n
	}
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return err
	}
	h, body := w.Header(), sound(b.Bytes())
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever asked may have gone
	return nil
}

// send sends a document that is no page.
func send(w http.ResponseWriter, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // whoever asked may have gone
}

func sendJSON(w http.ResponseWriter, v any) error {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	send(w, "application/json; charset=utf-8", append(body, '\n'))
	return nil
}

// see answers a form by sending the browser to a page.
func see(w http.ResponseWriter, r *http.Request, to string) {
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// fail shows what went wrong. What nobody foresaw is logged once, here, and told to nobody.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // whoever asked has gone
	}
	e := fault.In(tooLarge(err))
	code := status(e.Code)
	if e.Code == fault.Internal && !errors.Is(err, errPanic) {
		s.log.ErrorContext(r.Context(), "request", "id", requestID(r.Context()), "error", err)
	}
	if e.Code == fault.SignIn && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		see(w, r, "/sign-in?next="+url.QueryEscape(r.URL.RequestURI()))
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	p := page.ErrorPage{Status: code, Code: string(e.Code), Message: inWords(r.Context(), err), RequestID: requestID(r.Context())}
	ctx := r.Context()
	if _, known := ctx.Value(visitingKey{}).(visiting); !known { // before the visit: the browser's language will do
		ctx = locale.With(ctx, locale.Choose("", r.Header.Get("Accept-Language")))
	}
	if failed := s.show(w, r.WithContext(ctx), code, page.Error(p)); failed != nil {
		s.log.ErrorContext(ctx, "show an error", "id", requestID(ctx), "error", failed)
		http.Error(w, http.StatusText(code), code)
	}
}

func tooLarge(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.New(fault.TooLarge, "", "")
	}
	return err
}

// inWords is the sentence of an error: of an exclusion with the chain of links on which it rests (R1.6).
func inWords(ctx context.Context, err error) string {
	var excluded *identity.Excluded
	if errors.As(err, &excluded) {
		return component.Blocked(ctx, excluded)
	}
	return sentence(ctx, fault.In(tooLarge(err)))
}

// sentence says on which rule a refusal rests, in the reader's language; "" if the code says it all.
func sentence(ctx context.Context, e *fault.Error) string {
	var parts []string
	if e.Problem != "" {
		parts = append(parts, component.Problem(ctx, e.Problem))
	}
	for _, f := range e.Fields {
		parts = append(parts, component.Problem(ctx, f.Problem))
	}
	return strings.Join(parts, " ")
}

// faultsOf says what is wrong with a form, field by field. ok is false for an error that is not the form's.
func faultsOf(ctx context.Context, err error) (faults form.Faults, ok bool) {
	e := fault.In(err)
	switch e.Code {
	case fault.Invalid:
		faults = component.Sentences(ctx, e.Fields)
	case fault.Conflict:
		faults = form.Faults{"": component.Problem(ctx, e.Problem)}
	case fault.Forbidden: // he may write the form, and lacks the power of attorney to send it: nothing of it is to be lost
		if !strings.HasPrefix(string(e.Problem), "MANDATE_") {
			return nil, false
		}
		faults = form.Faults{"": component.Problem(ctx, e.Problem)}
	default:
		return nil, false
	}
	return faults, true
}

// number reads a number in the path. What is no number names nothing.
func number(r *http.Request, text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 || strconv.Itoa(n) != text {
		return 0, fault.New(fault.NotFound, "", "")
	}
	return n, nil
}

// readForm reads a form, as legible text. Fields of a query do not count.
func readForm(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		if large := tooLarge(err); large != err { //nolint:errorlint // the very same
			return nil, large
		}
		return nil, fault.New(fault.BadMediaType, "", "")
	}
	legibleForm(r.PostForm)
	return r.PostForm, nil
}

// sendPaper sends what somebody handed in, to who may read it: as a file to keep, never as a page of ours, whatever it holds.
func sendPaper(w http.ResponseWriter, kind string, size int64, disposition string, body io.Reader) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Content-Disposition", disposition)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	_, _ = io.Copy(w, body) // whoever asked may have gone
}
