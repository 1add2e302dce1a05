package main

import (
	"context"
	"slices"
	"strconv"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// statusTimeout is how long a volunteer waits for one member to say who leads.
const statusTimeout = 300 * time.Millisecond

// view is what a peer has seen of the cluster in its last step.
type view struct {
	at         time.Time
	leader     string
	term       uint64
	members    []string
	learners   []string
	volunteers []string
	ideal      int
}

// status is what /status answers. What it says of raft is a member's own word of now; a volunteer's is that of its last
// look.
type status struct {
	Name       string   `json:"name"`
	Role       string   `json:"role"` // member, learner or volunteer
	ID         string   `json:"id,omitempty"`
	IsLeader   bool     `json:"isLeader"`
	Leader     string   `json:"leader"` // empty while there is none
	Term       uint64   `json:"term"`
	Members    []string `json:"members"` // those with a vote
	Learners   []string `json:"learners"`
	Volunteers []string `json:"volunteers"`
	Ideal      int      `json:"ideal"`
	Cluster    string   `json:"cluster"` // the token of its founder
}

func (p *peer) status() status {
	seen := p.seen.Load()
	said := status{
		Name: p.self.Name, Role: "volunteer", Cluster: p.heard.get().Token, Ideal: seen.ideal,
		Leader: seen.leader, Term: seen.term, Members: listed(seen.members), Learners: listed(seen.learners),
		Volunteers: listed(seen.volunteers),
	}
	m := p.local.Load()
	if m == nil {
		return said
	}
	server := m.etcd.Server
	voters := m.voters()
	said.Role, said.ID = "member", strconv.FormatUint(m.id(), 16)
	if _, ok := voters[m.id()]; !ok {
		said.Role = "learner"
	}
	said.IsLeader, said.Leader, said.Term = m.isLeader(), voters[server.Lead()], server.Term()
	said.Members = names(voters)
	return said
}

// listed is never null in JSON.
func listed(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}

// look is a member's view, most of it its own.
func (m *member) look(known registry) *view {
	seen := &view{at: time.Now(), ideal: known.ideal, members: names(m.voters()), term: m.etcd.Server.Term()}
	seen.leader = m.voters()[m.etcd.Server.Lead()]
	var urls []string
	for _, each := range m.etcd.Server.Cluster().Members() {
		urls = append(urls, each.PeerURLs...)
		if each.IsLearner {
			seen.learners = append(seen.learners, nameOf(each.Name, each.PeerURLs))
		}
	}
	seen.volunteers = namesBeside(urls, known)
	return seen
}

// lookAt is a volunteer's view: it asks members, one after the other until one answers, who leads them.
func lookAt(ctx context.Context, client *clientv3.Client, endpoints []string, members []*pb.Member, known registry) *view {
	seen := &view{at: time.Now(), ideal: known.ideal}
	byID := map[uint64]string{}
	var urls []string
	for _, each := range members {
		urls = append(urls, each.PeerURLs...)
		if each.IsLearner {
			seen.learners = append(seen.learners, nameOf(each.Name, each.PeerURLs))
			continue
		}
		byID[each.ID] = nameOf(each.Name, each.PeerURLs)
	}
	seen.members = names(byID)
	seen.volunteers = namesBeside(urls, known)
	for _, endpoint := range endpoints {
		bounded, cancel := context.WithTimeout(ctx, statusTimeout) // it may listen and not serve yet
		answer, err := client.Status(bounded, endpoint)
		cancel()
		if err == nil && answer.Leader != 0 {
			seen.leader, seen.term = byID[answer.Leader], answer.RaftTerm
			break
		}
	}
	return seen
}

// namesBeside are the registered peers who have none of these peer URLs.
func namesBeside(urls []string, known registry) []string {
	var found []string
	for _, r := range known.peers {
		if !slices.Contains(urls, r.PeerURL) {
			found = append(found, r.Name)
		}
	}
	slices.Sort(found)
	return found
}

// clientURLs of voters that are to stay, or of all where none is.
func clientURLs(members []*pb.Member, known registry) []string {
	var staying, all []string
	for _, each := range members {
		if each.IsLearner {
			continue
		}
		all = append(all, each.ClientURLs...)
		if _, nominated := nominationOf(each.ID, known); nominated {
			staying = append(staying, each.ClientURLs...)
		}
	}
	if len(staying) == 0 {
		staying = all
	}
	slices.Sort(staying)
	return staying
}

// clientURLs of the voters that are to stay, ourselves included.
func (m *member) clientURLs(known registry) []string {
	var members []*pb.Member
	for _, each := range m.etcd.Server.Cluster().Members() {
		members = append(members, &pb.Member{ID: uint64(each.ID), ClientURLs: each.ClientURLs, IsLearner: each.IsLearner})
	}
	return clientURLs(members, known)
}
