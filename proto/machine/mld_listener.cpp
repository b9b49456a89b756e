#include "proto/machine/mld_listener.hpp"

#include <algorithm>
#include <utility>

namespace layerlab::proto::machine {
namespace {

bool is_reported(const Ipv6Address& group) { return group != all_nodes && (group.octets[1] & 15) > 1; }

}  // namespace

bool MldListener::listens(const Ipv6Address& group) const {
    return std::any_of(groups_.begin(), groups_.end(),
                       [&](const Group& g) { return g.address == group && g.users > 0; });
}

void MldListener::join(Time now, const Ipv6Address& group, bool reports) {
    auto at = std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) { return g.address == group; });
    if (at == groups_.end()) {
        if (groups_.size() >= limit) return;
        groups_.push_back({group});
        at = groups_.end() - 1;
    }
    if (at->users++ > 0 || !reports || !is_reported(group)) return;
    at->changes_left = robustness;
    change_at_ = std::min(change_at_, now);
}

void MldListener::leave(Time now, const Ipv6Address& group) {
    const auto at = std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) { return g.address == group; });
    if (at == groups_.end() || at->users == 0 || --at->users > 0) return;
    if (!is_reported(group)) {
        groups_.erase(at);
        return;
    }
    at->changes_left = robustness;
    at->asked = false;
    change_at_ = std::min(change_at_, now);
}

void MldListener::clear() {
    groups_.clear();
    change_at_ = answer_at_ = never;
}

void MldListener::on_query(Time now, const Ipv6Address& group, Duration delay) {
    bool any = false;
    for (Group& g : groups_) {
        if (g.users == 0 || !is_reported(g.address)) continue;
        if (!is_unspecified(group) && g.address != group) continue;
        g.asked = any = true;
    }
    if (any) answer_at_ = std::min(answer_at_, now + delay);
}

Time MldListener::next_deadline() const { return std::min(change_at_, answer_at_); }

std::vector<wire::MldRecord> MldListener::on_deadline(Time now, Duration delay) {
    std::vector<wire::MldRecord> records;
    if (change_at_ <= now) {
        bool again = false;
        for (Group& g : groups_) {
            if (g.changes_left == 0) continue;
            records.push_back(
                {g.users > 0 ? wire::MldRecordType::to_exclude : wire::MldRecordType::to_include, g.address});
            again |= --g.changes_left > 0;
        }
        std::erase_if(groups_, [](const Group& g) { return g.users == 0 && g.changes_left == 0; });
        change_at_ = again ? now + delay : never;
        return records;
    }
    if (answer_at_ <= now) {
        for (Group& g : groups_)
            if (std::exchange(g.asked, false)) records.push_back({wire::MldRecordType::is_exclude, g.address});
        answer_at_ = never;
    }
    return records;
}

std::vector<Ipv6Address> MldListener::groups() const {
    std::vector<Ipv6Address> all;
    for (const Group& g : groups_)
        if (g.users > 0) all.push_back(g.address);
    return all;
}

}  // namespace layerlab::proto::machine
