package page

import (
	"context"
	"fmt"
	"net/url"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
)

// SecurityPage is how the reader signs in, and where he is signed in.
type SecurityPage struct {
	Sessions []identity.Session
	Keys     []identity.Key
	Password bool   // he has one
	Passkeys bool   // there are passkeys in this market
	Demo     bool   // he is an invented person, whom many visitors play
	Fresh    bool   // he proved to be himself just now
	Device   string // of this browser, in short

	Faults  form.Faults // of the form that was sent: old, new; password; name; "" of a passkey
	NewName string      // of the passkey that was not made
	Renamed int         // the passkey whose new name is at fault; 0 none
	Name    string      // that name
}

// RecoverPage asks for an address to write to.
type RecoverPage struct {
	Email  string
	Asked  bool // a letter is on its way, if somebody has the address
	Void   bool // the link of a letter is worth nothing any more
	Faults form.Faults
}

// NewPasswordPage asks for a new password.
type NewPasswordPage struct {
	Email, Action string
	Faults        form.Faults
}

// ActivityPage is what the reader did.
type ActivityPage struct {
	Kind     identity.ActivityKind // "" all
	Activity identity.Activity
}

func device(ctx context.Context, name string) string {
	if name == "" {
		return component.T(ctx, "device_unknown")
	}
	return name
}

func activityURL(kind identity.ActivityKind) func(page int) string {
	return func(page int) string {
		q := url.Values{}
		if kind != "" {
			q.Set("kind", string(kind))
		}
		if page > 1 {
			q.Set("page", fmt.Sprint(page))
		}
		if len(q) == 0 {
			return "/me/activity"
		}
		return "/me/activity?" + q.Encode()
	}
}

// didWhat says what was done, in words. What has none yet is told by its name in the books.
func didWhat(ctx context.Context, d identity.Done) string {
	if key := "did_" + d.Action; locale.Has(key) {
		return component.T(ctx, key, "Name", d.Name)
	}
	return component.T(ctx, "did_other", "Action", d.Action)
}

// subjectOf names what something was done to, and the page where it stands; to is "" where there is none.
func subjectOf(ctx context.Context, d identity.Done) (name string, to templ.SafeURL) {
	key := "subject_" + d.Subject
	if d.Subject == "" || !locale.Has(key) {
		return "", ""
	}
	number := d.Number
	if number == "" {
		number = fmt.Sprint(d.ID)
	}
	name = component.T(ctx, key, "Number", number)
	visit := component.Visiting(ctx)
	switch d.Subject {
	case "lot":
		to = templ.SafeURL(fmt.Sprintf("/lots/%d", d.ID))
	case "project":
		to = templ.SafeURL(fmt.Sprintf("/projects/%d", d.ID))
	case "need":
		to = templ.SafeURL(fmt.Sprintf("/needs/%d", d.ID))
	case "organisation":
		to = templ.SafeURL(fmt.Sprintf("/organisations/%d", d.ID))
	case "listing":
		switch {
		case visit.Operator:
			to = templ.SafeURL(fmt.Sprintf("/operator/listings/%d", d.ID))
		case visit.MayList:
			to = templ.SafeURL(fmt.Sprintf("/seller/listings/%d", d.ID))
		}
	case "calendar":
		if visit.Operator {
			to = "/operator/calendar"
		}
	}
	return name, to
}

func (p SignInPage) scripts() []string {
	if p.Passkeys {
		return []string{"passkey.js"}
	}
	return nil
}
