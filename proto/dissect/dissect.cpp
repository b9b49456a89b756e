#include "proto/dissect/dissect.hpp"

#include "proto/dissect/frame.hpp"
#include "proto/dissect/state.hpp"

namespace layerlab::proto::dissect {

Dissector::Dissector(Options options) : options_(options), state_(std::make_shared<State>()) {}
Dissector::Dissector(const Dissector& other, Options options) : options_(options), state_(other.state_) {}
Dissector::~Dissector() = default;
Dissector::Dissector(Dissector&&) noexcept = default;
Dissector& Dissector::operator=(Dissector&&) noexcept = default;

Dissection& Dissector::dissect(const FrameIn& in) {
    result_.clear();
    dissect_frame(in, result_, options_, state_.get());
    return result_;
}

void dissect_alone(const FrameIn& in, Dissection& out, const Options& options) {
    out.clear();
    dissect_frame(in, out, options, nullptr);
}

}  // namespace layerlab::proto::dissect
