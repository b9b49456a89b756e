// The part of TcpSender that finds losses and repairs them.
#include <algorithm>

#include "proto/machine/tcp_sender.hpp"

namespace layerlab::proto::machine {

namespace {
constexpr std::uint32_t duplicate_threshold = 3;  // RFC 5681 section 3.2, RFC 6675 DupThresh
}

bool TcpSender::next_lost(Chunk& chunk, TcpOut& out) {
    while (resend_ < flights_.size() && (!flights_[resend_].lost || flights_[resend_].outstanding)) ++resend_;
    if (resend_ == flights_.size()) return false;
    const std::size_t index = resend_;
    const std::uint32_t ends = (flights_[index].syn ? 1u : 0u) + (flights_[index].fin ? 1u : 0u);
    if (flights_[index].length - ends > mss_) split(index, mss_);
    const Flight& flight = flights_[index];
    const std::uint64_t used = pipe();
    if (!force_ && used > 0 && used + flight.length > allowed()) return false;
    chunk.position = flight.begin;
    chunk.payload = flight.length - (flight.syn ? 1u : 0u) - (flight.fin ? 1u : 0u);
    chunk.syn = flight.syn;
    chunk.fin = flight.fin;
    chunk.push = flight.push;
    chunk.is_retransmission = true;
    chunk.flight = index;
    chunk.tag = flight.tag;
    if (chunk.payload > 0) {  // where the content changes kind twice, views are shorter
        const std::size_t held = stream_.view(flight.begin - 1, chunk.payload).size();
        if (held < chunk.payload) {
            split(index, static_cast<std::uint32_t>(held));
            return next_lost(chunk, out);
        }
    }
    out.note(TcpNote::retransmitted, wire(chunk.position), chunk.payload);
    return true;
}

void TcpSender::enter_recovery(std::uint64_t evidence, TcpOut& out) {
    phase_ = Phase::recovery;
    recover_ = next_;
    congestion_.on_loss(in_flight());
    out.note(TcpNote::fast_retransmit, wire(una_), evidence);
    out.note(TcpNote::recovery_entered, congestion_.threshold(), wire(recover_));
    force_ = true;
    partial_acks_ = 0;
    reduced_ = last_sent_;
    recovery_flight_ = in_flight();
    recovery_delivered_ = recovery_sent_ = 0;
    if (sack_) proportional_reduction(sacked_, false);
}

void TcpSender::on_duplicate(TcpOut& out) {
    if (++dup_acks_ != duplicate_threshold) return;
    // RFC 6582 section 3.2 step 2: these may be answers to what recovery has sent needlessly.
    if (una_ <= recover_) return;
    mark_lost(0);
    enter_recovery(dup_acks_, out);
    congestion_.set_window(congestion_.threshold() + duplicate_threshold * std::uint64_t{mss_});
}

// RFC 6582 section 3.2. Any ACK that comes during recovery and acknowledges nothing new is a sign that one more segment
// has left the network.
void TcpSender::recover_newreno(std::uint64_t acked, TcpOut& out) {
    if (acked == 0) {
        congestion_.set_window(congestion_.window() + mss_);
    } else if (una_ >= recover_) {
        leave_recovery(out);
    } else {
        const std::uint64_t window = congestion_.window();
        const std::uint64_t deflated = window > acked ? window - acked : 0;
        congestion_.set_window(std::max<std::uint64_t>(deflated + (acked >= mss_ ? mss_ : 0), mss_));
        out.note(TcpNote::partial_ack, wire(una_), wire(recover_));
        ++partial_acks_;
        if (!flights_.front().lost) mark_lost(0);
        force_ = true;
    }
}

void TcpSender::recover_selectively(std::uint64_t acked, std::uint64_t delivered, TcpOut& out) {
    if (una_ >= recover_) {
        leave_recovery(out);
        return;
    }
    const std::uint64_t lost_before = lost_ - outstanding_;
    find_losses();
    find_lost_retransmissions(out);
    const Flight& front = flights_.front();
    if (acked > 0 && !front.sacked && !front.lost && front.sent < newest_delivered_) {
        // A retransmission has arrived, this was sent before it and has not: it is lost as well.
        out.note(TcpNote::partial_ack, wire(una_), wire(recover_));
        mark_lost(0);
        force_ = true;
    }
    proportional_reduction(delivered, acked > 0 && lost_ - outstanding_ <= lost_before);
}

void TcpSender::leave_recovery(TcpOut& out) {
    congestion_.end_recovery();
    if (!sack_) {  // RFC 6582 step 3, against a burst
        const std::uint64_t flight = std::max<std::uint64_t>(in_flight(), mss_) + mss_;
        congestion_.set_window(std::min(congestion_.window(), flight));
    }
    phase_ = Phase::open;
    dup_acks_ = 0;
    out.note(TcpNote::recovery_left, congestion_.window(), congestion_.threshold());
}

// RFC 6937: as much is sent as has arrived, scaled down to the new threshold; below it, one segment more only while
// things go well.
void TcpSender::proportional_reduction(std::uint64_t delivered, bool goes_well) {
    recovery_delivered_ += delivered;
    const std::uint64_t in_pipe = pipe(), threshold = congestion_.threshold();
    std::uint64_t more;
    if (in_pipe > threshold) {
        const std::uint64_t flight = std::max<std::uint64_t>(recovery_flight_, 1);
        const std::uint64_t due = (recovery_delivered_ * threshold + flight - 1) / flight;
        more = due > recovery_sent_ ? due - recovery_sent_ : 0;
    } else {
        const std::uint64_t owed = recovery_delivered_ > recovery_sent_ ? recovery_delivered_ - recovery_sent_ : 0;
        more = std::min(threshold - in_pipe, std::max(owed, delivered) + (goes_well ? mss_ : 0));
    }
    congestion_.set_window(in_pipe + more);
}

// Newest delivery by time of sending. An ACK that came sooner than any round trip must be for the first transmission.
void TcpSender::note_delivery(Time now, const Flight& flight) {
    if (flight.retransmitted && now - flight.sent < rtt_.minimum()) return;
    newest_delivered_ = std::max(newest_delivered_, flight.sent);
}

std::size_t TcpSender::flight_at(std::uint64_t position) const {
    std::size_t low = 0, high = flights_.size();
    while (low < high) {  // the first that ends beyond the position
        const std::size_t middle = (low + high) / 2;
        if (flights_[middle].end() <= position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// Blocks grow from ACK to ACK, so only what was not in a block of the last ACK is looked at.
std::uint64_t TcpSender::take_sack(Time now, const TcpHeader& header) {
    std::array<Block, 4> blocks{};
    std::size_t count = 0;
    std::uint64_t delivered = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(header.sack_count, blocks.size()); ++i) {
        const auto begin = static_cast<std::int32_t>(header.sack[i].begin - wire(una_));
        const auto end = static_cast<std::int32_t>(header.sack[i].end - wire(una_));
        if (begin < 0 || end <= begin || static_cast<std::uint64_t>(end) > next_ - una_) continue;
        const Block block{una_ + static_cast<std::uint64_t>(begin), una_ + static_cast<std::uint64_t>(end)};
        std::uint64_t from = block.begin, to = block.end;
        for (std::size_t k = 0; k < known_count_; ++k) {
            if (known_[k].begin <= from && known_[k].end > from) from = std::min(known_[k].end, to);
            if (known_[k].end >= to && known_[k].begin < to) to = std::max(known_[k].begin, from);
        }
        if (from < to) delivered += mark_sacked(now, from, block.begin, block.end);
        blocks[count++] = block;
    }
    known_ = blocks;
    known_count_ = count;
    return delivered;
}

std::uint64_t TcpSender::mark_sacked(Time now, std::uint64_t from, std::uint64_t begin, std::uint64_t end) {
    std::uint64_t delivered = 0;
    for (std::size_t i = flight_at(from); i < flights_.size() && flights_[i].end() <= end; ++i) {
        Flight& flight = flights_[i];
        if (flight.sacked || flight.begin < begin) continue;
        forget(flight, flight.length);
        note_delivery(now, flight);
        flight.lost = flight.outstanding = false;
        flight.sacked = true;
        sacked_ += flight.length;
        delivered += flight.length;
        if (i >= scan_) sacked_above_ += flight.length;
    }
    return delivered;
}

// RFC 6675 IsLost: more than (DupThresh - 1) segments' worth of bytes beyond it have arrived. Each flight is judged
// once, in order, so an ACK costs what it reports.
void TcpSender::find_losses() {
    const std::uint64_t enough = (duplicate_threshold - 1) * std::uint64_t{mss_};
    while (scan_ < flights_.size()) {
        const Flight& flight = flights_[scan_];
        const std::uint64_t beyond = sacked_above_ - (flight.sacked ? flight.length : 0);
        if (beyond <= enough) return;
        if (!flight.sacked && !flight.lost) mark_lost(scan_);
        sacked_above_ = beyond;
        ++scan_;
    }
}

// A retransmission is lost too when something sent clearly later has arrived (the idea of RFC 8985).
void TcpSender::find_lost_retransmissions(TcpOut& out) {
    const Duration tolerance = rtt_.minimum() / 4;
    while (!repeats_.empty()) {
        const Repeat repeat = repeats_.front();
        const std::size_t index = repeat.begin < una_ ? flights_.size() : flight_at(repeat.begin);
        const bool stands =
            index < flights_.size() && flights_[index].outstanding && flights_[index].sent == repeat.sent;
        if (stands && newest_delivered_ <= repeat.sent + tolerance) return;
        repeats_.pop_front();
        if (!stands) continue;
        Flight& flight = flights_[index];
        flight.outstanding = false;
        outstanding_ -= flight.length;
        resend_ = std::min(resend_, index);
        out.note(TcpNote::retransmission_lost, wire(flight.begin), 0);
        if (repeat.sent > reduced_ && phase_ == Phase::recovery) reduce_again();
    }
}

// RFC 5681 section 4.3: the loss of a retransmission is one more sign of congestion. Once for each round trip.
void TcpSender::reduce_again() {
    reduced_ = last_sent_;
    congestion_.on_loss(congestion_.threshold());
    recovery_flight_ = pipe();
    recovery_delivered_ = recovery_sent_ = 0;
    force_ = true;
}

void TcpSender::mark_lost(std::size_t index) {
    Flight& flight = flights_[index];
    if (!flight.lost) lost_ += flight.length;
    flight.lost = true;
    resend_ = std::min(resend_, index);
}

void TcpSender::mark_all_lost() {
    lost_ = outstanding_ = 0;
    for (std::size_t i = 0; i < flights_.size(); ++i) {
        Flight& flight = flights_[i];
        flight.outstanding = false;
        flight.lost = !flight.sacked;
        if (flight.lost) lost_ += flight.length;
    }
    resend_ = 0;
    scan_ = flights_.size();
    sacked_above_ = 0;
    repeats_.clear();
}

void TcpSender::forget_sack() {
    for (std::size_t i = 0; i < flights_.size(); ++i) flights_[i].sacked = false;
    sacked_ = sacked_above_ = 0;
    known_count_ = 0;
}

void TcpSender::split(std::size_t index, std::uint32_t payload) {
    Flight first = flights_[index], second = first;
    first.length = payload + (first.syn ? 1u : 0u);
    first.fin = first.push = false;
    second.begin += first.length;
    second.length -= first.length;
    second.syn = false;
    flights_[index] = first;
    flights_.insert(index + 1, second);
    if (scan_ > index) ++scan_;
}

void TcpSender::reduce_mss(std::uint32_t mss, std::uint32_t seq, TcpOut& out) {
    if (mss >= mss_) return;
    out.note(TcpNote::mss_reduced, mss, mss_);
    mss_ = mss;
    congestion_.set_mss(mss);
    bool any = false;
    for (std::size_t i = flight_at(position_of(seq)); i < flights_.size(); ++i) {
        Flight& flight = flights_[i];
        if (flight.sacked || flight.length <= mss) continue;
        if (flight.outstanding) outstanding_ -= flight.length;
        flight.outstanding = false;
        mark_lost(i);
        any = true;
    }
    if (!any) return;
    force_ = true;
    if (phase_ == Phase::open) {  // no sign of congestion: the window stays
        phase_ = Phase::loss;
        recover_ = next_;
    }
}

}  // namespace layerlab::proto::machine
