package bench

import (
	"context"
	"encoding/json"
	"errors"
)

func serveRoom(ctx context.Context, settings json.RawMessage) (service, error) { return nil, errors.New("later") }
func serveRowLock(ctx context.Context, settings json.RawMessage) (service, error) { return nil, errors.New("later") }
