#include "proto/machine/tcp_scoreboard.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

void TcpScoreboard::measure_rate() {
    if (rate_) return;
    rate_ = std::make_unique<Rate>();
    for (std::size_t i = 0; i < flights_.size(); ++i) rate_->stamps.push_back({});
}

void TcpScoreboard::push(const Flight& flight, Time now) {
    if (rate_) rate_->stamps.push_back(rate_->rate.stamp(now, flights_.empty()));
    flights_.push_back(flight);
}

void TcpScoreboard::sent_again(std::size_t index, Time now, std::uint64_t tag, bool sack) {
    Flight& flight = flights_[index];
    flight.sent = now;
    flight.tag = tag;
    if (!flight.outstanding) outstanding_ += flight.length;
    if (!flight.lost) lost_ += flight.length;  // a probe of what may have arrived: counts once in the network
    flight.retransmitted = flight.outstanding = flight.lost = true;
    if (rate_) rate_->stamps[index] = rate_->rate.stamp(now, false);
    if (index >= resend_) resend_ = static_cast<std::uint32_t>(index + 1);
    if (sack) reports().repeats.push_back({flight.begin, now});
}

void TcpScoreboard::forget(const Flight& flight, std::uint32_t length) {
    if (flight.sacked) sacked_ -= length;
    if (flight.lost) lost_ -= length;
    if (flight.outstanding) outstanding_ -= length;
}

void TcpScoreboard::deliver(Time now, std::size_t index, std::uint32_t length, std::uint64_t recover, Duration min_rtt,
                            News& news) {
    const Flight& flight = flights_[index];
    news.delivered += length;
    rack_.delivered(now, flight.sent, flight.end(), flight.retransmitted, min_rtt);
    if (rate_) rate_->rate.delivered(now, rate_->stamps[index], flight.sent, length);
    if (flight.retransmitted) return;
    if (flight.end() <= recover) news.original = true;
    if (flight.begin < highest_) rack_.reordering_seen();
}

void TcpScoreboard::acknowledge(Time now, std::uint64_t ack, std::uint64_t recover, Duration min_rtt, News& news) {
    while (!flights_.empty() && flights_.front().begin < ack) {
        Flight& flight = flights_.front();
        const auto length = static_cast<std::uint32_t>(std::min<std::uint64_t>(flight.length, ack - flight.begin));
        if (!flight.sacked) {
            if (flight.retransmitted)
                news.ambiguous = true;
            else if (news.sampled == never)
                news.sampled = flight.sent;
            deliver(now, 0, length, recover, min_rtt, news);
        }
        forget(flight, length);
        if (length < flight.length) {  // the peer took a part
            flight.begin += length;
            flight.length -= length;
            flight.syn = false;
            return;
        }
        if (flight.sacked) --sacked_segments_;
        if (scan_ > 0) --scan_;
        if (resend_ > 0) --resend_;
        flights_.pop_front();
        if (rate_) rate_->stamps.pop_front();
    }
    if (flights_.empty()) flights_.clear();  // who is idle owns nothing
}

// Blocks grow from ACK to ACK, so only what was not in a block of the last ACK is looked at.
void TcpScoreboard::report(Time now, const std::array<Block, 4>& blocks, std::size_t count, std::uint64_t recover,
                           Duration min_rtt, News& news) {
    Reports& told = reports();
    std::uint64_t highest = highest_;
    for (std::size_t i = 0; i < count; ++i) {
        const Block& block = blocks[i];
        std::uint64_t from = block.begin, to = block.end;
        for (std::size_t k = 0; k < told.known_count; ++k) {
            if (told.known[k].begin <= from && told.known[k].end > from) from = std::min(told.known[k].end, to);
            if (told.known[k].end >= to && told.known[k].begin < to) to = std::max(told.known[k].begin, from);
        }
        if (from >= to) continue;
        for (std::size_t at = index_of(from); at < flights_.size() && flights_[at].end() <= block.end; ++at) {
            Flight& flight = flights_[at];
            if (flight.sacked || flight.begin < block.begin) continue;
            if (!flight.retransmitted && news.sampled == never) news.sampled = flight.sent;
            deliver(now, at, flight.length, recover, min_rtt, news);
            forget(flight, flight.length);
            flight.lost = flight.outstanding = false;
            flight.sacked = true;
            sacked_ += flight.length;
            ++sacked_segments_;
            news.sacked = true;
            highest = std::max(highest, flight.end());
        }
    }
    highest_ = highest;
    told.known = blocks;
    told.known_count = count;
}

// Originals lie in the order of their sending, so each is judged once.
Time TcpScoreboard::find_lost_originals(Time now) {
    while (scan_ < flights_.size()) {
        const Flight& flight = flights_[scan_];
        if (!flight.sacked && !flight.lost && !flight.retransmitted) {
            if (!rack_.newer_than(flight.sent, flight.end())) return never;
            const Time at = rack_.lost_at(flight.sent);
            if (at > now) return at;
            mark_lost(scan_);
        }
        ++scan_;
    }
    return never;
}

const TcpScoreboard::Flight* TcpScoreboard::next_lost_repeat(Time now, std::uint64_t una, Time& again_at) {
    if (!reports_) return nullptr;
    Ring<Repeat>& repeats = reports_->repeats;
    while (!repeats.empty()) {
        const Repeat repeat = repeats.front();
        const std::size_t index = repeat.begin < una ? flights_.size() : index_of(repeat.begin);
        const bool stands =
            index < flights_.size() && flights_[index].outstanding && flights_[index].sent == repeat.sent;
        if (stands) {
            if (!rack_.newer_than(repeat.sent, flights_[index].end())) return nullptr;
            again_at = rack_.lost_at(repeat.sent);
            if (again_at > now) return nullptr;
            again_at = never;
        }
        repeats.pop_front();
        if (!stands) continue;
        Flight& flight = flights_[index];
        flight.outstanding = false;
        outstanding_ -= flight.length;
        mark_lost(index);
        return &flight;
    }
    return nullptr;
}

std::size_t TcpScoreboard::next_lost() {
    while (resend_ < flights_.size() && (!flights_[resend_].lost || flights_[resend_].outstanding)) ++resend_;
    return resend_;
}

void TcpScoreboard::mark_lost(std::size_t index) {
    Flight& flight = flights_[index];
    if (!flight.lost) lost_ += flight.length;
    if (flight.outstanding) outstanding_ -= flight.length;
    flight.lost = true;
    flight.outstanding = false;
    resend_ = std::min(resend_, static_cast<std::uint32_t>(index));
}

void TcpScoreboard::mark_all_lost(Time now, bool sack) {
    lost_ = outstanding_ = 0;
    bool all = true;
    for (std::size_t i = 0; i < flights_.size(); ++i) {
        Flight& flight = flights_[i];
        const bool recent = sack && i > 0 && rack_.lost_at(flight.sent) - rack_.window() > now;
        all = all && !recent;
        if (!recent) {
            flight.outstanding = false;
            flight.lost = !flight.sacked;
        }
        if (flight.lost) lost_ += flight.length;
        if (flight.outstanding) outstanding_ += flight.length;
    }
    resend_ = 0;
    if (!all) return;
    scan_ = static_cast<std::uint32_t>(flights_.size());
    if (reports_) reports_->repeats.clear();
}

void TcpScoreboard::unmark_lost() {
    for (std::size_t i = 0; i < flights_.size(); ++i) flights_[i].lost = flights_[i].outstanding = false;
    lost_ = outstanding_ = 0;
    if (reports_) reports_->repeats.clear();
    scan_ = 0;
}

void TcpScoreboard::forget_reports() {
    for (std::size_t i = 0; i < flights_.size(); ++i) flights_[i].sacked = false;
    sacked_ = 0;
    sacked_segments_ = 0;
    if (reports_) reports_->known_count = 0;
}

std::size_t TcpScoreboard::index_of(std::uint64_t position) const {
    std::size_t low = 0, high = flights_.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (flights_[middle].end() <= position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void TcpScoreboard::split(std::size_t index, std::uint32_t payload) {
    Flight first = flights_[index], second = first;
    first.length = payload + (first.syn ? 1u : 0u);
    first.fin = first.push = false;
    second.begin += first.length;
    second.length -= first.length;
    second.syn = false;
    flights_[index] = first;
    flights_.insert(index + 1, second);
    if (second.sacked) ++sacked_segments_;
    if (rate_) rate_->stamps.insert(index + 1, rate_->stamps[index]);
    if (scan_ > index) ++scan_;
}

void TcpScoreboard::clear() {
    flights_.clear();
    reports_.reset();
    if (rate_) rate_->stamps.clear();
    sacked_ = lost_ = outstanding_ = 0;
    sacked_segments_ = 0;
    scan_ = resend_ = 0;
}

}  // namespace layerlab::proto::machine
