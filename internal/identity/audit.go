package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
)

// Record writes down what somebody did to a subject, for instance lot:12, within his transaction. Every room records so.
func Record(ctx context.Context, client *ent.Client, at time.Time, by Viewer, action, subject, detail string) error {
	return record(ctx, client, at, by.PersonID(), by.OrganisationID(), action, subject, detail)
}

func record(ctx context.Context, client *ent.Client, at time.Time, person, organisation int, action, subject, detail string) error {
	err := client.AuditAction.Create().SetPersonID(person).SetOrganisationID(organisation).SetAction(action).
		SetSubject(subject).SetDetail(detail).SetAt(at).Exec(ctx)
	if err != nil {
		return fmt.Errorf("record %s of %s: %w", action, subject, err)
	}
	return nil
}
