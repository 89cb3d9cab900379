package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/site"
	"github.com/g60-corridor/corridor/internal/store"
)

// searchSettings tell a server process of `bench search` which database it has, and where an index goes.
type searchSettings struct {
	Database string `json:"database"`
	Dir      string `json:"dir"`
}

// httpService serves over HTTP and closes what it stands on.
type httpService struct {
	listen net.Listener
	server *http.Server
	shut   func()
}

func serveHTTP(h http.Handler, shut func()) (*httpService, error) {
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &httpService{listen, &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}, shut}
	go func() { _ = s.server.Serve(listen) }()
	return s, nil
}

func (s *httpService) address() string { return s.listen.Addr().String() }
func (s *httpService) do(context.Context, string) (any, error) {
	return nil, errors.New("not understood")
}
func (s *httpService) close() { _ = s.server.Close(); s.shut() }

// strangers is a session store of a house whose visitors are nobody.
type strangers struct{}

func (strangers) Delete(string) error                    { return nil }
func (strangers) Find(string) ([]byte, bool, error)      { return nil, false, nil }
func (strangers) Commit(string, []byte, time.Time) error { return nil }

// searchHouse is the real page over the real search. It tells how long the index took.
type searchHouse struct {
	*httpService
	search *search.Service
	began  time.Time
}

// serveSearch serves the site with an index that is being built; "built" is answered once it is.
func serveSearch(ctx context.Context, settings json.RawMessage) (service, error) {
	var s searchSettings
	if err := json.Unmarshal(settings, &s); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, s.Database)
	if err != nil {
		return nil, err
	}
	people, err := identity.New(identity.Options{Database: db, Now: time.Now, Cost: identity.Cost})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	found := search.New(search.Options{Database: db, Dir: s.Dir, Now: time.Now})
	running, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	h := &searchHouse{search: found, began: time.Now()}
	go func() { defer close(ended); found.Run(running) }()
	// Each client names an address of its own, as the proxy of a real house would: one address is held back otherwise.
	front := site.New(site.Options{People: people, Search: found, Sessions: strangers{}, Ready: db.Ping, Now: time.Now, TrustProxy: true, Log: quiet})
	h.httpService, err = serveHTTP(front, func() { stop(); <-ended; _ = db.Close() })
	return h, err
}

// do implements service: "built" waits for the index and answers how many seconds it took.
func (h *searchHouse) do(ctx context.Context, line string) (any, error) {
	if line != "built" {
		return nil, errors.New("not understood")
	}
	for {
		r, err := h.search.Search(ctx, search.Request{})
		if err != nil {
			return nil, err
		}
		if r.Building == nil {
			return time.Since(h.began).Seconds(), nil
		}
		pause(ctx, 50*time.Millisecond)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

// serveLike is the baseline: the same questions put to the database with LIKE (ILIKE on PostgreSQL), as a count and a page
// of twenty. It marks nothing, counts no facets, mends no slips and makes no page.
func serveLike(ctx context.Context, settings json.RawMessage) (service, error) {
	var s searchSettings
	if err := json.Unmarshal(settings, &s); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, s.Database)
	if err != nil {
		return nil, err
	}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		where, args := likeQuery(r, db.IsPostgres())
		var total int
		if err := db.ReadSQL().QueryRowContext(r.Context(), "SELECT count(*) FROM listings l WHERE "+where, args...).Scan(&total); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		rows, err := db.ReadSQL().QueryContext(r.Context(), "SELECT l.id, l.title_zh, l.title_en FROM listings l WHERE "+where+" ORDER BY l.created_at DESC LIMIT 20", args...)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer rows.Close()
		fmt.Fprintln(w, total)
		for rows.Next() {
			var id int
			var zh, en string
			if err := rows.Scan(&id, &zh, &en); err != nil {
				return
			}
			fmt.Fprintln(w, id, zh, en)
		}
	})
	return serveHTTP(h, func() { _ = db.Close() })
}

func likeQuery(r *http.Request, postgres bool) (where string, args []any) {
	like := "LIKE"
	if postgres {
		like = "ILIKE"
	}
	arg := func(v any) string {
		args = append(args, v)
		if postgres {
			return fmt.Sprintf("$%d", len(args))
		}
		return fmt.Sprintf("?%d", len(args))
	}
	parts := []string{"l.status = 'PUBLISHED'"}
	q := r.URL.Query()
	for _, word := range strings.Fields(q.Get("q")) {
		p := arg("%" + strings.TrimPrefix(word, "ZL") + "%")
		var any []string
		for _, column := range []string{"number", "title_zh", "title_en", "summary_zh", "summary_en"} {
			any = append(any, "l."+column+" "+like+" "+p)
		}
		any = append(any, "EXISTS (SELECT 1 FROM listing_patents lp JOIN patents p ON p.id = lp.patent_id WHERE lp.listing_id = l.id AND (p.application_no "+
			like+" "+p+" OR p.publication_no "+like+" "+p+" OR CAST(p.ipc AS text) "+like+" "+p+"))")
		parts = append(parts, "("+strings.Join(any, " OR ")+")")
	}
	for _, column := range []string{"city", "field"} {
		var any []string
		for _, v := range q[column] {
			any = append(any, arg(v))
		}
		if any != nil {
			parts = append(parts, "l."+column+" IN ("+strings.Join(any, ", ")+")")
		}
	}
	return strings.Join(parts, " AND "), args
}
