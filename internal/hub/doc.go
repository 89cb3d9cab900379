// Package hub knows who is watching which lot. It follows the log of each watched lot with a replica of its own
// (feed.Follower), woken by rings and, should the bell be dead, by a slow poll; and it tells each sink what its
// audience may see.
//
// The first change goes out at once; what follows within Gather goes out together, so a watcher gets at most
// about 20 frames a second however hot the lot is. A frame is encoded once for all who watch.
//
// It may import auction and feed. It accepts no command: nothing that a client says ever reaches another client
// through here. It must not import ent or saleroom.
package hub
