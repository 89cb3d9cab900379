// Package live serves the live room over WebSockets (gorilla/websocket): one socket for many lots, the
// subprotocol corridor.v1, described for strangers in PROTOCOL.md beside this file.
//
// It holds no auction state. What people see comes from package hub as messages that are encoded once for all;
// what they do goes to the saleroom through the small interface Saleroom; who they are it is told by the
// functions in Options. It may import auction, feed, hub and identity. It must never see ent, and never send
// what the hub did not render for that audience.
//
// How a socket is served. One goroutine reads it, through a small buffer. Nothing else is parked for it: frames
// to be sent wait in the socket's own short queue, and a few writers (writer.go) take sockets that have
// something waiting, join all of it and write it in one system call that does not block. A socket that does not
// take everything at once is slow: it gets a goroutine with a deadline until it has caught up, and is closed
// with code 4009 when its queue is full. gorilla's own control frames pass through the same queue (wire.go), so
// that no two writers ever meet in one connection.
package live
