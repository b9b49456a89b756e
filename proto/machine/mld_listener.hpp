// The listener's side of multicast listener discovery, version 2: RFC 3810 section 6, for groups without source lists.
// Which groups an interface listens to, when it reports a change (twice, section 6.1) and when it answers a query
// (6.2). ff02::1 and groups of interface-local scope are never reported (section 6).
#pragma once

#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/base/time.hpp"
#include "proto/wire/neighbor_discovery.hpp"

namespace layerlab::proto::machine {

class MldListener {
  public:
    static constexpr Duration unsolicited_interval = 1s;  // [Unsolicited Report Interval], section 9.11
    static constexpr int robustness = 2;
    static constexpr std::size_t limit = 1024;

    bool listens(const Ipv6Address& group) const;
    // Several may want one group; it is left when the last has gone. `reports`: the change is told at once and again.
    void join(Time now, const Ipv6Address& group, bool reports);
    void leave(Time now, const Ipv6Address& group);
    void clear();
    // A query (section 6.2); group :: asks for all. `delay` is random, up to the query's maximum response delay.
    void on_query(Time now, const Ipv6Address& group, Duration delay);

    Time next_deadline() const;
    // The records of the report that is due now; empty: none. `delay` until a change is repeated.
    std::vector<wire::MldRecord> on_deadline(Time now, Duration delay);
    std::vector<Ipv6Address> groups() const;

  private:
    struct Group {
        Ipv6Address address;
        int users = 0;
        int changes_left = 0;  // reports of joining or leaving that are still to be sent
        bool asked = false;    // a query waits for its answer
    };
    std::vector<Group> groups_;  // a group with no users tells of its end
    Time change_at_ = never, answer_at_ = never;
};

}  // namespace layerlab::proto::machine
