#include "proto/machine/mld_querier.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

using wire::MldQuery;
using wire::MldRecordType;

namespace {

constexpr std::uint16_t in_ms(Duration d) {
    return static_cast<std::uint16_t>(std::chrono::duration_cast<std::chrono::milliseconds>(d).count());
}

}  // namespace

void MldQuerier::start(Time now) {
    if (runs_) return;
    runs_ = true;
    other_until_ = Time{};
    startup_left_ = robustness;
    next_general_ = now;
}

void MldQuerier::stop() { *this = MldQuerier(); }

bool MldQuerier::on_query(Time now, const Ipv6Address& own, const MldQuery& query, const Ipv6Address& from) {
    if (!runs_) return false;
    // Section 7.6.1: who does not ask hears what the one who asks has begun, unless told to suppress it.
    if (!is_unspecified(query.group) && !query.suppress && !is_querier())
        for (Listened& l : listened_)
            if (l.group == query.group) l.until = std::min(l.until, now + robustness * last_listener_interval);
    if (!(IpAddress(from) < IpAddress(own))) return false;
    const bool is_new = is_querier();
    other_until_ = now + other_querier_interval;
    next_general_ = never;
    asking_.clear();
    return is_new;
}

MldChange MldQuerier::on_record(Time now, const wire::MldReported& record) {
    if (!runs_ || !is_multicast(record.group)) return MldChange::none;
    const auto at = std::lower_bound(listened_.begin(), listened_.end(), record.group,
                                     [](const Listened& l, const Ipv6Address& g) { return l.group < g; });
    const bool is_known = at != listened_.end() && at->group == record.group;
    const bool listens = record.type == MldRecordType::is_exclude || record.type == MldRecordType::to_exclude ||
                         (record.sources > 0 && record.type != MldRecordType::block_old);
    if (listens) {
        std::erase_if(asking_, [&](const Asking& a) { return a.group == record.group; });
        if (is_known) {
            at->until = now + listening_interval;
            return MldChange::none;
        }
        if (listened_.size() >= limit) return MldChange::none;
        listened_.insert(at, {record.group, now + listening_interval});
        return MldChange::joined;
    }
    if (record.type != MldRecordType::to_include || !is_known || !is_querier()) return MldChange::none;
    const bool is_asked =
        std::any_of(asking_.begin(), asking_.end(), [&](const Asking& a) { return a.group == record.group; });
    if (is_asked) return MldChange::none;
    asking_.push_back({record.group, now, robustness});
    at->until = std::min(at->until, now + robustness * last_listener_interval);
    return MldChange::asked;
}

Time MldQuerier::next_deadline() const {
    if (!runs_) return never;
    Time next = next_general_;
    if (other_until_ != Time{}) next = std::min(next, other_until_);
    for (const Asking& a : asking_) next = std::min(next, a.at);
    for (const Listened& l : listened_) next = std::min(next, l.until);
    return next;
}

MldQuerier::Due MldQuerier::on_deadline(Time now) {
    Due due;
    if (!runs_) return due;
    if (other_until_ != Time{} && other_until_ <= now) {
        other_until_ = Time{};
        next_general_ = now;
        due.takes_over = true;
    }
    if (is_querier() && next_general_ <= now) {
        due.queries.push_back({{}, in_ms(response_interval), false});
        if (startup_left_ > 0) --startup_left_;
        next_general_ = now + (startup_left_ > 0 ? startup_interval : query_interval);
    }
    for (Asking& a : asking_) {
        if (a.at > now) continue;
        // Section 7.6.3.1: the repetition tells others not to lower their timers again.
        due.queries.push_back({a.group, in_ms(last_listener_interval), a.left < robustness});
        --a.left;
        a.at = now + last_listener_interval;
    }
    std::erase_if(asking_, [](const Asking& a) { return a.left <= 0; });
    std::erase_if(listened_, [&](const Listened& l) {
        if (l.until > now) return false;
        due.left.push_back(l.group);
        return true;
    });
    return due;
}

}  // namespace layerlab::proto::machine
