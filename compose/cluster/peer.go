package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// foundTimeout bounds the first election and the first two writes, of a cluster of one.
const foundTimeout = 15 * time.Second

// peer is this process in the cluster. It looks for the cluster, volunteers, becomes a member when it is nominated and a
// volunteer again when it is not any more. All of that happens in one goroutine, a step each CONTROL_INTERVAL; the front
// reads who serves just now.
type peer struct {
	cfg     config
	logger  *zap.Logger
	seeds   *seeds
	heard   *heard
	started time.Time

	self  registration
	lease leaseKeeper
	watch governor

	told       time.Time // when the first seed was told last
	said       string    // the last trouble that was logged
	remote     atomic.Pointer[clientv3.Client]
	local      atomic.Pointer[member]
	going      atomic.Bool // being un-nominated or stopped: requests go to the others
	goingSince time.Time
	closing    sync.WaitGroup // servers of former memberships
	seen       atomic.Pointer[view]
	done       sync.Mutex // held for a step
}

func newPeer(cfg config, self registration, logger *zap.Logger) *peer {
	process := rand.Text()
	self.Instance = rand.Text()
	p := &peer{
		cfg: cfg, logger: logger, self: self, started: time.Now(),
		seeds: newSeeds(cfg.seeds, process),
		heard: &heard{known: whereabouts{Instance: process}},
		watch: newGovernor(),
	}
	p.seen.Store(&view{})
	return p
}

// keep does a step each interval until ctx ends.
func (p *peer) keep(ctx context.Context) {
	ticker := time.NewTicker(p.cfg.interval)
	defer ticker.Stop()
	for {
		p.step(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (p *peer) step(ctx context.Context) {
	p.done.Lock()
	defer p.done.Unlock()
	// A leader that does not answer is replaced within two election timeouts.
	bounded, cancel := context.WithTimeout(ctx, 2*p.cfg.election)
	defer cancel()
	var err error
	switch m := p.local.Load(); {
	case m != nil:
		err = p.asMember(bounded, m)
	case p.heard.get().Token != "":
		err = p.asVolunteer(bounded)
	default:
		err = p.look(ctx)
	}
	if ctx.Err() == nil {
		p.tell(err)
	}
}

// tell logs trouble when it is new, and its end.
func (p *peer) tell(err error) {
	said := ""
	if err != nil {
		said = err.Error()
	}
	if said != p.said && said != "" {
		slog.Warn("the cluster does not do what it is asked, trying again", "error", said)
	}
	p.said = said
}

// look asks the seeds for the cluster, and founds it where that is up to us and nobody knows one.
func (p *peer) look(ctx context.Context) error {
	answers, isFirst := p.seeds.ask(ctx)
	for _, answer := range answers {
		p.heard.learn(answer)
	}
	if p.heard.get().Token != "" || !isFirst || time.Since(p.started) < p.cfg.foundAfter {
		return nil
	}
	token := "rampart-" + rand.Text()
	slog.Info("founding a cluster", "token", token, "ideal", p.cfg.ideal)
	m, err := startMember(p.cfg, p.self, p.logger, token, p.self.Name+"="+p.self.PeerURL, true)
	if err != nil {
		return err
	}
	founding, cancel := context.WithTimeout(ctx, foundTimeout)
	defer cancel()
	if err := m.found(founding, p.self, token, p.cfg.ideal); err != nil {
		m.close()
		return err
	}
	p.become(m, token)
	return nil
}

// asVolunteer makes itself known to the members, and follows a nomination.
func (p *peer) asVolunteer(ctx context.Context) error {
	client, err := p.others()
	if err != nil {
		return err
	}
	list, err := client.MemberList(ctx)
	if err != nil {
		p.seen.Store(&view{})
		answers, _ := p.seeds.ask(ctx)
		for _, answer := range answers {
			p.heard.learn(answer)
		}
		return err
	}
	if err := p.lease.keep(ctx, client, p.self); err != nil {
		return err
	}
	known, err := readRegistry(ctx, client)
	if err != nil {
		return err
	}
	p.meet(ctx, clientURLs(list.Members, known))
	if p.seen.Load().leader == "" || time.Since(p.seen.Load().at) > p.cfg.election/4 {
		p.seen.Store(lookAt(ctx, client, p.heard.get().Clients, list.Members, known))
	}
	n, ok := known.nominated[p.self.Name]
	if !ok || n.Instance != p.self.Instance {
		return nil
	}
	p.closing.Wait() // for the ports of the membership before
	slog.Info("nominated", "as", p.self.Name, "cluster", n.InitialCluster)
	m, err := startMember(p.cfg, p.self, p.logger, n.Token, n.InitialCluster, false)
	if err != nil {
		// What has voted once must never come back without its data: from now on we are somebody else.
		p.self.Instance = rand.Text()
		return err
	}
	p.become(m, n.Token)
	return nil
}

// asMember looks whether we still are one, and leads where we are the leader.
func (p *peer) asMember(ctx context.Context, m *member) error {
	select {
	case err := <-m.etcd.Err():
		slog.Warn("membership ended", "error", err)
		p.volunteerAgain(m)
		return nil
	case <-m.etcd.Server.StopNotify():
		slog.Warn("membership ended", "error", "the others took us out")
		p.volunteerAgain(m)
		return nil
	default:
	}
	client := p.store()
	if client == nil {
		return errors.New("no member is known")
	}
	if err := p.lease.keep(ctx, client, p.self); err != nil {
		return err
	}
	known, err := readRegistry(ctx, client)
	if err != nil {
		return err
	}
	p.meet(ctx, m.clientURLs(known))
	p.seen.Store(m.look(known))
	if n, ok := known.nominated[p.self.Name]; !ok || n.ID != m.id() {
		if !p.going.Load() {
			slog.Info("no longer nominated, leaving", "as", p.self.Name)
		}
		return p.leave(ctx, m)
	}
	if m.isLeader() {
		return p.watch.govern(ctx, m, known, p.cfg.grace)
	}
	p.watch = newGovernor()
	return nil
}

// become takes over requests as soon as we have a vote.
func (p *peer) become(m *member, token string) {
	p.heard.learn(whereabouts{Token: token, Clients: m.clientURLs(registry{})})
	p.seen.Store(m.look(registry{ideal: p.seen.Load().ideal}))
	p.going.Store(false)
	p.watch = newGovernor()
	p.local.Store(m)
}

// close ends what is left when all requests are answered.
func (p *peer) close() {
	if client := p.remote.Load(); client != nil {
		client.Close()
	}
	if m := p.local.Load(); m != nil {
		m.close()
	}
	p.closing.Wait()
}

// names of members, sorted.
func names(of map[uint64]string) []string { return slices.Sorted(maps.Values(of)) }
