package page

import (
	"context"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/web/locale"
)

// filmSpeeds are how many times faster than the sale a film may run.
var filmSpeeds = []int{1, 4, 16, 60, 240}

// room is the room at the end of the sale, as a spectator sees it.
func (p FilmPage) room() RoomPage {
	return RoomPage{
		Lot: p.Lot, Number: p.Number, Title: p.Title, Seller: p.Seller, Terms: p.Terms, Frame: p.Frame, Earlier: p.Earlier,
		Access: OnlyWatches,
	}
}

// filmData is what the script begins with. The sale itself it reads from the record.
type filmData struct {
	Lang   locale.Lang              `json:"lang"`
	Lot    auction.LotID            `json:"lot"`
	Record string                   `json:"record"`
	CycleS int64                    `json:"cycleS"`
	Notes  map[auction.Phase]string `json:"notes"`
	Texts  map[string]string        `json:"texts"`
}

func (p FilmPage) data(ctx context.Context) filmData {
	d := p.room().data(ctx)
	return filmData{
		Lang: d.Lang, Lot: p.Lot, Record: lotPath(p.Lot, "/record.json"), CycleS: d.Rules.CycleS, Notes: d.Notes, Texts: d.Texts,
	}
}
