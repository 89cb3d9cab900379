package identity

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/signintrace"
)

// traceLife is how long it is remembered from where an organisation's people came. R1.6
const traceLife = 180 * 24 * time.Hour

// Noticed remembers from which network and device somebody signed in for an organisation, as digests that only this house can
// make and for a while: two bidders who share one are looked at. In the demo everybody shares them, and nobody is noticed.
func (s *Service) Noticed(ctx context.Context, org int, address, device string) error {
	if s.safe == nil || org == 0 {
		return nil
	}
	if ip, err := netip.ParseAddr(address); err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()) {
		address = "" // it is nobody's in particular: this machine, or a network behind a proxy that names no clients
	}
	now := s.now()
	return s.db.InTx(ctx, func(client *ent.Client) error {
		if _, err := client.SignInTrace.Delete().Where(signintrace.SeenAtLT(now.Add(-traceLife))).Exec(ctx); err != nil {
			return fmt.Errorf("forget old traces: %w", err)
		}
		for kind, value := range map[signintrace.Kind]string{signintrace.KindIP: address, signintrace.KindDEVICE: device} {
			if value == "" {
				continue
			}
			err := client.SignInTrace.Create().SetOrganisationID(org).SetKind(kind).SetDigest(s.safe.digest(string(kind), value)).SetSeenAt(now).
				OnConflictColumns(signintrace.FieldOrganisationID, signintrace.FieldKind, signintrace.FieldDigest).UpdateSeenAt().Exec(ctx)
			if err != nil {
				return fmt.Errorf("keep a trace: %w", err)
			}
		}
		return nil
	})
}
