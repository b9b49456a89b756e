#include "cli/signals.hpp"

#include <atomic>
#include <csignal>

namespace layerlab::cli {
namespace {

std::atomic<int> seen{0};
static_assert(std::atomic<int>::is_always_lock_free);

}  // namespace

void listen_to_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { seen.fetch_add(1, std::memory_order_relaxed); };
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) (void)::sigaction(number, &action, nullptr);
}

int signals_seen() { return seen.load(std::memory_order_relaxed); }

}  // namespace layerlab::cli
