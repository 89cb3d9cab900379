// Package post brings letters to a mail server by SMTP (go-mail). It knows no notice and no person: it is handed a
// message. It may import inbox for what a message is.
package post

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/g60-corridor/corridor/internal/inbox"
)

// TLS is how the line to the server is secured.
type TLS string

const (
	StartTLS TLS = "starttls" // required: a server that does not offer it gets nothing
	Implicit TLS = "implicit" // from the first byte, usually port 465
	Plain    TLS = "none"     // only to a server on the same machine, or to try things out
)

// Options say which server takes our letters.
type Options struct {
	Host     string
	Port     int
	TLS      TLS
	User     string // "" for a server that asks for no name
	Password string // never logged
	From     string // "Corridor <post@market.example>"
}

// Server is the mail server. It is safe for concurrent use: each letter has a line of its own.
type Server struct {
	o    Options
	from *mail.Address
}

const sendMost = 30 * time.Second

// New checks the options; it does not connect.
func New(o Options) (*Server, error) {
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, errors.New("the sender of letters is an address, such as Corridor <post@market.example>")
	}
	s := &Server{o: o, from: from}
	if _, err := s.client(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Server) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.o.Port), gomail.WithTimeout(sendMost)}
	switch s.o.TLS {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		options = append(options, gomail.WithSSL())
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("%q is no way to secure mail: starttls, implicit or none", s.o.TLS)
	}
	if s.o.User != "" {
		if s.o.TLS == Plain {
			return nil, errors.New("a password goes over a secured line only")
		}
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.o.User), gomail.WithPassword(s.o.Password))
	}
	c, err := gomail.NewClient(s.o.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("set up the mail server: %w", err)
	}
	return c, nil
}

// Send implements inbox.Postman. What the server says it will never take is inbox.ErrRefused.
func (s *Server) Send(ctx context.Context, m inbox.Message) error {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(s.from.Name, s.from.Address); err != nil {
		return fmt.Errorf("write the sender: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return fmt.Errorf("%w: %w", inbox.ErrRefused, err)
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDate()
	msg.SetGenHeader(gomail.HeaderContentLang, m.Language)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's holiday answers
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	c, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendMost)
	defer cancel()
	err = c.DialAndSendWithContext(ctx, msg)
	if delivered := msg.IsDelivered(); delivered {
		return nil // what failed came after the server had taken it
	}
	var no *gomail.SendError
	if errors.As(err, &no) && !no.IsTemp() && no.ErrorCode() >= 500 && aboutTheLetter(no.Reason) {
		return fmt.Errorf("%w: %w", inbox.ErrRefused, err)
	}
	return err
}

// aboutTheLetter tells a refusal of this letter from one of all of them, such as a wrong password or sender, which
// somebody can put right.
func aboutTheLetter(r gomail.SendErrReason) bool {
	return r == gomail.ErrSMTPRcptTo || r == gomail.ErrSMTPData || r == gomail.ErrSMTPDataClose
}
