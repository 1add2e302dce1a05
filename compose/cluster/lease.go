package main

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// registrationTTL is the least that makes sense of whole seconds; etcd raises it to one and a half election timeouts.
const registrationTTL = 2

// leaseKeeper keeps our registration alive.
type leaseKeeper struct {
	id      clientv3.LeaseID
	ttl     time.Duration
	renewed time.Time
	of      registration // what is registered under it
}

// keep registers r, renews it in good time, and registers anew what has run out or changed.
func (l *leaseKeeper) keep(ctx context.Context, client *clientv3.Client, r registration) error {
	if l.id != 0 && l.of == r {
		if time.Since(l.renewed) < l.ttl/4 {
			return nil
		}
		_, err := client.KeepAliveOnce(ctx, l.id)
		if err == nil {
			l.renewed = time.Now()
			return nil
		}
		if !errors.Is(err, rpctypes.ErrLeaseNotFound) {
			return err
		}
	}
	granted, err := client.Grant(ctx, registrationTTL)
	if err != nil {
		return err
	}
	if err := putJSON(ctx, client, peersPrefix+r.Name, r, clientv3.WithLease(granted.ID)); err != nil {
		return err
	}
	*l = leaseKeeper{id: granted.ID, ttl: time.Duration(granted.TTL) * time.Second, renewed: time.Now(), of: r}
	return nil
}

// end takes the registration back.
func (l *leaseKeeper) end(ctx context.Context, client *clientv3.Client) {
	if l.id != 0 {
		_, _ = client.Revoke(ctx, l.id) // it runs out anyway
		l.id = 0
	}
}
