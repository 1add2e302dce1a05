package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// governor is what a leader remembers from one step to the next: since when members have been silent or leaving. A new
// leader counts from the beginning of its own term.
type governor struct {
	silent, leaving map[uint64]time.Time
	// pausedUntil follows a step that etcd refused: it needs time, and logs each refusal.
	pausedUntil time.Time
}

const pauseAfterRefusal = 500 * time.Millisecond

func newGovernor() governor {
	return governor{silent: map[uint64]time.Time{}, leaving: map[uint64]time.Time{}}
}

// govern does the next step of the plan, if there is one.
func (g *governor) govern(ctx context.Context, m *member, known registry, grace time.Duration) error {
	now := time.Now()
	next := plan(m.id(), g.states(m, known, now), known, grace)
	if next.kind == nothing || !known.idealKnown || now.Before(g.pausedUntil) {
		return nil
	}
	err := carryOut(ctx, m.client, next, known)
	if errors.Is(err, rpctypes.ErrMemberLearnerNotReady) {
		return nil // it copies the log
	}
	if err != nil {
		g.pausedUntil = now.Add(pauseAfterRefusal)
	} else {
		slog.Info("cluster changed", "step", string(next.kind), "member", next.name, "why", next.why, "ideal", known.ideal)
	}
	return err
}

// states are the members with how long each has been silent or leaving at now.
func (g *governor) states(m *member, known registry, now time.Time) []memberState {
	var states []memberState
	for _, each := range m.etcd.Server.Cluster().Members() {
		id := uint64(each.ID)
		url := ""
		if len(each.PeerURLs) > 0 {
			url = each.PeerURLs[0]
		}
		_, registered := peerAt(url, known)
		_, nominated := nominationOf(id, known)
		states = append(states, memberState{
			id: id, name: nameOf(each.Name, each.PeerURLs), peerURL: url, isLearner: each.IsLearner,
			silent: lasting(g.silent, id, !registered, now), leaving: lasting(g.leaving, id, !nominated, now),
		})
	}
	return states
}

// lasting notes since when something is so, and returns how long.
func lasting(since map[uint64]time.Time, id uint64, isSo bool, now time.Time) time.Duration {
	if !isSo {
		delete(since, id)
		return 0
	}
	if _, noted := since[id]; !noted {
		since[id] = now
	}
	return now.Sub(since[id])
}

func carryOut(ctx context.Context, client *clientv3.Client, next action, known registry) error {
	switch next.kind {
	case nominate:
		return nominateVolunteer(ctx, client, known.peers[next.name], token(known))
	case promote:
		_, err := client.MemberPromote(ctx, next.id)
		return err
	case remove:
		if _, err := client.MemberRemove(ctx, next.id); err != nil && !errors.Is(err, rpctypes.ErrMemberNotFound) {
			return err
		}
		return withdraw(ctx, client, next.id, known)
	case unnominate, forget:
		return withdraw(ctx, client, next.id, known)
	default:
		return nil
	}
}

// nominateVolunteer adds it as a learner, and then tells it so. Whoever leads after us takes a learner that was never told
// for one that is to leave.
func nominateVolunteer(ctx context.Context, client *clientv3.Client, r registration, token string) error {
	added, err := client.MemberAddAsLearner(ctx, []string{r.PeerURL})
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, each := range added.Members {
		for _, url := range each.PeerURLs {
			names[url] = nameOf(each.Name, each.PeerURLs)
		}
	}
	n := nomination{Name: r.Name, Instance: r.Instance, ID: added.Member.ID, Token: token, InitialCluster: initialCluster(names)}
	return putJSON(ctx, client, nominatedPrefix+r.Name, n)
}

// withdraw takes a nomination back, unless its peer has been nominated anew meanwhile.
func withdraw(ctx context.Context, client *clientv3.Client, id uint64, known registry) error {
	n, ok := nominationOf(id, known)
	if !ok {
		return nil
	}
	key := nominatedPrefix + n.Name
	_, err := client.Txn(ctx).
		If(clientv3.Compare(clientv3.CreateRevision(key), "=", n.revision)).
		Then(clientv3.OpDelete(key)).Commit()
	return err
}

// token of the cluster, which every nomination has.
func token(known registry) string {
	for _, n := range known.nominated {
		return n.Token
	}
	return ""
}
