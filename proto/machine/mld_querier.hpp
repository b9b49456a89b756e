// The router's side of multicast listener discovery, version 2: RFC 3810 section 7, for groups without source lists.
// Asks who listens: all groups from time to time, one group after a listener has left it. Of several routers on a link
// the one with the lowest address asks, the others listen along (section 7.6.2). Knows no interface.
#pragma once

#include <optional>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/base/time.hpp"
#include "proto/wire/neighbor_discovery.hpp"

namespace layerlab::proto::machine {

// What became of a group.
enum class MldChange : std::uint8_t { none, joined, asked /* the last may have left */, left };

class MldQuerier {
  public:
    // RFC 3810 section 9.
    static constexpr int robustness = 2;
    static constexpr Duration query_interval = 125s, response_interval = 10s, startup_interval = query_interval / 4;
    static constexpr Duration last_listener_interval = 1s;
    static constexpr Duration listening_interval = robustness * query_interval + response_interval;
    static constexpr Duration other_querier_interval = robustness * query_interval + response_interval / 2;
    static constexpr std::size_t limit = 1024;  // groups

    void start(Time now);
    void stop();
    bool is_running() const { return runs_; }
    bool is_querier() const { return runs_ && other_until_ == Time{}; }

    // Another router asks; `own` is this one's address. True if it has just taken over.
    bool on_query(Time now, const Ipv6Address& own, const wire::MldQuery& query, const Ipv6Address& from);
    MldChange on_record(Time now, const wire::MldReported& record);

    struct Listened {
        Ipv6Address group;
        Time until{};
    };
    const std::vector<Listened>& groups() const { return listened_; }

    Time next_deadline() const;
    struct Due {
        std::vector<wire::MldQuery> queries;
        std::vector<Ipv6Address> left;  // groups that nobody listens to any more
        bool takes_over = false;        // the other querier is silent
    };
    Due on_deadline(Time now);

  private:
    struct Asking {
        Ipv6Address group;
        Time at{};
        int left = 0;
    };

    std::vector<Listened> listened_;  // by address
    std::vector<Asking> asking_;      // specific queries that are still to be sent
    Time next_general_ = never;
    Time other_until_{};  // zero: this one asks
    int startup_left_ = 0;
    bool runs_ = false;
};

}  // namespace layerlab::proto::machine
