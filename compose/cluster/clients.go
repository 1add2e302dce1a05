package main

import (
	"context"
	"log/slog"
	"slices"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
)

// meet notes where the members are, and tells the first seed from time to time.
func (p *peer) meet(ctx context.Context, clients []string) {
	known := p.heard.learn(whereabouts{Token: p.heard.get().Token, Clients: clients})
	if time.Since(p.told) < p.cfg.foundAfter/3 {
		return
	}
	p.told = time.Now()
	go func() {
		if err := p.seeds.tell(context.WithoutCancel(ctx), known); err != nil {
			slog.Error("there are two clusters: stop one of them", "error", err)
		}
	}()
}

// others is a client of the members beside ourselves, over the network.
func (p *peer) others() (*clientv3.Client, error) {
	endpoints := slices.DeleteFunc(p.heard.get().Clients, func(url string) bool { return url == p.self.ClientURL })
	if client := p.remote.Load(); client != nil {
		if !slices.Equal(client.Endpoints(), endpoints) && len(endpoints) > 0 {
			client.SetEndpoints(endpoints...)
		}
		return client, nil
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: endpoints,
		Logger:    p.logger,
		DialOptions: []grpc.DialOption{grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second},
			MinConnectTimeout: time.Second,
		})},
	})
	if err == nil {
		p.remote.Store(client)
	}
	return client, err
}

// store is who answers requests for keys: ourselves as a voter whose name is in the log, else the members; nil while no
// cluster is known.
func (p *peer) store() *clientv3.Client {
	if m := p.local.Load(); m != nil && !p.going.Load() && m.isVoter() && m.isReady() {
		return m.client
	}
	return p.remote.Load()
}
