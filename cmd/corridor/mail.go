package main

import (
	"errors"
	"log/slog"
	"os"
	"time"

	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/post"
)

// mailFlags say which server takes the market's letters. The password comes from the environment alone, where no list of
// processes shows it.
type mailFlags struct {
	Origin   string `name:"origin" env:"CORRIDOR_ORIGIN" help:"Address under which people reach the market, for links in letters and for passkeys." placeholder:"https://market.example"`
	SMTPHost string `name:"smtp-host" env:"CORRIDOR_SMTP_HOST" help:"Mail server. Without one, letters wait. Its password comes from CORRIDOR_SMTP_PASSWORD." placeholder:"HOST"`
	SMTPPort int    `name:"smtp-port" env:"CORRIDOR_SMTP_PORT" default:"587" help:"Its port."`
	SMTPTLS  string `name:"smtp-tls" env:"CORRIDOR_SMTP_TLS" default:"starttls" enum:"starttls,implicit,none" help:"How the line is secured: starttls, implicit (usually port 465) or none."`
	SMTPUser string `name:"smtp-user" env:"CORRIDOR_SMTP_USER" help:"Name to sign in with, if the server asks for one." placeholder:"NAME"`
	SMTPFrom string `name:"smtp-from" env:"CORRIDOR_SMTP_FROM" help:"Sender of the letters." placeholder:"Corridor <post@market.example>"`
}

// mail is how the house writes letters.
type mail struct {
	origin  string
	postman inbox.Postman // nil: letters wait
	demo    bool
}

// open prepares the mail server. listen is the address that the market listens on, as a browser here knows it.
func (f *mailFlags) open(demo bool, listen string) (mail, error) {
	m := mail{origin: f.Origin, demo: demo}
	if m.origin == "" {
		m.origin = "http://" + listen
	}
	switch {
	case demo: // invented people have invented addresses
		m.postman = inbox.Shelf{}
	case f.SMTPHost != "":
		if f.Origin == "" {
			return mail{}, errors.New("--origin is needed with --smtp-host: letters hold links")
		}
		server, err := post.New(post.Options{
			Host: f.SMTPHost, Port: f.SMTPPort, TLS: post.TLS(f.SMTPTLS), User: f.SMTPUser, Password: os.Getenv("CORRIDOR_SMTP_PASSWORD"),
			From: f.SMTPFrom,
		})
		if err != nil {
			return mail{}, err
		}
		m.postman = server
	default:
		slog.Warn("no mail server is named (--smtp-host): letters wait until there is one, for three days")
	}
	return m, nil
}

func (h *house) openInbox(m mail) (err error) {
	if h.agenda, err = agenda.New(agenda.Options{DB: h.db}); err != nil {
		return err
	}
	h.inbox, err = inbox.New(inbox.Options{
		DB: h.db, Agenda: h.agenda, Postman: m.postman, Origin: m.origin, Now: time.Now, Demo: m.demo,
	})
	return err
}
