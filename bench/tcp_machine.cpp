// What the TCP machines cost for each data segment: sender, receiver and the handling of ACKs, without IP, links and
// checksums. Generated payload goes to a sink over a wire that is a ring of headers and views.
#include <array>
#include <benchmark/benchmark.h>
#include <vector>

#include "proto/machine/tcp_connection.hpp"

namespace {

using namespace layerlab::proto;
using namespace layerlab::proto::machine;

struct Frame {
    Time arrives;
    TcpHeader header;
    Bytes payload;
};

// First in first out, with a delay and perhaps a loss every so many segments.
class Wire final : public TcpOut {
  public:
    Wire(const Time& now, std::uint64_t lose_every) : now_(now), lose_every_(lose_every) {}

    std::uint64_t send(const TcpSegment& segment) override {
        if (++sent_ % lose_every_ == 0) return sent_;
        frames_.push_back({now_ + delay, segment.header, segment.first});
        return sent_;
    }
    Ring<Frame>& frames() { return frames_; }
    Time next() const { return frames_.empty() ? never : frames_.front().arrives; }

  private:
    static constexpr Duration delay = 1ms;
    const Time& now_;
    std::uint64_t lose_every_;
    std::uint64_t sent_ = 0;
    Ring<Frame> frames_;
};

void bulk(benchmark::State& state, std::uint64_t lose_every) {
    constexpr std::uint64_t bytes = 64'000'000;
    std::uint64_t segments = 0, retransmissions = 0;
    for (auto _ : state) {
        Time now{};
        Wire to_sink(now, lose_every), to_source(now, ~std::uint64_t{0});
        TcpConfig config;
        config.receive_buffer = 1u << 20;
        TcpConnection source(config), sink(config);
        sink.discard_received();
        source.connect(now, to_sink);
        sink.accept(now, to_sink.frames().front().header, to_source);
        to_sink.frames().pop_front();
        source.write_pattern(now, bytes, to_sink);
        while (sink.info().bytes_received < bytes) {
            const Time timers = std::min(source.next_deadline(), sink.next_deadline());
            now = std::min({to_sink.next(), to_source.next(), timers});
            if (to_sink.next() == now) {
                const Frame frame = to_sink.frames().front();
                to_sink.frames().pop_front();
                sink.on_segment(now, frame.header, frame.payload, to_source);
            } else if (to_source.next() == now) {
                const Frame frame = to_source.frames().front();
                to_source.frames().pop_front();
                source.on_segment(now, frame.header, frame.payload, to_sink);
            } else {
                source.on_deadline(now, to_sink);
                sink.on_deadline(now, to_source);
            }
        }
        segments += bytes / source.info().mss;
        retransmissions += source.info().retransmissions;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(segments));
    state.counters["time/segment"] =
        benchmark::Counter(static_cast<double>(segments), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["retransmissions"] = static_cast<double>(retransmissions) / static_cast<double>(state.iterations());
}

void Bulk(benchmark::State& state) { bulk(state, ~std::uint64_t{0}); }
void BulkWithLoss(benchmark::State& state) { bulk(state, 1009); }
BENCHMARK(Bulk)->Unit(benchmark::kMillisecond);
BENCHMARK(BulkWithLoss)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
