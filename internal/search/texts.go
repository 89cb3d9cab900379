package search

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	bolt "go.etcd.io/bbolt/errors"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/store"
)

// texts are an index of what can be read of the listings.
type texts struct {
	index  bleve.Index
	dir    string // "" in memory
	placed func([]int) []slot

	spoilt atomic.Bool // a write failed, as on a full disk: what the index holds in memory is not to be trusted for another

	using  sync.RWMutex // held by who reads, so that nobody closes it under his hands
	closed bool         // guarded by using

	mu       sync.Mutex
	segments map[uint64][]slot     // guarded by mu; the listings of a segment's documents never change
	seen     *scorch.IndexSnapshot // guarded by mu; the snapshot that places are of
	places   []slot                // guarded by mu; by document, replaced whole
}

// label says what an index holds. It is written in the index itself, in the batch that it speaks of.
type label struct {
	Version string             `json:"version"`
	Origin  string             `json:"origin"` // of which database it is
	Whole   bool               `json:"whole"`  // it has been built to the end
	Cursor  store.ChangeCursor `json:"cursor"`
	At      time.Time          `json:"at"`
}

var labelKey = []byte("corridor")

// lockWait is how long another process may keep an index before it is left to it.
const lockWait = "2s"

// createTexts makes an empty index; dir "" in memory.
func createTexts(dir string, placed func([]int) []slot) (*texts, error) {
	if dir != "" {
		if err := os.RemoveAll(dir); err != nil {
			return nil, fmt.Errorf("clear the index: %w", err)
		}
	}
	index, err := bleve.NewUsing(dir, bleve.NewIndexMapping(), scorch.Name, scorch.Name, map[string]any{"bolt_timeout": lockWait})
	if err != nil {
		return nil, fmt.Errorf("make an index: %w", err)
	}
	return &texts{index: index, dir: dir, placed: placed, segments: map[uint64][]slot{}}, nil
}

// openTexts opens an index and reads its label.
func openTexts(dir string, placed func([]int) []slot) (*texts, label, error) {
	index, err := bleve.OpenUsing(dir, map[string]any{"bolt_timeout": lockWait})
	if err != nil {
		return nil, label{}, fmt.Errorf("open the index: %w", err)
	}
	t := &texts{index: index, dir: dir, placed: placed, segments: map[uint64][]slot{}}
	text, err := index.GetInternal(labelKey)
	var l label
	if err == nil && text != nil {
		err = json.Unmarshal(text, &l)
	}
	if err != nil {
		return nil, label{}, errors.Join(fmt.Errorf("read the index's label: %w", err), index.Close())
	}
	return t, l, nil
}

// write puts documents in and takes others out, with the label that is then true, all or nothing.
func (t *texts) write(put []*ent.Listing, gone []int, l *label) error {
	b := t.index.NewBatch()
	for _, one := range put {
		if err := b.IndexAdvanced(write(one)); err != nil {
			return fmt.Errorf("index listing %d: %w", one.ID, err)
		}
	}
	for _, id := range gone {
		b.Delete(strconv.Itoa(id))
	}
	if l != nil {
		text, err := json.Marshal(l)
		if err != nil {
			return fmt.Errorf("write the index's label: %w", err)
		}
		b.SetInternal(labelKey, text)
	}
	if err := t.batch(b); err != nil {
		t.spoilt.Store(true)
		return fmt.Errorf("write to the index: %w", err)
	}
	return nil
}

var (
	errSpoilt = errors.New("an earlier write failed")
	errClosed = errors.New("the index is closed")
)

// batch writes, unless an earlier write failed.
func (t *texts) batch(b *bleve.Batch) (err error) {
	if t.spoilt.Load() {
		return errSpoilt
	}
	defer caught(&err)
	return t.index.Batch(b)
}

// caught makes an error of a panic: bleve panics on a segment whose file could not be written. No sale goes down with it.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the index broke off: %v", p)
	}
}

func (t *texts) close() error {
	t.using.Lock()
	defer t.using.Unlock()
	t.closed = true
	return t.index.Close()
}

// readable says why an index cannot be read, to who holds using.
func (t *texts) readable() error {
	switch {
	case t.closed:
		return errClosed
	case t.spoilt.Load():
		return errSpoilt
	}
	return nil
}

// busy says that another process works with an index.
func busy(err error) bool { return errors.Is(err, bolt.ErrTimeout) }

// find runs a query and returns every listing that meets it, in no order; scored says whether it is to be weighed.
func (t *texts) find(ctx context.Context, q query.Query, scored bool) (hits []hit, err error) {
	t.using.RLock()
	defer t.using.RUnlock()
	if err := t.readable(); err != nil {
		return nil, err
	}
	defer caught(&err)
	advanced, err := t.index.Advanced()
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	reader, err := advanced.Reader()
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	defer reader.Close()
	places, err := t.placesIn(reader.(*scorch.IndexSnapshot))
	if err != nil {
		return nil, err
	}
	options := search.SearcherOptions{}
	if !scored {
		options.Score = "none"
	}
	searcher, err := q.Searcher(ctx, reader, t.index.Mapping(), options)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	defer searcher.Close()
	c := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(searcher.DocumentMatchPoolSize()+1, 0), IndexReader: reader}
	hits = make([]hit, 0, min(searcher.Count(), 1<<17))
	for n := 0; ; n++ {
		m, err := searcher.Next(c)
		if err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		if m == nil {
			return hits, nil
		}
		if doc := binary.BigEndian.Uint64(m.IndexInternalID); doc < uint64(len(places)) {
			hits = append(hits, hit{places[doc], float32(m.Score)})
		}
		c.DocumentMatchPool.Put(m)
		if n%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// placesIn says of which listing each document of a snapshot is. Asking the index for each hit would cost more than the
// search; so it is asked once for each segment.
func (t *texts) placesIn(s *scorch.IndexSnapshot) ([]slot, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == s {
		return t.places, nil
	}
	var all []slot
	kept := map[uint64][]slot{}
	for _, segment := range s.Segments() {
		n := int(segment.FullSize())
		of := t.segments[segment.Id()]
		if len(of) != n {
			ids := make([]int, n)
			for i := range ids {
				name, err := segment.DocID(uint64(i))
				if err != nil {
					return nil, fmt.Errorf("search: name document %d: %w", i, err)
				}
				if ids[i], err = strconv.Atoi(string(name)); err != nil {
					return nil, fmt.Errorf("search: name document %d: %w", i, err)
				}
			}
			of = t.placed(ids)
		}
		kept[segment.Id()] = of
		all = append(all, of...)
	}
	t.segments, t.seen, t.places = kept, s, all
	return all, nil
}
