package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"go.uber.org/zap"
)

const (
	// logEntries are kept for followers that fell behind; with values of 1 KiB some 15 MiB a member.
	snapshotEvery, logEntries = 10_000, 5_000
	// walBytes of each file of the log, two of which are there from the start: etcd's own 64 MB would fill a tmpfs.
	walBytes = 8 << 20
	// maxValueBytes of one value; etcd's own limit for a request is half as much again.
	maxValueBytes = 1 << 20
)

// The log reads this while it is written, so that it can only be set before the first member starts.
func init() { wal.SegmentSizeBytes = walBytes }

// member is one membership: an etcd server in this process, with data that nobody else ever sees.
type member struct {
	etcd   *embed.Etcd
	client *clientv3.Client // in this process, no connection between
	dir    string
}

// startMember founds a cluster, or becomes the learner of one that it was added as. It does not wait until etcd is ready,
// which is when it has written its name to the log: a learner that copies a log full of changes of members loses that
// request now and then, sends it again only after 5 s and more, and may long have a vote by then.
func startMember(cfg config, self registration, logger *zap.Logger, token, initialCluster string, founds bool) (*member, error) {
	dir, err := newDataDir(cfg.dataDir)
	if err != nil {
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	settings, err := etcdSettings(cfg, self, logger)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	settings.Dir = dir
	settings.InitialClusterToken, settings.InitialCluster = token, initialCluster
	settings.ClusterState = embed.ClusterStateFlagExisting
	if founds {
		settings.ClusterState = embed.ClusterStateFlagNew
	}
	etcd, err := embed.StartEtcd(settings)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &member{etcd: etcd, client: v3client.New(etcd.Server), dir: dir}, nil
}

func etcdSettings(cfg config, self registration, logger *zap.Logger) (*embed.Config, error) {
	listenPeer, err := listenURL(cfg.peerAddr)
	if err != nil {
		return nil, err
	}
	listenClient, err := listenURL(cfg.clientAddr)
	if err != nil {
		return nil, err
	}
	peer, err := url.Parse(self.PeerURL)
	if err != nil {
		return nil, err
	}
	client, err := url.Parse(self.ClientURL)
	if err != nil {
		return nil, err
	}
	settings := embed.NewConfig()
	settings.Name = self.Name
	settings.ListenPeerUrls, settings.AdvertisePeerUrls = []url.URL{*listenPeer}, []url.URL{*peer}
	settings.ListenClientUrls, settings.AdvertiseClientUrls = []url.URL{*listenClient}, []url.URL{*client}
	settings.TickMs = uint(cfg.heartbeat.Milliseconds())
	settings.ElectionMs = uint(cfg.election.Milliseconds())
	settings.StrictReconfigCheck, settings.PreVote = cfg.strict, true
	settings.MaxLearners = 1
	settings.SnapshotCount, settings.SnapshotCatchUpEntries = snapshotEvery, logEntries
	settings.MaxSnapFiles, settings.MaxWalFiles = 1, 1
	settings.QuotaBackendBytes = cfg.quotaBytes
	settings.AutoCompactionMode = embed.CompactorModePeriodic
	settings.AutoCompactionRetention = cfg.history.String()
	settings.WarningUnaryRequestDuration = embed.DefaultWarningUnaryRequestDuration // else every request is one
	settings.ZapLoggerBuilder = embed.NewZapLoggerBuilder(logger)
	settings.LogLevel = cfg.logLevel
	return settings, nil
}

// listenURL is an address as etcd listens on it: it takes no empty host.
func listenURL(addr string) (*url.URL, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if host == "" {
		host = "0.0.0.0"
	}
	return &url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}, nil
}

func (m *member) id() uint64 { return uint64(m.etcd.Server.MemberID()) }

func (m *member) isLeader() bool { return m.etcd.Server.Leader() == m.etcd.Server.MemberID() }

// isVoter reports whether we have a vote. etcd's own IsLearner panics in a member that was removed.
func (m *member) isVoter() bool {
	_, ok := m.voters()[m.id()]
	return ok
}

// isReady reports whether it has written its name to the log. Before, what it asks of the leader may get lost.
func (m *member) isReady() bool {
	select {
	case <-m.etcd.Server.ReadyNotify():
		return true
	default:
		return false
	}
}

// isAlone reports whether nobody else has a vote, and we have one.
func (m *member) isAlone() bool { return len(m.voters()) == 1 && m.isVoter() }

// voters are the members with a vote, by ID.
func (m *member) voters() map[uint64]string {
	names := map[uint64]string{}
	for _, each := range m.etcd.Server.Cluster().Members() {
		if !each.IsLearner {
			names[uint64(each.ID)] = nameOf(each.Name, each.PeerURLs)
		}
	}
	return names
}

// nameOf a member: the host of its peer URL is the name that it will write to the log.
func nameOf(name string, peerURLs []string) string {
	if name != "" || len(peerURLs) == 0 {
		return name
	}
	peer, err := url.Parse(peerURLs[0])
	if err != nil {
		return peerURLs[0]
	}
	return peer.Hostname()
}

// leave takes us out of the cluster in good order, so that no vote is missed: the leadership is handed over first, and
// another member asked to strike us off.
func (m *member) leave(ctx context.Context, others *clientv3.Client) error {
	if err := m.etcd.Server.TryTransferLeadershipOnShutdown(); err != nil {
		return err
	}
	_, err := others.MemberRemove(ctx, m.id())
	return err
}

// close ends the server and removes its data.
func (m *member) close() {
	m.etcd.Close()
	m.client.Close()
	os.RemoveAll(m.dir)
}

// found writes what a cluster of one has to say: that we are nominated, and how many there are to be.
func (m *member) found(ctx context.Context, self registration, token string, ideal int) error {
	n := nomination{Name: self.Name, Instance: self.Instance, ID: m.id(), Token: token, InitialCluster: self.Name + "=" + self.PeerURL}
	if err := putJSON(ctx, m.client, nominatedPrefix+self.Name, n); err != nil {
		return err
	}
	_, err := m.client.Put(ctx, idealKey, strconv.Itoa(ideal))
	return err
}
