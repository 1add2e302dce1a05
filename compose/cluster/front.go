package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
)

// front answers:
//
//	GET    /kv/<key>   the value, as the majority knows it; ?consistency=serializable: as this peer's store knows it, maybe old
//	PUT    /kv/<key>   stores the body; 200 once a majority has it on disk
//	DELETE /kv/<key>   removes it
//	GET    /ideal      how many members there are to be
//	PUT    /ideal      changes that, from 1 to 7
//	GET    /status     who is in the cluster, and as what: status
//	GET    /healthz    200 once this process serves
//	GET    /readyz     200 while a store can be asked and has a leader, else 503
//	       /cluster    for other peers: whereabouts
//
// A write that is answered 503 or 504 may still have been made; PUT of the same value may be sent again.
type front struct {
	peer *peer
	keys http.Handler // /kv/ measured
}

func newFront(p *peer, measured func(http.Handler) http.Handler) *front {
	f := &front{peer: p}
	f.keys = measured(http.HandlerFunc(f.key))
	return f
}

// ServeHTTP implements http.Handler. A key may hold any byte, so its path is taken as it came.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/kv/"):
		f.keys.ServeHTTP(w, r)
	case r.URL.Path == "/ideal":
		f.ideal(w, r)
	case r.URL.Path == "/status" && r.Method == http.MethodGet:
		answerJSON(w, f.peer.status())
	case r.URL.Path == "/healthz" && r.Method == http.MethodGet:
		fmt.Fprintln(w, "ok")
	case r.URL.Path == "/readyz" && r.Method == http.MethodGet:
		f.ready(w)
	case r.URL.Path == clusterPath:
		f.cluster(w, r)
	default:
		http.Error(w, "there are /kv/<key>, /ideal, /status, /healthz and /readyz", http.StatusNotFound)
	}
}

func (f *front) key(w http.ResponseWriter, r *http.Request) {
	key := userPrefix + strings.TrimPrefix(r.URL.Path, "/kv/")
	w.Header().Set("X-Served-By", f.peer.self.Name)
	f.ask(w, r, func(ctx context.Context, store *clientv3.Client) error {
		switch r.Method {
		case http.MethodGet:
			return getKey(ctx, w, r, store, key)
		case http.MethodPut:
			return putKey(ctx, w, r, store, key)
		case http.MethodDelete:
			_, err := store.Delete(ctx, key)
			if err == nil {
				w.WriteHeader(http.StatusNoContent)
			}
			return err
		default:
			http.Error(w, "a key can be got, put and deleted", http.StatusMethodNotAllowed)
			return nil
		}
	})
}

func getKey(ctx context.Context, w http.ResponseWriter, r *http.Request, store *clientv3.Client, key string) error {
	var options []clientv3.OpOption
	switch consistency := r.URL.Query().Get("consistency"); consistency {
	case "", "linearizable":
	case "serializable":
		options = append(options, clientv3.WithSerializable())
	default:
		http.Error(w, fmt.Sprintf("consistency must be linearizable or serializable, got %q", consistency), http.StatusBadRequest)
		return nil
	}
	res, err := store.Get(ctx, key, options...)
	if err != nil {
		return err
	}
	if len(res.Kvs) == 0 {
		http.Error(w, "no such key", http.StatusNotFound)
		return nil
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("X-Revision", strconv.FormatInt(res.Kvs[0].ModRevision, 10))
	_, _ = w.Write(res.Kvs[0].Value) // a client that is gone needs no answer
	return nil
}

func putKey(ctx context.Context, w http.ResponseWriter, r *http.Request, store *clientv3.Client, key string) error {
	value, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxValueBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		http.Error(w, fmt.Sprintf("a value must be at most %d bytes", maxValueBytes), http.StatusRequestEntityTooLarge)
		return nil
	}
	if err != nil {
		return nil // the client is gone
	}
	res, err := store.Put(ctx, key, string(value))
	if err != nil {
		return err
	}
	w.Header().Set("X-Revision", strconv.FormatInt(res.Header.Revision, 10))
	fmt.Fprintln(w, "stored")
	return nil
}

func (f *front) ideal(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		fmt.Fprintln(w, f.peer.status().Ideal)
	case http.MethodPut:
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64))
		ideal, parsed := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil || parsed != nil || ideal < 1 || ideal > maxIdeal {
			http.Error(w, fmt.Sprintf("the ideal size must be a whole number from 1 to %d, got %q (example: 3)", maxIdeal, text), http.StatusBadRequest)
			return
		}
		f.ask(w, r, func(ctx context.Context, store *clientv3.Client) error {
			if _, err := store.Put(ctx, idealKey, strconv.Itoa(ideal)); err != nil {
				return err
			}
			slog.Info("ideal size changed", "ideal", ideal)
			fmt.Fprintln(w, ideal)
			return nil
		})
	default:
		http.Error(w, "the ideal size can be got and put", http.StatusMethodNotAllowed)
	}
}

func (f *front) ready(w http.ResponseWriter) {
	said := f.peer.status()
	if f.peer.store() == nil || said.Leader == "" {
		http.Error(w, "no cluster with a leader is known", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintf(w, "%s of a cluster of %d, led by %s\n", said.Role, len(said.Members), said.Leader)
}

// cluster answers other peers with what we know, and learns what they know.
func (f *front) cluster(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		answerJSON(w, f.peer.heard.get())
		return
	}
	var said whereabouts
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&said); err != nil {
		http.Error(w, "expected JSON: "+err.Error(), http.StatusBadRequest)
		return
	}
	answerJSON(w, f.peer.heard.learn(said))
}

// ask does something with the store, within the time that a request may take, and tells the client why it failed.
func (f *front) ask(w http.ResponseWriter, r *http.Request, do func(context.Context, *clientv3.Client) error) {
	store := f.peer.store()
	if store == nil {
		http.Error(w, "no cluster is known yet", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), f.peer.cfg.requestTimeout)
	defer cancel()
	if err := do(ctx, store); err != nil {
		http.Error(w, "the store: "+err.Error(), statusOf(err))
	}
}

// statusOf an error of etcd, whether it came over the network or from this process.
func statusOf(err error) int {
	code := grpcstatus.Code(err)
	var known rpctypes.EtcdError
	if errors.As(err, &known) {
		code = known.Code()
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), code == codes.DeadlineExceeded, errors.Is(err, rpctypes.ErrTimeout):
		return http.StatusGatewayTimeout
	case errors.Is(err, context.Canceled), code == codes.Canceled:
		return 499 // as nginx calls a client that is gone
	case errors.Is(err, rpctypes.ErrNoSpace):
		return http.StatusInsufficientStorage
	case code == codes.InvalidArgument:
		return http.StatusBadRequest
	default:
		return http.StatusServiceUnavailable
	}
}

func answerJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value) // a client that is gone needs no answer
}
