package market

import (
	"encoding/json"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/subject"
)

// intaken is what a seller's table said of an imported draft, as the subjects and offers that its sheet begins with.
// What the table did not say is left for the seller to fill in, and the gates name it.
func intaken(l *ent.Listing) (subjects []subject.Subject, offers []subject.Offer) {
	for _, right := range l.Rights {
		offers = append(offers, subject.Offer{Mode: subject.Mode(right)})
	}
	var r intake.Record
	if json.Unmarshal([]byte(l.ImportRecord), &r) != nil {
		return nil, offers
	}
	owners := []subject.Owner{}
	for _, name := range r.Owners {
		owners = append(owners, subject.Owner{Party: name, Seller: len(r.Owners) == 1})
	}
	for _, n := range r.Numbers {
		s := subject.Subject{
			Kind: intakenKind(&r, n), Number: n.Text, Office: n.Office, Filed: day(r.FiledOn), Granted: day(r.GrantedOn),
			Status: subject.LegalStatus{Status: subject.Status(r.Legal)}, Owners: owners,
		}
		if !n.Chinese {
			s.Expires = day(r.ExpiresOn)
		}
		subjects = append(subjects, s)
	}
	return subjects, offers
}

// intakenKind is that of a granted right where the table says that there is one; else an application.
func intakenKind(r *intake.Record, n intake.Number) subject.Kind {
	kind := subject.Kind(r.Kind)
	if kind == "" {
		kind = subject.Invention
	}
	if n.Chinese && r.GrantedOn.IsZero() && r.PatentNo == "" && (r.Legal == "" || r.Legal == string(subject.Pending) || r.Legal == string(subject.PublishedApplication)) {
		return subject.Application
	}
	return kind
}

func day(t time.Time) ident.Date {
	if t.IsZero() {
		return ""
	}
	return ident.DateOf(t)
}
