package saleroom

import (
	"sync/atomic"
	"time"
)

// Stats is what the house has done since it started.
type Stats struct {
	Lots       int           // rooms that are open now
	Commands   int64         // taken in
	Entries    int64         // stored
	Batches    int64         // appends that stored them
	Repeats    int64         // bids answered by an earlier answer to the same key
	Fenced     int64         // appends that another node had forestalled
	Unknown    int64         // appends of unknown outcome
	Failed     int64         // other failures of the log
	Outages    int64         // pauses for time that bidders could not use
	Faults     int64         // broken invariants and panics
	Busy       int64         // commands turned away by a full mailbox
	AppendTime time.Duration // spent in appends, all together
}

type counters struct {
	commands, entries, batches, repeats, fenced, unknown, failed, outages, faults, busy, appendNanos atomic.Int64
}

// count adds what has come since.
func (c *counters) count(now, before Counts) {
	c.commands.Add(now.Commands - before.Commands)
	c.entries.Add(now.Entries - before.Entries)
	c.batches.Add(now.Batches - before.Batches)
	c.repeats.Add(now.Repeats - before.Repeats)
	c.fenced.Add(now.Fenced - before.Fenced)
	c.unknown.Add(now.Unknown - before.Unknown)
	c.failed.Add(now.Failed - before.Failed)
	c.outages.Add(now.Outages - before.Outages)
	c.faults.Add(now.Faults - before.Faults)
}

// Stats returns the counters of the house. They are read one by one, not all at the same moment.
func (f *Floor) Stats() Stats {
	f.mu.RLock()
	lots := len(f.rooms)
	f.mu.RUnlock()
	c := &f.stats
	return Stats{
		Lots: lots, Commands: c.commands.Load(), Entries: c.entries.Load(), Batches: c.batches.Load(),
		Repeats: c.repeats.Load(), Fenced: c.fenced.Load(), Unknown: c.unknown.Load(), Failed: c.failed.Load(),
		Outages: c.outages.Load(), Faults: c.faults.Load(), Busy: c.busy.Load(),
		AppendTime: time.Duration(c.appendNanos.Load()),
	}
}
