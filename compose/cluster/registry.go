package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// What peers tell each other is kept in the store itself, beside what users put there:
//
//	cluster/peers/<name>       registration: this peer is there; lives as long as its lease
//	cluster/nominated/<name>   nomination: this peer is, or is to become, a member
//	cluster/ideal              how many members there are to be
//	kv/<key>                   the value of a user
const (
	peersPrefix     = "cluster/peers/"
	nominatedPrefix = "cluster/nominated/"
	idealKey        = "cluster/ideal"
	clusterPrefix   = "cluster/"
	userPrefix      = "kv/"
)

// registration is how a peer makes itself known. All who are registered and no members are volunteers.
type registration struct {
	Name string `json:"name"`
	// Instance is drawn anew at each start: a peer that comes back under its old name is another one, without data.
	Instance  string `json:"instance"`
	PeerURL   string `json:"peerURL"`
	ClientURL string `json:"clientURL"`

	created int64 // revision in which it came
}

// nomination is the leader's word that an instance of a peer is a member under this ID.
type nomination struct {
	Name     string `json:"name"`
	Instance string `json:"instance"`
	ID       uint64 `json:"id,string"`
	// Token is that of the cluster, drawn by its founder: members of two clusters never talk to each other.
	Token string `json:"token"`
	// InitialCluster is what etcd wants to know of the others at a member's first start: name=peerURL,name=peerURL.
	InitialCluster string `json:"initialCluster"`

	revision int64
}

// registry is one state of all of it.
type registry struct {
	peers      map[string]registration // by name
	nominated  map[string]nomination   // by name
	ideal      int
	idealKnown bool
}

// readRegistry reads everything in one revision, as the majority knows it.
func readRegistry(ctx context.Context, kv clientv3.KV) (registry, error) {
	found := registry{peers: map[string]registration{}, nominated: map[string]nomination{}}
	res, err := kv.Get(ctx, clusterPrefix, clientv3.WithPrefix())
	if err != nil {
		return found, err
	}
	for _, pair := range res.Kvs {
		key := string(pair.Key)
		var err error
		switch {
		case strings.HasPrefix(key, peersPrefix):
			r := registration{created: pair.CreateRevision}
			err = json.Unmarshal(pair.Value, &r)
			found.peers[r.Name] = r
		case strings.HasPrefix(key, nominatedPrefix):
			n := nomination{revision: pair.CreateRevision}
			err = json.Unmarshal(pair.Value, &n)
			found.nominated[n.Name] = n
		case key == idealKey:
			found.ideal, err = strconv.Atoi(string(pair.Value))
			found.idealKnown = err == nil
		}
		if err != nil {
			return found, fmt.Errorf("%s: %w", key, err)
		}
	}
	return found, nil
}

func putJSON(ctx context.Context, kv clientv3.KV, key string, value any, opts ...clientv3.OpOption) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = kv.Put(ctx, key, string(text), opts...)
	return err
}

// initialCluster writes members by peer URL as etcd reads them.
func initialCluster(nameByURL map[string]string) string {
	var pairs []string
	for url, name := range nameByURL {
		pairs = append(pairs, name+"="+url)
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ",")
}
